import { describe, expect, it } from 'vitest'
import { ApiError, AuthError, InputError, NetworkError } from '../../src/shared/errors.ts'
import { type Evidence, changeRecords, evidenceJson, findingRecords } from '../../src/report/evidence.ts'
import { evidenceSchema } from '../../src/report/evidence-schema.ts'
import type { Finding } from '../../src/settings/findings.ts'
import { readRunIdentity } from '../../src/inputs/event.ts'
import type { Inputs, WorkflowInputs } from '../../src/inputs/inputs.ts'
import { type Mode, modes } from '../../src/settings/guards.ts'
import type { Outcome, Uploaded, RunResult } from '../../src/run/outcome.ts'
import { report } from '../../src/report/report.ts'
import { version } from '../../src/shared/version.ts'
import { accountSid, keySid, open, otherAccountSid, safe } from '../action/fixtures.ts'
import { bareInputs, observation, target, withoutEdition, written } from '../builders.ts'

const requirements = { requirements: ['encryption', 'external-storage'] } as const
const nobody = readRunIdentity({})
const time = new Date('2026-01-02T03:04:05.678Z')
const inputs: Inputs = {
  ...bareInputs,
  credentials: { verify: true, maxKeyAgeDays: null },
  requirements: ['encryption'],
}
const of = (
  ending: RunResult,
  identity = nobody,
  at = time,
  asked: Partial<Inputs> | null = {},
  isSandbox = false,
): Evidence => {
  const read: WorkflowInputs['inputs'] =
    asked === null
      ? { kind: 'wrong', error: new InputError(['One.']) }
      : { kind: 'right', value: { ...inputs, ...asked } }
  const parts = evidenceJson({ inputs: read, isSandbox, identity }, ending, report(ending, []), at)
  return JSON.parse([...parts].join('')) as Evidence
}
const ran = (outcomes: readonly Outcome[], mode: Mode = 'check'): RunResult => ({
  kind: 'ran',
  mode,
  scope: { accountSid, shard: null, names: null },
  requestIds: outcomes.flatMap((outcome) => (outcome.status === 'skipped' ? [] : outcome.requestIds)),
  listed: null,
  outcomes,
  planId: 'a'.repeat(64),
})
const failed = (observed: boolean): Extract<Outcome, { status: 'failed' }> => ({
  status: 'failed',
  target,
  error: new NetworkError('lost'),
  written: 'unknown',
  uploaded: { kind: 'no' },
  observation: observed ? observation(safe, open) : null,
  requestIds: ['RQ1'],
})

const kinds: readonly [string, Outcome][] = [
  ['skipped', { status: 'skipped', accountSid, reason: 'x', desired: safe, findings: [] }],
  [
    'skipped, without an account',
    {
      status: 'skipped',
      accountSid: null,
      reason: 'x',
      desired: { encryption_enabled: false },
      findings: observation({ encryption_enabled: false }, {}, requirements).findings,
    },
  ],
  ['wrong-account', { status: 'wrong-account', target, answered: otherAccountSid, requestIds: ['RQ1'] }],
  ['failed', failed(false)],
  ['failed in the write', failed(true)],
  ['compared', { status: 'compared', ...observation(safe, open, requirements) }],
  ['compared with what is absent', { status: 'compared', ...observation(safe, withoutEdition) }],
  ['refused', { status: 'refused', ...observation({ encryption_enabled: false }, safe) }],
  ['written', written(safe, open, safe)],
  ['unverified', { ...written(safe, open, withoutEdition, requirements), overwritten: ['friendly_name'] }],
]

describe('evidence', () => {
  it.each(kinds)('of an outcome that is %s has the shape of the schema, and nothing beside it', (_, outcome) => {
    for (const mode of modes) {
      const record = of(ran([outcome], mode))
      expect(evidenceSchema.parse(record)).toEqual(record)
    }
  })

  it('of a run that stopped has it too', () => {
    const stopped: RunResult = {
      kind: 'stopped',
      requestIds: [],
      listed: null,
      error: new InputError(['One.', 'Two.']),
    }
    const record = of(stopped, nobody, time, null)
    expect(evidenceSchema.parse(record)).toEqual(record)
    expect(record).toMatchObject({
      mode: null,
      sandbox: false,
      scope: null,
      policy: null,
      result: 'error',
      drift: null,
      planId: null,
      targets: [],
      errors: ['One.', 'Two.'],
    })
    const later = of(stopped)
    expect(evidenceSchema.parse(later)).toEqual(later)
    expect(later).toMatchObject({
      mode: 'check',
      scope: { accountSid, shard: { index: 1, count: 1 }, covered: null },
      policy: { require: ['encryption'] },
    })
  })

  it('tells a run that asks for less from one that asks for more', () => {
    const outcome: Outcome = { status: 'compared', ...observation(safe, safe) }
    const asked: readonly Partial<Inputs>[] = [
      {},
      { requirements: [] },
      { resources: ['composition-settings', 'recording-settings'] },
      { credentials: { verify: false, maxKeyAgeDays: null } },
      { credentials: { verify: true, maxKeyAgeDays: 90 } },
      { mediaHours: 24 },
      { allowed: ['encryption-off'] },
      { expectedPlan: 'b'.repeat(64) },
      { fleet: { accounts: { kind: 'all' }, concurrency: 8, shard: null } },
      { fleet: { accounts: { kind: 'list', sids: [accountSid] }, concurrency: 8, shard: null } },
      { fleet: { accounts: { kind: 'all' }, concurrency: 8, shard: { index: 1, count: 2 } } },
    ]
    const records = asked.map((change) => JSON.stringify(of(ran([outcome]), nobody, time, change)))
    const sandboxed = JSON.stringify(of(ran([outcome]), nobody, time, {}, true))
    expect(new Set([...records, sandboxed]).size).toBe(asked.length + 1)
  })

  it('holds all that was found and done', () => {
    const outcome = written(
      { encryption_enabled: true, encryption_key_sid: keySid },
      { ...open, aws_s3_url: null },
      safe,
      requirements,
    )
    expect(of(ran([outcome], 'apply'))).toEqual({
      schemaVersion: 2,
      action: { name: 'twilio-composition-settings', version },
      mode: 'apply',
      result: 'applied',
      drift: false,
      sandbox: false,
      scope: { accountSid, accounts: 'self', shard: { index: 1, count: 1 }, listed: null, covered: 1 },
      policy: {
        require: ['encryption'],
        resources: ['composition-settings'],
        verifyCredentials: true,
        maxKeyAgeDays: null,
        mediaHours: null,
        allowRiskyChanges: [],
        expectedPlan: null,
      },
      title: 'Applied: 2 settings written and read back',
      planId: 'a'.repeat(64),
      targets: [
        {
          account_sid: accountSid,
          resource: 'composition-settings',
          result: 'applied',
          desired: { encryption_enabled: true, encryption_key_sid: keySid },
          current: open,
          after: safe,
          changes: [
            {
              account_sid: accountSid,
              resource: 'composition-settings',
              setting: 'encryption_enabled',
              current: false,
              desired: true,
            },
            {
              account_sid: accountSid,
              resource: 'composition-settings',
              setting: 'encryption_key_sid',
              current: null,
              desired: keySid,
            },
          ],
          written: 'yes',
          uploaded: 'no',
          uploadedKey: null,
          findings: [],
          guards: [],
          error: null,
        },
      ],
      errors: [],
      run: { time: '2026-01-02T03:04:05.678Z', ...nobody, requestIds: ['RQ1'] },
    })
  })

  it.each([['no'], ['yes'], ['unknown']] as const)('says whether a target that failed was written: %s', (written) => {
    expect(of(ran([{ ...failed(true), written }], 'apply')).targets[0]).toMatchObject({ result: 'error', written })
  })

  it.each<[Uploaded, string | null]>([
    [{ kind: 'no' }, null],
    [{ kind: 'yes', sid: keySid }, keySid],
    [{ kind: 'unknown' }, null],
  ])('says what became of the key of a target that failed: %j', (uploaded, uploadedKey) => {
    const record = of(ran([{ ...failed(true), written: 'no', uploaded }], 'apply'))
    expect(record.targets[0]).toMatchObject({ written: 'no', uploaded: uploaded.kind, uploadedKey })
    expect(evidenceSchema.parse(record)).toEqual(record)
  })

  it('says what became of the key of a target that was written', () => {
    expect(of(ran([{ ...written(safe, open, safe), uploaded: keySid }], 'apply')).targets[0]).toMatchObject({
      uploaded: 'yes',
      uploadedKey: keySid,
    })
  })

  it('says that what was only compared was not written', () => {
    expect(of(ran([{ status: 'compared', ...observation({}, open) }])).targets[0]?.written).toBe('no')
  })

  it('keeps guards with the word that allowed them, findings and errors', () => {
    const risky = written(
      { encryption_enabled: false },
      safe,
      { ...safe, encryption_enabled: false },
      { allowed: ['encryption-off'] },
    )
    expect(of(ran([risky], 'apply')).targets[0]?.guards).toMatchObject([
      { rule: 'encryption-off', allowance: 'encryption-off', isAllowed: true },
    ])
    expect(
      of(ran([{ status: 'compared', ...observation({}, open, requirements) }])).targets[0]?.findings,
    ).toMatchObject([
      { rule: 'floor-encryption', severity: 'error' },
      { rule: 'floor-external-storage', severity: 'error' },
    ])
    expect(of(ran([failed(false)])).targets[0]).toMatchObject({
      desired: null,
      current: null,
      after: null,
      changes: [],
      error: { name: 'NetworkError', message: 'lost' },
    })
    expect(of(ran([failed(false)])).errors).toEqual([
      'lost',
      'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.',
    ])
  })

  it('takes the id of a request out of a finding, in the output `findings` too', () => {
    const finding = (requestId: string): Finding => ({
      rule: 'credentials-unknown',
      subject: 'live',
      severity: 'warning',
      message: `Whether the key exists could not be told: GET /v1 failed with HTTP 403 (request ${requestId}; tried once)`,
    })
    const outcome = (requestId: string): Outcome => ({
      status: 'compared',
      ...observation(safe, safe),
      findings: [finding(requestId)],
    })
    const message = 'Whether the key exists could not be told: GET /v1 failed with HTTP 403 (request …; tried once).'
    expect(findingRecords([outcome('RQ1')])).toMatchObject([{ rule: 'credentials-unknown', message }])
    expect(of(ran([outcome('RQ1')])).targets).toEqual(of(ran([outcome('RQ2')])).targets)
  })

  it.each(kinds)('of two runs on the same state differs only in `run`: %s', (_, outcome) => {
    const identity = {
      repository: 'org/app',
      commit: 'c',
      ref: 'r',
      workflow: 'w',
      url: 'https://github.com',
      attempt: 2,
      actor: 'octocat',
      event: 'push',
    }
    const again: Outcome = outcome.status === 'skipped' ? outcome : { ...outcome, requestIds: ['RQ7', 'RQ8'] }
    const [first, second] = [of(ran([outcome])), of(ran([again]), identity, new Date(0))]
    expect(first.run).not.toEqual(second.run)
    expect({ ...first, run: null }).toEqual({ ...second, run: null })
    expect(second.run).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      ...identity,
      requestIds: outcome.status === 'skipped' ? [] : ['RQ7', 'RQ8'],
    })
  })
})

it.each([
  [401, AuthError],
  [403, AuthError],
  [500, ApiError],
])('evidence of two runs that Twilio refused with %i names the request in `run` alone', (status, RefusedError) => {
  const refused = (requestId: string): Outcome => ({
    ...failed(false),
    error: new RefusedError(
      {
        method: 'GET',
        path: '/v1',
        status,
        code: 20003,
        detail: 'Authenticate',
        moreInfo: 'https://www.twilio.com/docs',
        requestId,
        attempts: 1,
      },
      'Try again.',
    ),
    written: 'no',
    requestIds: [requestId],
  })
  const [first, second] = [of(ran([refused('RQ1')])), of(ran([refused('RQ7')]))]
  expect([first.run.requestIds, second.run.requestIds]).toEqual([['RQ1'], ['RQ7']])
  expect({ ...first, run: null }).toEqual({ ...second, run: null })
  const facts = `GET /v1 failed with HTTP ${status}, Twilio code 20003: Authenticate (request …; tried once; see https://www.twilio.com/docs).`
  expect(first).toMatchObject({ errors: [facts], targets: [{ error: { message: `${facts} Try again.` } }] })
})

it('changeRecords leave out what the account does not have, and say null for what is blank', () => {
  const changed = observation({ encryption_enabled: true, encryption_key_sid: keySid }, { encryption_key_sid: null })
  const named = { account_sid: accountSid, resource: 'composition-settings' }
  expect(changeRecords([{ status: 'compared', ...changed }, failed(false)])).toStrictEqual([
    { ...named, setting: 'encryption_enabled', desired: true },
    { ...named, setting: 'encryption_key_sid', current: null, desired: keySid },
  ])
})
