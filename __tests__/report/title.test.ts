import { describe, expect, it } from 'vitest'
import { ApiError, NetworkError } from '../../src/shared/errors.ts'
import type { Mode, Policy } from '../../src/settings/guards.ts'
import { explanation } from '../../src/report/explanation.ts'
import { title } from '../../src/report/title.ts'
import { count } from '../../src/report/words.ts'
import { type Outcome, overallResult } from '../../src/run/outcome.ts'
import { type Current, type Desired, settingNames } from '../../src/settings/settings.ts'
import { accountSid, keySid, open, otherAccountSid, otherKeySid, safe } from '../action/fixtures.ts'
import { observation, policy, target, withoutEdition, written } from '../builders.ts'
import { runGuards } from '../../src/settings/guards.ts'

const plan = 'a'.repeat(64)
const said = (outcomes: readonly Outcome[], mode: Mode = 'check'): { title: string; explanation: string } => {
  const ended = { result: overallResult(outcomes), mode, outcomes }
  return { title: title(ended), explanation: explanation(ended, plan) }
}
const compared = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => ({
  status: 'compared',
  ...observation(desired, current, over),
})
const refused = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => {
  const observed = observation(desired, current, over)
  return { status: 'refused', ...observed, guards: [...observed.guards, ...runGuards(plan, policy(over))] }
}
const failed = (done: 'no' | 'yes' | 'unknown', isObserved: boolean): Extract<Outcome, { status: 'failed' }> => ({
  status: 'failed',
  target,
  error: new NetworkError('lost'),
  written: done,
  uploaded: { kind: 'no' },
  observation: isObserved ? observation(safe, open) : null,
  requestIds: [],
})
const failedWith = (status: number): Outcome => ({
  ...failed('no', false),
  error: new ApiError(
    { method: 'GET', path: '/v1', status, code: null, detail: null, moreInfo: null, requestId: null, attempts: 1 },
    null,
  ),
})
const requirements = { requirements: ['encryption', 'external-storage'] } as const

it.each<[string, Outcome, Mode, string, string]>([
  [
    'in sync',
    compared(safe, safe),
    'check',
    `In sync: ${settingNames.length} settings match`,
    `Nothing to do: ${accountSid} has what the workflow asks for.`,
  ],
  [
    'in sync in one setting',
    compared({ friendly_name: 'Media' }, safe),
    'apply',
    'In sync: 1 setting matches',
    'Nothing to do: ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa has what the workflow asks for.',
  ],
  [
    'compliant',
    compared({}, safe, requirements),
    'check',
    'Compliant: the account meets what is required',
    'Nothing to do: ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa meets every policy of the workflow, and no setting is managed.',
  ],
  [
    'drift in check',
    compared(safe, open),
    'check',
    'Drift: encryption is off, and 4 more',
    'New compositions are not encrypted, and what is made until you correct that stays so. New compositions stay in Twilio\'s cloud, not in your bucket. To put that right, run with "mode: apply". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.',
  ],
  [
    'drift in plan',
    compared(safe, open),
    'plan',
    'Plan: 5 settings would change',
    `To write exactly this, run with "mode: apply" and "expected-plan: ${plan}".`,
  ],
  [
    'a plan of one',
    compared({ friendly_name: 'Other' }, safe),
    'plan',
    'Plan: 1 setting would change',
    `To write exactly this, run with "mode: apply" and "expected-plan: ${plan}".`,
  ],
  [
    'drift that is guarded',
    compared({ encryption_key_sid: otherKeySid }, safe),
    'check',
    'Drift: another key encrypts',
    'New compositions are encrypted with "CR11111111111111111111111111111111", not with "CR22222222222222222222222222222222": only the holder of that private key can read them. To put that right, run once with "mode: apply" and "allow-risky-changes: encryption-key". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.',
  ],
  [
    'drift where there is no edition',
    compared(safe, withoutEdition),
    'check',
    `Drift: encryption is not available, and ${settingNames.length - 2} more`,
    "The account does not have encryption_enabled, encryption_key_sid, aws_storage_enabled, aws_s3_url, aws_credentials_sid, so apply may not be able to change that. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account. If you meant it, correct the workflow.",
  ],
  [
    'a plan where there is no edition',
    compared({ encryption_enabled: true }, withoutEdition),
    'plan',
    'Plan: 1 setting would change',
    "The account does not have encryption_enabled, so apply may not be able to change that. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
  ],
  [
    'a plan that is guarded',
    compared({ encryption_key_sid: otherKeySid }, safe),
    'plan',
    'Plan: 1 setting would change',
    'To write exactly this, run with "mode: apply", "expected-plan: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" and, for that run alone, "allow-risky-changes: encryption-key".',
  ],
  [
    'one floor',
    compared({}, { ...safe, encryption_enabled: false }, requirements),
    'check',
    'Not compliant: encryption is not on',
    'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and apply.',
  ],
  [
    'a desired floor, with drift',
    compared({ encryption_enabled: false }, safe, requirements),
    'check',
    'Not compliant: the workflow asks for no encryption',
    'The workflow asks for no encryption ("encryption-enabled: false"), and "require" demands it. Change one of the two.',
  ],
  [
    'a desired floor, unread',
    {
      status: 'skipped',
      accountSid,
      reason: '',
      desired: { encryption_enabled: false },
      findings: observation({ encryption_enabled: false }, safe, requirements).findings,
    },
    'check',
    'Not compliant: the workflow asks for no encryption',
    'The workflow asks for no encryption ("encryption-enabled: false"), and "require" demands it. Change one of the two.',
  ],
  [
    'a desired floor for storage',
    compared({ aws_storage_enabled: false }, safe, requirements),
    'check',
    'Not compliant: the workflow asks for no external storage',
    'The workflow asks for no external storage ("aws-storage-enabled: false"), and "require" demands it. Change one of the two.',
  ],
  [
    'two floors',
    compared({}, open, requirements),
    'check',
    'Not compliant: encryption is not on, and external storage is not on',
    'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply. On the live account external storage is off, and "require" demands it. Set "aws-storage-enabled: true", "aws-s3-url" and "aws-credentials-sid", and apply.',
  ],
  [
    'applied',
    written(safe, open, safe),
    'apply',
    'Applied: 5 settings written and read back',
    'ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa has what the workflow asks for. What was made while encryption was off stays unencrypted.',
  ],
  [
    'unverified',
    written(safe, open, { ...safe, encryption_enabled: false }),
    'apply',
    'Not verified: after the write encryption is off',
    "Twilio accepted the write, but the account still shows other values. Do not rely on these settings. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
  ],
  [
    'refused',
    refused({ encryption_enabled: false }, safe),
    'apply',
    'Refused: encryption would be switched off',
    'Nothing was written. Encryption would be switched off. What is made from then on stays unencrypted for good. If you mean it, run once with "allow-risky-changes: encryption-off".',
  ],
  [
    'another account',
    { status: 'wrong-account', target, answered: otherAccountSid, requestIds: [] },
    'apply',
    'Refused: another account answered',
    `Nothing was written. The credential belongs to ${otherAccountSid}, and "account-sid" says ${accountSid}. If ${accountSid} is right, give a credential of that account. Else correct "account-sid".`,
  ],
  [
    'no account that is named',
    { status: 'wrong-account', target, answered: null, requestIds: [] },
    'apply',
    'Refused: no answer names the account',
    'Nothing was written. This run proves nothing about the account.',
  ],
  [
    'skipped',
    { status: 'skipped', accountSid, reason: '', desired: safe, findings: [] },
    'check',
    'Skipped: the live account was NOT checked',
    '. Only the inputs were checked, which proves nothing about the account.',
  ],
  [
    'a failed read',
    failed('no', false),
    'check',
    'Error: Twilio did not answer',
    'This run proves nothing about the account.',
  ],
  [
    'a request that Twilio refuses',
    failedWith(400),
    'check',
    'Error: Twilio refused the request',
    'This run proves nothing about the account.',
  ],
  [
    'a request that Twilio puts off',
    failedWith(429),
    'check',
    'Error: Twilio takes no more requests for now',
    'This run proves nothing about the account.',
  ],
  [
    'a failure at Twilio',
    failedWith(503),
    'check',
    'Error: Twilio failed',
    'This run proves nothing about the account.',
  ],
  ['a failed write', failed('no', true), 'apply', 'Error: Twilio did not answer', 'Nothing was written.'],
  [
    'a write that nobody verified',
    failed('yes', true),
    'apply',
    'Error: Twilio did not answer, and it is unknown whether the settings were written',
    'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
  ],
  [
    'a lost write',
    failed('unknown', true),
    'apply',
    'Error: Twilio did not answer, and it is unknown whether the settings were written',
    'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.',
  ],
  [
    'a failed write after an upload',
    { ...failed('no', true), uploaded: { kind: 'yes', sid: keySid } },
    'apply',
    'Error: Twilio did not answer',
    `The settings were not written; the public key was uploaded as ${keySid}.`,
  ],
  [
    'a write that nobody verified, after an upload',
    { ...failed('yes', true), uploaded: { kind: 'yes', sid: keySid } },
    'apply',
    'Error: Twilio did not answer, and it is unknown whether the settings were written',
    'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
  ],
  [
    'a lost upload',
    { ...failed('no', true), uploaded: { kind: 'unknown' } },
    'apply',
    'Error: Twilio did not answer, and it is unknown whether the key was uploaded',
    'The settings were not written; it is unknown whether the public key was uploaded. The next apply checks first.',
  ],
])('%s', (_, outcome, mode, title, sentence) => {
  expect(said([outcome], mode)).toEqual({ title, explanation: sentence })
})

it('of several targets tells of all', () => {
  expect(said([compared(safe, safe), compared(safe, safe)])).toEqual({
    title: `In sync: ${2 * settingNames.length} settings match`,
    explanation: `Nothing to do: ${accountSid} has what the workflow asks for.`,
  })
  expect(said([compared(safe, safe), compared({}, safe, requirements)]).title).toBe(
    `In sync: ${settingNames.length} settings match`,
  )
  expect(
    said([written(safe, open, safe), written({ friendly_name: 'x' }, open, { ...open, friendly_name: 'x' })], 'apply')
      .title,
  ).toBe(`Applied: ${settingNames.length} settings written and read back`)
})

describe('of two resources, of which not both are written and read back', () => {
  const kinds = {
    applied: written(safe, open, safe),
    'applied, below the floor': written({ friendly_name: 'x' }, open, { ...open, friendly_name: 'x' }, requirements),
    unverified: written(safe, open, open),
    'not read back': failed('yes', true),
    lost: failed('unknown', true),
    failed: failed('no', true),
    'not read': failed('no', false),
    refused: refused({ encryption_enabled: false }, safe),
    'of another account': { status: 'wrong-account', target, answered: null, requestIds: [] },
  } satisfies Record<string, Outcome>
  type Kind = keyof typeof kinds
  const ofRecordings = (outcome: Outcome): Outcome =>
    outcome.status === 'skipped' ? outcome : { ...outcome, target: { accountSid, resource: 'recording-settings' } }
  const pair = (first: Kind, second: Kind): Outcome[] => [kinds[first], ofRecordings(kinds[second])]
  const titleOf = (first: Kind, second: Kind): string => said(pair(first, second), 'apply').title

  const taken: readonly Kind[] = ['applied', 'applied, below the floor']
  const sent: readonly Kind[] = ['unverified', 'not read back', 'lost']
  const kept: readonly Kind[] = ['failed', 'not read', 'refused', 'of another account']
  const mixtures = (some: readonly Kind[], others: readonly Kind[]): [Kind, Kind][] =>
    some.flatMap((one) => others.map((other): [Kind, Kind] => [one, other]))

  it.each(mixtures(taken, sent))('%s and %s', (one, other) => {
    expect(titleOf(one, other)).toBe(
      'Partly applied: composition settings written and read back, recording settings sent but not verified',
    )
    expect(titleOf(other, one)).toBe(
      'Partly applied: recording settings written and read back, composition settings sent but not verified',
    )
  })

  it.each(mixtures(taken, kept))('%s and %s', (one, other) => {
    expect(titleOf(one, other)).toBe(
      'Partly applied: composition settings written and read back, recording settings not written',
    )
    expect(titleOf(other, one)).toBe(
      'Partly applied: recording settings written and read back, composition settings not written',
    )
  })

  it.each(mixtures(sent, kept))('%s and %s', (one, other) => {
    expect(titleOf(one, other)).toBe(
      'Not all written: composition settings sent but not verified, recording settings not written',
    )
    expect(titleOf(other, one)).toBe(
      'Not all written: recording settings sent but not verified, composition settings not written',
    )
  })

  it('says where to look, and not that they were not written', () => {
    expect(said(pair('applied', 'unverified'), 'apply').explanation).toBe(
      'Recording settings: Twilio accepted the write, but the account still shows other values. Do not rely on these settings. Encryption needs Twilio\'s Enterprise or Security Edition: ask Twilio to enable it for this account. Run "mode: check" to see what the account has.',
    )
  })

  it('has no other mixtures of this kind', () => {
    const all = Object.keys(kinds) as Kind[]
    const partial = mixtures(all, all).filter(([one, other]) => overallResult(pair(one, other)) === 'partial')
    expect(partial).toHaveLength(
      2 * (taken.length * sent.length + taken.length * kept.length + sent.length * kept.length),
    )
  })
})

describe('drift', () => {
  it.each<[Desired, Current, string]>([
    [{ encryption_enabled: true }, { encryption_enabled: false }, 'encryption is off'],
    [{ encryption_enabled: true }, { encryption_enabled: null }, 'encryption is not set up'],
    [{ encryption_enabled: true }, withoutEdition, 'encryption is not available'],
    [{ aws_storage_enabled: true }, { aws_storage_enabled: false }, 'external storage is off'],
    [{ aws_storage_enabled: false }, { aws_storage_enabled: true }, 'external storage is on'],
    [{ encryption_key_sid: keySid }, { encryption_key_sid: null }, 'the encryption key is missing'],
    [{ encryption_key_sid: keySid }, {}, 'the encryption key is not available'],
    [{ encryption_key_sid: keySid }, { encryption_key_sid: otherKeySid }, 'the encryption key differs'],
    [{ aws_s3_url: 'https://a.s3.amazonaws.com' }, { aws_s3_url: null }, 'the bucket URL is missing'],
    [{ aws_credentials_sid: keySid }, { aws_credentials_sid: otherKeySid }, 'the AWS credential differs'],
    [{ friendly_name: 'Media' }, { friendly_name: 'Other' }, 'the name differs'],
    [
      { encryption_enabled: false, friendly_name: 'Media' },
      { encryption_enabled: true, friendly_name: 'Other' },
      'encryption is on, and the name differs',
    ],
  ])('of %j against %j', (desired, current, words) => {
    expect(said([compared(desired, current)]).title).toBe(`Drift: ${words}`)
  })
})

describe('refused', () => {
  it.each<[Desired, Current, Partial<Policy>, string]>([
    [{ encryption_key_sid: otherKeySid }, safe, {}, 'another key would encrypt'],
    [{ aws_storage_enabled: false }, safe, {}, 'external storage would be switched off'],
    [{ aws_s3_url: 'https://a.s3.amazonaws.com' }, safe, {}, 'media would be stored elsewhere'],
    [{ friendly_name: 'x' }, safe, { isPullRequest: true }, 'a pull request may not apply'],
    [{ encryption_enabled: true }, open, {}, 'the settings would not work together'],
    [{ aws_storage_enabled: true }, open, {}, 'the settings would not work together'],
    [
      { encryption_enabled: false },
      safe,
      { ...requirements, allowed: ['encryption-off'] },
      'the desired settings are below what is required',
    ],
    [{ friendly_name: 'x' }, safe, { expectedPlan: 'b'.repeat(64) }, 'the plan is not the reviewed one'],
    [
      { encryption_enabled: false, encryption_key_sid: otherKeySid, aws_storage_enabled: false },
      safe,
      {},
      'encryption would be switched off, and 2 more',
    ],
  ])('because of %j, %#', (desired, current, over, words) => {
    expect(said([refused(desired, current, over)], 'apply').title).toBe(`Refused: ${words}`)
  })
})

it.each([
  [0, '0 settings'],
  [1, '1 setting'],
  [2, '2 settings'],
])('counts %i', (number, words) => {
  expect(count(number, 'setting')).toBe(words)
})
