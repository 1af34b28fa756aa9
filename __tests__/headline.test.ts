import { describe, expect, it } from 'vitest'
import { NetworkError } from '../src/errors.ts'
import type { Mode, Policy } from '../src/guard.ts'
import { count, headline, lead } from '../src/headline.ts'
import { type Outcome, overallResult } from '../src/outcome.ts'
import type { Current, Desired } from '../src/settings.ts'
import { accountSid, keySid, open, otherKeySid, safe } from './action/fixtures.ts'
import { observation, policy, target, withoutEdition, written } from './builders.ts'
import { runGuards } from '../src/guard.ts'

const plan = 'a'.repeat(64)
const said = (outcomes: readonly Outcome[], mode: Mode = 'check'): { title: string; lead: string } => {
  const ended = { result: overallResult(outcomes), mode, outcomes }
  return { title: headline(ended), lead: lead(ended, plan) }
}
const compared = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => ({ status: 'compared', ...observation(desired, current, over) })
const refused = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => {
  const observed = observation(desired, current, over)
  return { status: 'refused', ...observed, guards: [...observed.guards, ...runGuards(plan, policy(over))] }
}
const failed = (done: 'no' | 'yes' | 'unknown', isObserved: boolean): Extract<Outcome, { status: 'failed' }> => ({ status: 'failed', target, error: new NetworkError('lost'), written: done, uploaded: null, observation: isObserved ? observation(safe, open) : null, requestIds: [] })
const floor = { floor: ['encryption', 'external-storage'] } as const

it.each<[string, Outcome, Mode, string, string]>([
  ['in sync', compared(safe, safe), 'check', 'In sync: the account is as desired', '6 managed settings checked, none differs.'],
  ['in sync in one setting', compared({ friendly_name: 'Media' }, safe), 'apply', 'In sync: the account is as desired', '1 managed setting checked, none differs.'],
  ['compliant', compared({}, safe, floor), 'check', 'Compliant: the account meets what is required', 'Every policy of the workflow is met. No setting is managed.'],
  ['drift in check', compared(safe, open), 'check', 'Drift: encryption is off, and 4 more', 'If the account is wrong, run this action with "mode: apply". If it is right, correct the workflow.'],
  ['drift in plan', compared(safe, open), 'plan', 'Plan: 5 settings would change', `Nothing was written. To write exactly this, run with "mode: apply" and "expected-plan: ${plan}".`],
  ['a plan of one', compared({ friendly_name: 'Other' }, safe), 'plan', 'Plan: 1 setting would change', `Nothing was written. To write exactly this, run with "mode: apply" and "expected-plan: ${plan}".`],
  ['drift that is guarded', compared({ encryption_key_sid: otherKeySid }, safe), 'check', 'Drift: another encryption key', 'If the account is right, correct the workflow. If it is wrong, apply would refuse to correct it, for the reasons below.'],
  ['a plan that is guarded', compared({ encryption_key_sid: otherKeySid }, safe), 'plan', 'Plan: 1 setting would change', 'Nothing was written, and apply would refuse to, for the reasons below.'],
  ['one floor', compared({}, { ...safe, encryption_enabled: false }, floor), 'check', 'Not compliant: encryption is not on', 'Nothing differs, but a policy is not met. What to do is below.'],
  ['a desired floor, with drift', compared({ encryption_enabled: false }, safe, floor), 'check', 'Not compliant: the workflow asks for no encryption', 'A policy is not met. What to do is below.'],
  ['a desired floor, unread', { status: 'skipped', accountSid, reason: '', desired: { encryption_enabled: false }, findings: observation({ encryption_enabled: false }, safe, floor).findings }, 'check', 'Not compliant: the workflow asks for no encryption', 'A policy is not met. What to do is below.'],
  ['a desired floor for storage', compared({ aws_storage_enabled: false }, safe, floor), 'check', 'Not compliant: the workflow asks for no external storage', 'A policy is not met. What to do is below.'],
  ['two floors', compared({}, open, floor), 'check', 'Not compliant: encryption is not on, and external storage is not on', 'Nothing differs, but a policy is not met. What to do is below.'],
  ['applied', written(safe, open, safe), 'apply', 'Applied: 5 settings written and verified', 'The account was read back, and is as desired.'],
  ['unverified', written(safe, open, { ...safe, encryption_enabled: false }), 'apply', 'Not verified: encryption_enabled did not take', 'Twilio accepted the write, but the account reads back different. Do not rely on these settings.'],
  ['refused', refused({ encryption_enabled: false }, safe), 'apply', 'Refused: encryption would be switched off', 'Nothing was written. The reasons and the ways out are below.'],
  ['another account', { status: 'wrong-account', target, answered: null, requestIds: [] }, 'apply', 'Refused: another account answered', 'Nothing was written. The reasons and the ways out are below.'],
  ['skipped', { status: 'skipped', accountSid, reason: '', desired: safe, findings: [] }, 'check', 'Skipped: the live account was not checked', 'This is not a proof that the account is in order.'],
  ['a failed read', failed('no', false), 'check', 'Error: Twilio did not answer', 'This run proves nothing about the account.'],
  ['a failed write', failed('no', true), 'apply', 'Error: Twilio did not answer', 'Nothing was written.'],
  ['a write that nobody verified', failed('yes', true), 'apply', 'Error: Twilio did not answer, and a write was not verified', 'Run a check to see what the account has.'],
  ['a lost write', failed('unknown', true), 'apply', 'Error: Twilio did not answer, and a write was not verified', 'Run a check to see what the account has.'],
])('%s', (_, outcome, mode, title, sentence) => {
  expect(said([outcome], mode)).toEqual({ title, lead: sentence })
})

it('of several targets tells of all', () => {
  expect(said([written(safe, open, safe), { ...failed('no', false), target: { accountSid, resource: 'recording-settings' } }], 'apply')).toEqual({ title: 'Partly applied: composition settings written, recording settings not', lead: 'Some targets were written and others were not. The rows below say which.' })
  expect(said([compared(safe, safe), compared(safe, safe)])).toEqual({ title: 'In sync: the account is as desired', lead: '12 managed settings checked, none differs.' })
  expect(said([compared(safe, safe), compared({}, safe, floor)]).title).toBe('In sync: the account is as desired')
  expect(said([written(safe, open, safe), written({ friendly_name: 'x' }, open, { ...open, friendly_name: 'x' })], 'apply').title).toBe('Applied: 6 settings written and verified')
})

describe('drift', () => {
  it.each<[Desired, Current, string]>([
    [{ encryption_enabled: true }, { encryption_enabled: false }, 'encryption is off'],
    [{ encryption_enabled: true }, { encryption_enabled: null }, 'encryption is not set up'],
    [{ encryption_enabled: true }, withoutEdition, 'encryption is not available'],
    [{ aws_storage_enabled: true }, { aws_storage_enabled: false }, 'external storage is off'],
    [{ aws_storage_enabled: false }, { aws_storage_enabled: true }, 'external storage is on'],
    [{ encryption_key_sid: keySid }, { encryption_key_sid: null }, 'no encryption key'],
    [{ encryption_key_sid: keySid }, {}, 'no encryption key'],
    [{ encryption_key_sid: keySid }, { encryption_key_sid: otherKeySid }, 'another encryption key'],
    [{ aws_s3_url: 'https://a.s3.amazonaws.com' }, { aws_s3_url: null }, 'no bucket URL'],
    [{ aws_credentials_sid: keySid }, { aws_credentials_sid: otherKeySid }, 'another AWS credential'],
    [{ friendly_name: 'Media' }, { friendly_name: 'Other' }, 'another name'],
    [{ encryption_enabled: false, friendly_name: 'Media' }, { encryption_enabled: true, friendly_name: 'Other' }, 'encryption is on, and another name'],
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
    [{ encryption_enabled: false }, safe, { ...floor, allowed: ['encryption-off'] }, 'the desired settings are below what is required'],
    [{ friendly_name: 'x' }, safe, { expectedPlan: 'b'.repeat(64) }, 'the plan is not the reviewed one'],
    [{ encryption_enabled: false, encryption_key_sid: otherKeySid, aws_storage_enabled: false }, safe, {}, 'encryption would be switched off, and 2 more'],
  ])('because of %j, %#', (desired, current, over, words) => {
    expect(said([refused(desired, current, over)], 'apply').title).toBe(`Refused: ${words}`)
  })
})

it.each([[0, '0 settings'], [1, '1 setting'], [2, '2 settings']])('counts %i', (number, words) => {
  expect(count(number, 'setting')).toBe(words)
})
