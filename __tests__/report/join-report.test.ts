import { describe, expect, it } from 'vitest'
import { readRunIdentity } from '../../src/inputs/event.ts'
import type { WorkflowInputs } from '../../src/inputs/inputs.ts'
import { type Evidence, evidenceJson } from '../../src/report/evidence.ts'
import { joinShards } from '../../src/report/join.ts'
import { joinEvidence, joinFingerprint, joinReport, joinState } from '../../src/report/join-report.ts'
import { report } from '../../src/report/report.ts'
import type { Outcome, RunResult } from '../../src/run/outcome.ts'
import { planId } from '../../src/settings/plan-id.ts'
import { InputError, NetworkError } from '../../src/shared/errors.ts'
import { accountSid, open, safe } from '../action/fixtures.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'
import { bareInputs, observation } from '../builders.ts'

const identity = readRunIdentity({})
const time = new Date('2026-01-02T03:04:05Z')
const shards = 2
const [first, second] = [accountSid, subaccountSid(2)]
const desired = { encryption_enabled: true, encryption_key_sid: safe.encryption_key_sid }

/** A target that was compared: an account's compositions, unless it is said otherwise. */
function compared(sid: string, current = {}, over: Partial<Extract<Outcome, { status: 'compared' }>> = {}): Outcome {
  const found = observation(desired, { ...safe, ...current })
  return { status: 'compared', ...found, target: { accountSid: sid, resource: 'composition-settings' }, ...over }
}
const failed = (sid: string, message = 'Nobody answered.'): Outcome => ({
  status: 'failed',
  target: { accountSid: sid, resource: 'recording-settings' },
  error: new NetworkError(message),
  written: 'no',
  uploaded: { kind: 'no' },
  observation: null,
  requestIds: [],
})
const recordings = (outcome: Outcome): Outcome =>
  outcome.status === 'compared'
    ? { ...outcome, target: { ...outcome.target, resource: 'recording-settings' } }
    : expect.unreachable('only what was compared')

/** The evidence of one shard, whose outcomes are these, or which ended so. */
function shard(
  index: number,
  result: readonly Outcome[] | Extract<RunResult, { kind: 'stopped' }>,
  { isSandbox = false, resources = bareInputs.resources, isWrong = false } = {},
): Evidence {
  const scope = { accountSid, shard: { index, count: shards }, names: null }
  const common = { kind: 'ran', mode: 'check', scope, planId: null, requestIds: [`RQ${index}`], listed: 2 } as const
  const ending: RunResult = 'kind' in result ? result : { ...common, outcomes: result }
  const fleet = { accounts: { kind: 'all' }, concurrency: 8, shard: scope.shard } as const
  const inputs: WorkflowInputs['inputs'] = isWrong
    ? { kind: 'wrong', error: new InputError(['One.']) }
    : { kind: 'right', value: { ...bareInputs, fleet, resources } }
  const parts = evidenceJson({ inputs, isSandbox, identity }, ending, report(ending, []), time)
  return JSON.parse([...parts].join('')) as Evidence
}
const stopped = { kind: 'stopped', error: new NetworkError('Lost.'), requestIds: [], listed: null } as const
const joined = (...records: readonly Evidence[]) =>
  joinShards(new Map(records.map((record, index) => [`${index}.json`, JSON.stringify(record)])), accountSid, shards)
const fleetOf = (...records: readonly Evidence[]) => {
  const { body } = joinReport(joined(...records))
  return body.kind === 'fleet' ? body.fleet : expect.unreachable('no fleet')
}

const calm = [shard(1, [compared(first)]), shard(2, [compared(second)])] as const
const moved = shard(2, [compared(second, { encryption_enabled: false })])

describe('the report on joined shards', () => {
  it('is in sync if all are, with the plan of all', () => {
    expect(joined(...calm).problems).toEqual([])
    expect(joinReport(joined(...calm))).toMatchObject({
      result: 'in-sync',
      isFailure: false,
      hasDrift: false,
      title: 'In sync: all of 2 accounts',
      explanation: '2 shards covered each account once.',
      planId: planId(
        [first, second].map((sid) => ({
          target: { accountSid: sid, resource: 'composition-settings' },
          desired,
          current: safe,
        })),
      ),
      remarks: [],
    })
    expect(fleetOf(...calm)).toMatchObject({ counts: [['in-sync', 2]], wrong: 0, unjudged: 0, groups: [] })
  })

  it('lists what has drifted, with what to do', () => {
    expect(joinReport(joined(calm[0], moved))).toMatchObject({
      result: 'drift',
      hasDrift: true,
      title: 'Drift: 1 of 2 accounts not in sync',
      explanation: expect.stringContaining('run this action with "mode: apply"') as unknown,
      // What the accounts have is below; the errors of their shards are not said again.
      remarks: [],
    })
    expect(fleetOf(calm[0], moved)).toMatchObject({
      counts: [
        ['drift', 1],
        ['in-sync', 1],
      ],
      wrong: 1,
      hasDrift: true,
      groups: [{ isFailure: true, title: 'Drift', details: 'encryption_enabled: false → true.' }],
    })
  })

  it('says of a broken policy that it is not met, and not how to apply', () => {
    const broken = compared(second, {}, { findings: observation({}, open, { requirements: ['encryption'] }).findings })
    const of = [calm[0], shard(2, [broken])] as const
    expect(joinReport(joined(...of))).toMatchObject({
      result: 'noncompliant',
      hasDrift: false,
      explanation: 'What went wrong, or is not met, is below.',
      remarks: [],
      errors: [expect.stringMatching(/^On the live account encryption is off/)],
    })
    expect(fleetOf(...of)).toMatchObject({
      wrong: 1,
      groups: [{ title: 'Not compliant', details: expect.stringMatching(/^On the live/) as unknown }],
    })
  })

  it('counts an account as wrong, or as not judged, by any of its resources', () => {
    const resources = ['composition-settings', 'recording-settings'] as const
    const both = { resources }
    const well = shard(1, [compared(first), recordings(compared(first))], both)
    const wrong = shard(2, [compared(second, { encryption_enabled: false }), recordings(compared(second))], both)
    const unknown = shard(2, [compared(second), failed(second)], both)
    expect(fleetOf(well, wrong)).toMatchObject({ wrong: 1, unjudged: 0 })
    expect(fleetOf(well, unknown)).toMatchObject({ wrong: 0, unjudged: 1, groups: [{ details: 'Nobody answered.' }] })
    const worse = shard(2, [compared(second, { encryption_enabled: false }), failed(second)], both)
    expect(fleetOf(well, worse)).toMatchObject({ wrong: 1, unjudged: 0 })
    expect(joinReport(joined(well, unknown)).planId).toBe(null)
  })

  it('says once why shards were stopped', () => {
    const { problems } = joined(shard(1, stopped), shard(2, stopped))
    expect(problems).toContain('Shard 1/2 did not come to its accounts: Error: Twilio did not answer.')
    const { remarks } = joinReport(joined(shard(1, stopped), shard(2, stopped)))
    expect(remarks.filter(({ text }) => text === 'Lost.')).toHaveLength(1)
  })

  it('takes a shard whose inputs were wrong for one without a scope', () => {
    const wrong = shard(1, { ...stopped, error: new InputError(['One.']) }, { isWrong: true })
    const of = joined(wrong, calm[1])
    expect(of.problems).toContain('A shard covered no account: Error: 1 mistake in the workflow.')
    expect(of.problems).toContain('Shard 1/2 left no evidence: look at its job.')
    expect(joinState(of)).toBe('unknown')
    expect(joinEvidence(of, joinReport(of), identity, time)).toMatchObject({ scope: { covered: null, listed: null } })
    const alone = joined(wrong)
    expect(joinEvidence(alone, joinReport(alone), identity, time)).toMatchObject({
      policy: null,
      scope: { accounts: 'self', listed: null },
    })
  })

  it('takes a shard that skipped its account for one that covered none', () => {
    const skipped: Outcome = { status: 'skipped', accountSid: second, reason: 'why', desired: {}, findings: [] }
    const { problems } = joined(calm[0], shard(2, [skipped]))
    expect(problems).toEqual(['The shards covered 1 account of 2.'])
    expect(joinReport(joined(calm[0], shard(2, [skipped])))).toMatchObject({ result: 'error', isFailure: true })
  })
})

describe('the state of joined shards', () => {
  const warned = compared(
    second,
    {},
    {
      findings: [{ rule: 'not-in-use', subject: 'live', severity: 'warning', message: 'why' }],
    },
  )
  const broken = compared(second, {}, { findings: observation({}, open, { requirements: ['encryption'] }).findings })
  const apart = shard(2, [compared(second), recordings(compared(second, { encryption_enabled: false }))])

  it.each<[string, readonly Evidence[], string]>([
    ['all in sync', calm, 'in-sync'],
    ['a warning', [calm[0], shard(2, [warned])], 'in-sync'],
    ['a difference', [calm[0], moved], 'difference'],
    ['a difference of one of two resources', [calm[0], apart], 'difference'],
    ['a broken policy', [calm[0], shard(2, [broken])], 'difference'],
    ['a difference beside a shard that is missing', [moved], 'difference'],
    ['a shard that is missing', [calm[0]], 'unknown'],
    ['a failure', [calm[0], shard(2, [failed(second)])], 'unknown'],
    ['a sandbox', [calm[0], shard(2, [compared(second)], { isSandbox: true })], 'unknown'],
    ['a difference in a sandbox', [calm[0], shard(2, [compared(second, open)], { isSandbox: true })], 'unknown'],
  ])('with %s', (_, records, state) => {
    expect(joinState(joined(...records))).toBe(state)
  })

  it('has a fingerprint of what differs and of what is broken, and of no warning', () => {
    const of = (...records: readonly Evidence[]): string => joinFingerprint(joined(...records))
    const all = [of(...calm), of(calm[0], moved), of(calm[0], shard(2, [broken]))]
    expect(new Set(all).size).toBe(3)
    expect(of(calm[0], shard(2, [warned]))).toBe(of(...calm))
    expect(of(moved, calm[0])).toBe(of(calm[0], moved))
  })

  it('is told by the evidence, which says of one sandbox that it is none of Twilio', () => {
    const half = joined(calm[0], shard(2, [compared(second)], { isSandbox: true }))
    expect(joinEvidence(half, joinReport(half), identity, time).sandbox).toBe(true)
    const whole = joined(...calm)
    expect(joinEvidence(whole, joinReport(whole), identity, time)).toMatchObject({
      sandbox: false,
      scope: { accountSid, accounts: 'all', shard: { index: 1, count: 1 }, listed: 2, covered: 2 },
      run: { requestIds: ['RQ1', 'RQ2'] },
    })
  })
})
