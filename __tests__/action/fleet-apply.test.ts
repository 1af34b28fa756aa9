import { describe, expect, it } from 'vitest'
import { drifts, parentSid, subaccountSid, unencrypted } from './fleet-fixtures.ts'
import { countsOf, fleetForTest, numberOf, numbersTo, resultsOf, summaryLines } from './fleet-run.ts'
import { otherAccountSid, safe } from './fixtures.ts'
import { annotated, changesOf, headingOf } from './scenario.ts'

const apply = { mode: 'apply' }

describe('apply over a fleet', () => {
  it('reads all, then writes and verifies what differs, and writes nothing else', async () => {
    const { sandbox, run, written } = await fleetForTest(6, drifts(2, 3, 5))
    const result = await run(apply)
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(headingOf(result)).toBe('✅ Applied: 3 of 7 accounts written and read back')
    expect(countsOf(result)).toEqual(['applied 3', 'in-sync 4'])
    expect(changesOf(result)).toHaveLength(3)
    expect(written()).toEqual([2, 3, 5])
    for (const number of numbersTo(6)) expect(sandbox.settings(subaccountSid(number), 'composition')).toEqual(safe)
    const methods = sandbox.requests.map(({ method }) => method)
    expect(methods.indexOf('POST')).toBe(1 + 7)
    expect(methods.slice(1 + 7)).toHaveLength(2 * 3)
    expect((await run(apply)).outputs['result']).toBe('in-sync')
  })

  it('is refused as a whole by the guard of one account, which stands first, and goes on without it', async () => {
    const { run, written } = await fleetForTest(4, (number) => ({
      compositionSettings:
        number === 3 ? { ...unencrypted, encryption_key_sid: null } : number === 4 ? safe : unencrypted,
    }))
    const result = await run(apply)
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'refused', drift: 'true' })
    expect(written()).toEqual([])
    expect(countsOf(result)).toEqual(['refused 3', 'in-sync 2'])
    expect(result.summary).toContain('one refusal refuses all')
    expect(
      summaryLines(result)
        .join('\n')
        .match(/AC[0-9a-f]{32}/g)
        ?.map(numberOf),
    ).toEqual(
      // First what differs, and then what accounts have, as inputs, by equal settings.
      [3, 1, 2].concat([1, 2, 4, numberOf(parentSid), 3]),
    )
    expect(annotated(result, 'error').map((text) => text.replace(/^.*\): /, ''))).toEqual([
      'encryption_enabled: false → true. Encryption would be on without a key, and every composition would fail. Set "encryption-key-sid".',
      'encryption_enabled: false → true',
    ])

    const without = await run({ ...apply, accounts: [1, 2, 4].map(subaccountSid).join() })
    expect(without.outputs['result']).toBe('applied')
    expect(written()).toEqual([1, 2])
  })

  it('is refused as a whole when another account answers for one', async () => {
    const { sandbox, run, written } = await fleetForTest(3, drifts(1, 2))
    sandbox.fault({ match: { account: subaccountSid(2) }, effect: { kind: 'wrong-account', sid: otherAccountSid } })
    const result = await run(apply)
    expect(resultsOf(result, numbersTo(3))).toEqual({ 1: 'refused', 2: 'refused', 3: 'in-sync' })
    expect(written()).toEqual([])
  })

  it('is refused as a whole on a pull request', async () => {
    const { run, written } = await fleetForTest(2, drifts(1))
    const result = await run(apply, { event: { name: 'pull_request', payload: {} } })
    expect(result.outputs['result']).toBe('refused')
    expect(written()).toEqual([])
  })

  it('is partial when one write fails, and says which', async () => {
    const { sandbox, run } = await fleetForTest(4, drifts(1, 2, 3))
    sandbox.fault({
      match: { method: 'POST', account: subaccountSid(2) },
      effect: { kind: 'status', status: 400, code: 20001, message: 'Invalid parameter EncryptionKeySid' },
    })
    const result = await run(apply)
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'partial', drift: 'true' })
    expect(headingOf(result)).toBe('❌ Partly applied: 2 accounts written and read back, 1 not')
    expect(resultsOf(result, numbersTo(4))).toEqual({ 1: 'applied', 2: 'error', 3: 'applied', 4: 'in-sync' })
    expect(result.targets.get(subaccountSid(2))?.written).toBe('no')
    expect(sandbox.settings(subaccountSid(2), 'composition')).toEqual(unencrypted)
    const [row = ''] = summaryLines(result)
      .join('\n')
      .split('<h3>')
      .filter((group) => group.includes(subaccountSid(2)))
    expect(row).toContain('Invalid parameter EncryptionKeySid')
    expect(row).toContain('Nothing was written.')
  })

  it('is partial when one write does not take, and when one resource of two is not written', async () => {
    const { sandbox, run } = await fleetForTest(2, (number) => ({
      compositionSettings: unencrypted,
      recordingSettings: { ...safe, friendly_name: 'Old' },
      quirks: number === 2 ? { ignores: ['encryption_enabled'] } : {},
    }))
    sandbox.setSettings(parentSid, 'recording', safe)
    sandbox.fault({
      match: { method: 'POST', path: 'RecordingSettings', account: subaccountSid(1) },
      effect: { kind: 'status', status: 400, code: 20001 },
    })
    const result = await run({
      ...apply,
      resources: 'compositions, recordings',
      'allow-risky-changes': 'recordings-uncomposable',
    })
    expect(result.outputs['result']).toBe('partial')
    expect(result.evidenceFile.targets.map(({ result: own }) => own)).toEqual([
      'applied',
      'error',
      'unverified',
      'applied',
      'in-sync',
      'in-sync',
    ])
    expect(countsOf(result)).toEqual(['partial 2', 'in-sync 1'])
    const lines = summaryLines(result)
    expect(lines.join('\n').replaceAll('&#39;', "'")).toContain(
      "Composition settings: Twilio accepted the write, but the account has encryption_enabled: false, not true. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
    )
    expect(lines.filter((line) => line.startsWith('<li>ℹ️'))).toEqual([
      '<li>ℹ️ Twilio cannot compose recordings that are encrypted or stored in S3: with these recording settings, no new recording can be composed. Allowed by &quot;allow-risky-changes: recordings-uncomposable&quot;.</li>',
    ])
  })
})

describe('expected-plan over a fleet', () => {
  it('writes the plan that was reviewed', async () => {
    const { run, written } = await fleetForTest(4, drifts(1, 3))
    const plan = (await run({ mode: 'plan', concurrency: '1' })).outputs['plan-id'] ?? ''
    expect(plan).toMatch(/^[0-9a-f]{64}$/)
    expect((await run({ ...apply, 'expected-plan': plan })).outputs).toMatchObject({
      result: 'applied',
      'plan-id': plan,
    })
    expect(written()).toEqual([1, 3])
  })

  it.each([
    ['an account has changed', (sid: string) => ({ change: sid }), {}],
    ['an account cannot be read', (sid: string) => ({ fail: sid }), {}],
    ['another account is asked for', () => ({}), { accounts: [1, 2, 3].map(subaccountSid).join() }],
  ] as const)('writes nothing if %s in between', async (_, happens, inputs) => {
    const { sandbox, run, written } = await fleetForTest(4, drifts(1, 3))
    const plan = (await run({ mode: 'plan' })).outputs['plan-id'] ?? ''
    const event: { change?: string; fail?: string } = happens(subaccountSid(2))
    if (event.change !== undefined) sandbox.setSettings(event.change, 'composition', unencrypted)
    if (event.fail !== undefined)
      sandbox.fault({ match: { account: event.fail }, effect: { kind: 'status', status: 403, code: 20005 } })
    const result = await run({ ...apply, ...inputs, 'expected-plan': plan })
    expect(result.outputs['result']).toBe(event.fail === undefined ? 'refused' : 'error')
    expect(resultsOf(result, [1, 3])).toEqual({ 1: 'refused', 3: 'refused' })
    expect(result.summary).toContain('The plan is not the one that was reviewed')
    expect(written()).toEqual([])
  })
})
