import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/settings/diff.ts'
import type { Finding } from '../../src/settings/findings.ts'
import type { Outcome, Result } from '../../src/run/outcome.ts'
import { fingerprint, type AccountState, accountState } from '../../src/report/state.ts'
import { accountSid, bucket, otherAccountSid, otherBucket } from '../action/fixtures.ts'

describe('how the account stands', () => {
  it.each<[Result, boolean | null, AccountState]>([
    ['in-sync', false, 'in-sync'],
    ['applied', false, 'in-sync'],
    ['drift', true, 'difference'],
    ['noncompliant', false, 'difference'],
    ['unverified', true, 'difference'],
    ['partial', true, 'difference'],
    ['partial', null, 'difference'],
    ['refused', true, 'difference'],
    ['refused', false, 'unknown'],
    ['refused', null, 'unknown'],
    ['skipped', null, 'unknown'],
    ['error', true, 'unknown'],
    ['error', null, 'unknown'],
  ])('after %s, drift %s: %s', (result, hasDrift, standing) => {
    expect(accountState({ result, hasDrift })).toBe(standing)
  })
})

describe('the fingerprint', () => {
  const encryption: Change = { setting: 'encryption_enabled', current: false, desired: true }
  const location: Change = { setting: 'aws_s3_url', current: otherBucket, desired: bucket }
  const old: Finding = { rule: 'key-age', subject: 'live', severity: 'error', message: 'The key is old (request RQ1)' }
  const hidden: Finding = { rule: 'credentials-unknown', subject: 'live', severity: 'warning', message: 'Who knows' }

  function compared(changes: readonly Change[], findings: readonly Finding[] = [], account = accountSid): Outcome {
    return {
      status: 'compared',
      target: { accountSid: account, resource: 'composition-settings' },
      desired: {},
      current: {},
      changes,
      upload: null,
      guards: [],
      findings,
      requestIds: ['RQ1'],
    }
  }

  const one = fingerprint([compared([encryption, location], [old])])

  it.each<[string, Outcome]>([
    ['another order', compared([location, encryption], [old])],
    [
      'other words of a finding',
      compared([encryption, location], [{ ...old, message: 'The key is old (request RQ2)' }]),
    ],
    ['a warning', compared([encryption, location], [old, hidden])],
    [
      'another spelling of the same',
      compared([encryption, { ...location, current: `${otherBucket.replace('https', 'HTTPS')}/` }], [old]),
    ],
    ['another spelling of the account', compared([encryption, location], [old], `AC${'A'.repeat(32)}`)],
    ['other requests', { ...compared([encryption, location], [old]), requestIds: [] } as Outcome],
    ['what was refused to be written', { ...compared([encryption, location], [old]), status: 'refused' } as Outcome],
    [
      'what was written, and did not take',
      {
        ...compared([]),
        status: 'written',
        uploaded: null,
        after: {},
        remaining: [encryption, location],
        overwritten: [],
        findings: [old],
      } as Outcome,
    ],
  ])('is the same with %s', (_, outcome) => {
    expect(fingerprint([outcome])).toBe(one)
  })

  it.each<[string, readonly Outcome[]]>([
    ['one change less', [compared([encryption], [old])]],
    ['another current value', [compared([encryption, { ...location, current: null }], [old])]],
    ['another desired value', [compared([encryption, { ...location, desired: `${bucket}/x` }], [old])]],
    [
      'a setting that is not there instead of off',
      [compared([{ ...encryption, current: undefined }, location], [old])],
    ],
    ['one finding less', [compared([encryption, location])]],
    ['a finding of another rule', [compared([encryption, location], [{ ...old, rule: 'key-missing' }])]],
    ['another account', [compared([encryption, location], [old], otherAccountSid)]],
    ['one account more', [compared([encryption, location], [old]), compared([encryption], [], otherAccountSid)]],
    ['a finding about what is desired', [compared([encryption, location], [{ ...old, subject: 'desired' }])]],
    [
      'another resource',
      [
        {
          ...compared([encryption, location], [old]),
          target: { accountSid, resource: 'recording-settings' },
        } as Outcome,
      ],
    ],
    [
      'the same on both resources',
      [
        compared([encryption, location], [old]),
        {
          ...compared([encryption, location], [old]),
          target: { accountSid, resource: 'recording-settings' },
        } as Outcome,
      ],
    ],
    ['nothing', []],
  ])('is another with %s', (_, outcomes) => {
    expect(fingerprint(outcomes)).not.toBe(one)
  })

  it('of what was not read is that of its account', () => {
    const skipped = (account: string | null): string =>
      fingerprint([
        { status: 'skipped', accountSid: account, reason: '', desired: {}, findings: [{ ...old, subject: 'desired' }] },
      ])
    expect(new Set([null, accountSid, otherAccountSid].map(skipped)).size).toBe(3)
  })
})
