import { describe, expect, it } from 'vitest'
import { diff } from '../../src/settings/diff.ts'
import { allowances, type Guard, isRefused, type Policy, runGuards, settingsGuards } from '../../src/settings/guards.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { awsSid, bucket, keySid, open, otherAwsSid, otherBucket, otherKeySid, safe } from '../action/fixtures.ts'
import { policy, target } from '../builders.ts'

const guards = (desired: Desired, current: Current, over: Partial<Policy> = {}): Guard[] =>
  settingsGuards({ target, desired, current, changes: diff(desired, current) }, [], policy(over))
const rules = (all: readonly Guard[]): Guard['rule'][] => all.map(({ rule }) => rule)

describe('settingsGuards', () => {
  it.each<[string, Desired, Current, Guard['rule'][]]>([
    ['nothing differs', safe, safe, []],
    ['everything is switched on', safe, open, []],
    ['encryption off', { encryption_enabled: false }, safe, ['encryption-off']],
    ['encryption off where it is off', { encryption_enabled: false }, open, []],
    ['encryption off where it is absent', { encryption_enabled: false }, {}, []],
    ['another key while encryption is on', { encryption_key_sid: otherKeySid }, safe, ['encryption-key']],
    ['the same key in capitals', { encryption_key_sid: keySid.toUpperCase() }, safe, []],
    [
      'another key while encryption is off',
      { encryption_key_sid: otherKeySid },
      { ...safe, encryption_enabled: false },
      [],
    ],
    ['a first key while encryption is on', { encryption_key_sid: keySid }, { ...safe, encryption_key_sid: null }, []],
    [
      'encryption off and another key',
      { encryption_enabled: false, encryption_key_sid: otherKeySid },
      safe,
      ['encryption-off', 'encryption-key'],
    ],
    ['storage off', { aws_storage_enabled: false }, safe, ['storage-off']],
    ['another bucket while storage is on', { aws_s3_url: otherBucket }, safe, ['storage-location']],
    ['another AWS credential while storage is on', { aws_credentials_sid: otherAwsSid }, safe, ['storage-location']],
    [
      'both, which is one guard',
      { aws_s3_url: otherBucket, aws_credentials_sid: otherAwsSid },
      safe,
      ['storage-location'],
    ],
    ['another bucket while storage is off', { aws_s3_url: otherBucket }, { ...safe, aws_storage_enabled: false }, []],
    ['a first bucket while storage is on', { aws_s3_url: bucket }, { ...safe, aws_s3_url: null }, []],
    ['another name', { friendly_name: 'Other' }, safe, []],
    ['encryption on without a key', { encryption_enabled: true }, open, ['incoherent']],
    [
      'encryption on without a key, on an account without the edition',
      { encryption_enabled: true },
      {},
      ['incoherent'],
    ],
    [
      'encryption on with the key that is there',
      { encryption_enabled: true },
      { ...open, encryption_key_sid: keySid },
      [],
    ],
    ['encryption on with a key', { encryption_enabled: true, encryption_key_sid: keySid }, open, []],
    ['storage on without anything', { aws_storage_enabled: true }, open, ['incoherent', 'incoherent']],
    ['storage on without a credential', { aws_storage_enabled: true, aws_s3_url: bucket }, open, ['incoherent']],
    ['storage on without a bucket', { aws_storage_enabled: true, aws_credentials_sid: awsSid }, open, ['incoherent']],
    [
      'an account left incoherent by others',
      { friendly_name: 'Other' },
      { ...safe, encryption_key_sid: null },
      ['incoherent'],
    ],
  ])('%s', (_, desired, current, expected) => {
    expect(rules(guards(desired, current))).toEqual(expected)
  })

  it('names what is missing to make sense', () => {
    expect(guards({ encryption_enabled: true, aws_storage_enabled: true }, open).map(({ message }) => message)).toEqual(
      [
        'Encryption would be on without a key, and every composition would fail. Set "encryption-key-sid"',
        'External storage would be on without a bucket URL, and every composition would fail. Set "aws-s3-url"',
        'External storage would be on without an AWS credential, and every composition would fail. Set "aws-credentials-sid"',
      ],
    )
  })

  it.each<[Guard['rule'], Desired]>([
    ['encryption-off', { encryption_enabled: false }],
    ['encryption-key', { encryption_key_sid: otherKeySid }],
    ['storage-off', { aws_storage_enabled: false }],
    ['storage-location', { aws_s3_url: otherBucket }],
  ])('%s is allowed by its own word and by no other', (rule, desired) => {
    for (const word of allowances) {
      const [guard] = guards(desired, safe, { allowed: [word] })
      expect(guard).toMatchObject({ rule, allowance: rule, isAllowed: word === rule })
    }
  })

  it('allows nothing incoherent by any word', () => {
    const [guard] = guards({ encryption_enabled: true }, open, { allowed: allowances })
    expect(guard).toMatchObject({ rule: 'incoherent', allowance: null, isAllowed: false })
  })

  it.each<[string, Desired, Current, Guard['rule'][]]>([
    ['encryption off', { encryption_enabled: false }, safe, ['encryption-off', 'below-floor']],
    ['storage off', { aws_storage_enabled: false }, safe, ['storage-off', 'below-floor']],
    [
      'off where it is blank, with another change',
      { encryption_enabled: false, friendly_name: 'x' },
      open,
      ['below-floor'],
    ],
    ['off where it is off: there is nothing to write', { encryption_enabled: false }, open, []],
    ['a live account below it', { friendly_name: 'x' }, open, []],
  ])('refuses to write what is below the floor: %s', (_, desired, current, expected) => {
    const found = guards(desired, current, { requirements: ['encryption', 'external-storage'], allowed: allowances })
    expect(rules(found)).toEqual(expected)
    expect(isRefused(found)).toBe(expected.includes('below-floor'))
  })
})

describe('of recording settings', () => {
  const ofRecordings = (desired: Desired, current: Current, resources: Policy['resources']): Guard['rule'][] =>
    rules(
      settingsGuards(
        {
          target: { ...target, resource: 'recording-settings' },
          desired,
          current,
          changes: diff(desired, current),
        },
        [],
        policy({ resources }),
      ),
    )
  const [alone, both] = [['recording-settings'], ['composition-settings', 'recording-settings']] as const
  const encrypted = { encryption_enabled: true, encryption_key_sid: keySid } as const
  const stored = { aws_storage_enabled: true, aws_s3_url: bucket, aws_credentials_sid: awsSid } as const

  it.each<[string, Desired, Current, Policy['resources'], Guard['rule'][]]>([
    ['encryption alone is switched on', encrypted, open, alone, ['recordings-uncomposable']],
    ['storage alone is switched on', stored, open, alone, ['recordings-uncomposable']],
    [
      'encryption alone was on before, beside compositions',
      {},
      { ...open, ...encrypted },
      both,
      ['recordings-uncomposable'],
    ],
    ['storage alone was on before, beside compositions', {}, { ...open, ...stored }, both, ['recordings-uncomposable']],
    ['both were on before, and nobody asks for compositions', { friendly_name: 'Other' }, safe, alone, []],
    [
      'encryption is switched off, and storage stays on',
      { encryption_enabled: false },
      safe,
      alone,
      ['encryption-off'],
    ],
    ['storage is switched off, and encryption stays on', { aws_storage_enabled: false }, safe, alone, ['storage-off']],
    [
      'both are switched off, beside compositions',
      { encryption_enabled: false, aws_storage_enabled: false },
      safe,
      both,
      ['encryption-off', 'storage-off'],
    ],
    ['both were off before, beside compositions', { friendly_name: 'Other' }, open, both, []],
  ])('%s', (_, desired, current, resources, expected) => {
    expect(ofRecordings(desired, current, resources)).toEqual(expected)
  })

  it('nothing is said where compositions are the target', () => {
    expect(rules(guards(safe, open, { resources: both }))).toEqual([])
  })
})

describe('runGuards', () => {
  const [plan, other] = ['a'.repeat(64), 'b'.repeat(64)]
  it.each<[string, string | null, Partial<Policy>, Guard['rule'][]]>([
    ['apply', plan, {}, []],
    ['apply on a pull request', plan, { isPullRequest: true }, ['apply-from-pull-request']],
    ['plan on a pull request', plan, { mode: 'plan', isPullRequest: true }, []],
    ['check on a pull request', plan, { mode: 'check', isPullRequest: true }, []],
    ['the reviewed plan', plan, { expectedPlan: plan }, []],
    ['another plan', plan, { expectedPlan: other }, ['expected-plan']],
    ['no plan to compare with', null, { expectedPlan: plan }, ['expected-plan']],
    ['no plan, and none expected', null, {}, []],
    ['another plan in check, to be shown', plan, { mode: 'check', expectedPlan: other }, ['expected-plan']],
    [
      'another plan on a pull request',
      plan,
      { isPullRequest: true, expectedPlan: other },
      ['apply-from-pull-request', 'expected-plan'],
    ],
  ])('%s', (_, at, over, expected) => {
    expect(rules(runGuards(at, policy(over)))).toEqual(expected)
  })

  it('allows a pull request by its word, another plan by none', () => {
    const found = runGuards(plan, policy({ isPullRequest: true, expectedPlan: other, allowed: allowances }))
    expect(found.map(({ rule, isAllowed, allowance }) => [rule, isAllowed, allowance])).toEqual([
      ['apply-from-pull-request', true, 'apply-from-pull-request'],
      ['expected-plan', false, null],
    ])
    expect(runGuards(null, policy({ expectedPlan: other }))[0]?.message).toContain(
      `its plan-id is not known, expected-plan is ${other}`,
    )
  })
})

it('isRefused needs one guard that is not allowed', () => {
  const guard: Guard = { rule: 'encryption-off', message: '', allowance: 'encryption-off', isAllowed: true }
  expect(isRefused([])).toBe(false)
  expect(isRefused([guard])).toBe(false)
  expect(isRefused([guard, { ...guard, isAllowed: false }])).toBe(true)
})
