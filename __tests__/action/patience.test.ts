import { describe, expect, it } from 'vitest'
import { safe, safeInputs } from './fixtures.ts'
import { subaccountSid } from './fleet-fixtures.ts'
import { fleetForTest } from './fleet-run.ts'
import { impatient } from './impatient.ts'
import { annotated, leadOf, play, type Scenario, type Scene } from './scenario.ts'

const hurried = (scenario: Scenario): Promise<Scene> =>
  play({ seed: { compositionSettings: safe }, inputs: safeInputs, env: impatient, ...scenario })

const hung =
  /^The run took more than 2 minutes\. Before that: GET \S+ got no answer from (video|api)\.twilio\.com: no answer within 30 s \(tried 3 times\)\./

describe.concurrent('patience', () => {
  it('ends with a request after 30 s, and the next one is sent', async () => {
    const scene = await hurried({ faults: [{ effect: { kind: 'hang' } }] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET GET'])
    expect(scene.log).toContain(
      '\nGET /v1/CompositionSettings/Default: no answer yet, after 10 s\nGET /v1/CompositionSettings/Default: no answer yet, after 20 s\n',
    )
    expect(scene.log).toMatch(
      /^GET \/v1\/CompositionSettings\/Default: no answer within 30 s; trying again in \d\.\d s \(attempt 2 of 5\)$/m,
    )
  })

  it('ends with the run after 2 minutes', async () => {
    const scene = await hurried({ faults: [{ times: Infinity, effect: { kind: 'hang' } }] })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
    expect(annotated(scene, 'error')).toEqual([expect.stringMatching(hung)])
    expect(leadOf(scene)).toBe(
      'The run took more than 2 minutes. Before that: GET /v1/CompositionSettings/Default got no answer from video.twilio.com: no answer within 30 s (tried 3 times). Check that the runner reaches video.twilio.com on port 443, and the proxy if there is one. Run it again. This run proves nothing about the account.',
    )
  })

  it('ends with the run after 2 minutes, also while it waits for a write that nobody answers', async () => {
    const scene = await hurried({
      inputs: { ...safeInputs, mode: 'apply', 'friendly-name': 'Another name' },
      faults: [{ skip: 1, times: Infinity, effect: { kind: 'hang' } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods.slice(0, 8)]).toEqual([1, 'error', 'GET POST'])
    expect(annotated(scene, 'error')).toContain(
      'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.',
    )
  })

  it.each([
    ['in seconds', '3600'],
    ['as a date', 'Fri, 31 Dec 2999 23:59:59 GMT'],
  ])('waits 60 s at most, whatever Twilio asks for %s', async (_, header) => {
    const scene = await hurried({
      faults: [{ effect: { kind: 'status', status: 429, code: 20429, headers: { 'retry-after': header } } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET GET'])
    expect(scene.log).toContain('Twilio answered HTTP 429; trying again in 60.0 s (attempt 2 of 5)')
  })
})

// One after another: a fleet ends with the test that is under way.
describe('patience with a fleet', () => {
  it('ends with the list of the accounts after 2 minutes', async () => {
    const { sandbox, run } = await fleetForTest(3)
    sandbox.fault({ times: Infinity, effect: { kind: 'hang' } })
    const result = await run({ accounts: 'all' }, { env: impatient })
    expect([result.exitCode, result.outputs['result']]).toEqual([1, 'error'])
    expect(annotated(result, 'error')).toEqual([expect.stringMatching(hung)])
  })

  it('has 2 minutes for every so many accounts as are worked on at a time', async () => {
    const { sandbox, run } = await fleetForTest(20)
    sandbox.fault({
      match: { account: subaccountSid(1) },
      times: 3,
      effect: { kind: 'status', status: 429, code: 20429, headers: { 'retry-after': '60' } },
    })
    const result = await run({ concurrency: '1' }, { env: impatient })
    expect([result.exitCode, result.outputs['result']]).toEqual([0, 'in-sync'])
    expect(sandbox.requests).toHaveLength(1 + 21 + 3)
  })
})
