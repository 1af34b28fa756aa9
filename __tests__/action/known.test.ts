import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parentSid, subaccountSid, unencrypted } from './fleet-fixtures.ts'
import { fleetForTest, resultsOf } from './fleet-run.ts'
import { open, safe, safeInputs } from './fixtures.ts'
import { type Github, startGithub } from './github.ts'
import { shortPauses } from './impatient.ts'
import { headingOf, play } from './scenario.ts'

const failing = { kind: 'status', status: 500, code: 20500, message: 'Internal Server Error' } as const
const stored = { ...safe, aws_storage_enabled: false }
const required = { require: 'external-storage' }

let github: Github
let token: string
beforeAll(async () => {
  github = await startGithub()
  token = await github.tokenWith({ issues: 'write' })
})
afterAll(() => github.close())

describe('of a fleet, one account that fails does not hide another one that is wrong', () => {
  it.each([
    ['check', unencrypted, {}, '❌ Drift: encryption is off on 1 of 4 accounts, 1 could not be checked', 'true'],
    ['plan', unencrypted, { mode: 'plan' }, '❌ Plan: 1 of 4 accounts would change, 1 could not be planned', 'true'],
    [
      'require',
      stored,
      required,
      '❌ Not compliant: external storage is not on in 1 of 4 accounts, 1 could not be checked',
      '',
    ],
  ])('in the heading, the outputs and the issue: %s', async (name, wrong, inputs, heading, drift) => {
    const fleet = await fleetForTest(3, (number) => (number === 1 ? { compositionSettings: wrong } : {}))
    fleet.sandbox.fault({ match: { account: subaccountSid(2), path: 'Settings' }, times: Infinity, effect: failing })
    const label = `known-${name}`
    const result = await fleet.run(
      { ...inputs, 'drift-issue': 'true', 'drift-issue-label': label, 'github-token': token },
      { event: { name: 'schedule' }, env: { ...shortPauses, GITHUB_API_URL: github.url } },
    )
    expect([result.exitCode, result.outputs['result'], result.outputs['drift']]).toEqual([1, 'error', drift])
    expect(headingOf(result)).toBe(heading)
    expect(resultsOf(result, [2, 3])).toEqual({ 2: 'error', 3: 'in-sync' })
    const issues = (await github.issues()).filter(({ labels }) => labels.some((one) => one.name === label))
    const verdict = heading.replace(/^\S+ (?:Drift|Plan|Not compliant): /, '')
    expect(issues.map(({ state, title }) => [state, title])).toEqual([['open', `Twilio sandbox: ${verdict}`]])
    expect(result.log).not.toContain('neither a difference')
    expect(result.summary).not.toMatch(/not affected|Nothing was written|nothing differs/i)
  })

  it('counts an account of which another one answers among those that could not be checked', async () => {
    const fleet = await fleetForTest(3, (number) => (number === 1 ? { compositionSettings: unencrypted } : {}))
    const effect = { kind: 'wrong-account', sid: parentSid } as const
    fleet.sandbox.fault({ match: { account: subaccountSid(2), path: 'Settings' }, times: Infinity, effect })
    const result = await fleet.run()
    expect(headingOf(result)).toContain('Drift: encryption is off on 1 of 4 accounts, 1 could not be checked')
    expect([result.exitCode, result.outputs['drift']]).toEqual([1, 'true'])
  })
})

describe.concurrent('of one account, recordings that fail do not hide compositions that are wrong', () => {
  const inputs = { ...safeInputs, resources: 'compositions, recordings' }
  const faults = [{ match: { path: 'RecordingSettings' }, times: Infinity, effect: failing }]

  it('in check', async () => {
    const seed = { compositionSettings: { ...safe, encryption_enabled: false }, recordingSettings: safe }
    const scene = await play({ seed, faults, inputs, env: shortPauses })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift']]).toEqual([1, 'error', 'true'])
    expect(headingOf(scene)).toBe('❌ Drift: encryption is off; recording settings could not be checked (compositions)')
  })

  it('in apply, where what Twilio refuses to write is a difference still', async () => {
    const refused = { kind: 'status', status: 400, code: 20001 } as const
    const scene = await play({
      seed: { compositionSettings: open },
      faults: [{ match: { method: 'POST' }, times: Infinity, effect: refused }],
      inputs: { ...safeInputs, mode: 'apply' },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift']]).toEqual([1, 'error', 'true'])
  })
})
