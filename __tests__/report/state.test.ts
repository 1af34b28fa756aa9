import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/settings/diff.ts'
import type { Finding } from '../../src/settings/findings.ts'
import type { Policy } from '../../src/settings/guards.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { NetworkError } from '../../src/shared/errors.ts'
import type { Outcome, RunResult } from '../../src/run/outcome.ts'
import { fingerprint, type AccountState, accountState } from '../../src/report/state.ts'
import { accountSid, bucket, open, otherAccountSid, otherBucket, safe } from '../action/fixtures.ts'
import { observation, target, written } from '../builders.ts'

describe('how the account stands', () => {
  const compared = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => ({
    status: 'compared',
    ...observation(desired, current, over),
  })
  const failed = (written: 'no' | 'unknown', current: Current | null): Outcome => ({
    status: 'failed',
    target,
    error: new NetworkError('lost'),
    written,
    uploaded: { kind: 'no' },
    observation: current === null ? null : observation(safe, current),
    requestIds: [],
  })
  const [inSync, drift, unread] = [compared(safe, safe), compared(safe, open), failed('no', null)]
  const below = compared({}, open, { requirements: ['encryption'] })
  const skipped: Outcome = { status: 'skipped', accountSid, reason: '', desired: {}, findings: [] }
  const stranger: Outcome = { status: 'wrong-account', target, answered: otherAccountSid, requestIds: [] }

  it.each<[string, readonly Outcome[], AccountState]>([
    ['in sync', [inSync], 'in-sync'],
    ['applied', [written(safe, open, safe), inSync], 'in-sync'],
    ['drift', [inSync, drift], 'difference'],
    ['a requirement that is not met', [below], 'difference'],
    ['drift beside what could not be read', [unread, drift], 'difference'],
    ['a requirement that is not met beside what could not be read', [unread, below], 'difference'],
    ['drift beside another account', [stranger, drift], 'difference'],
    ['what could not be read', [unread, inSync], 'unknown'],
    ['another account', [stranger], 'unknown'],
    ['a write that did not take', [written(safe, open, open)], 'difference'],
    ['a write that Twilio refused', [failed('no', open)], 'difference'],
    ['a write that may have taken', [failed('unknown', open)], 'unknown'],
    [
      'a write that may have taken, beside one that took',
      [failed('unknown', open), written(safe, open, safe)],
      'difference',
    ],
    ['refused', [{ ...drift, status: 'refused' } as Outcome], 'difference'],
    ['refused with nothing to write', [{ ...inSync, status: 'refused' } as Outcome], 'unknown'],
    ['skipped', [skipped], 'unknown'],
  ])('after %s', (_, outcomes, state) => {
    expect(accountState(ranOver(outcomes, null))).toBe(state)
  })

  it('is in sync in a shard into which no account falls, and else unknown without one', () => {
    expect(accountState(ranOver([], { index: 1, count: 2 }))).toBe('in-sync')
    expect(accountState(ranOver([], null))).toBe('unknown')
  })

  it('is unknown after a run that stopped before it asked', () => {
    expect(accountState({ kind: 'stopped', error: new NetworkError('lost'), requestIds: [], listed: null })).toBe(
      'unknown',
    )
  })

  function ranOver(outcomes: readonly Outcome[], shard: { index: number; count: number } | null): RunResult {
    return {
      kind: 'ran',
      mode: 'check',
      scope: { accountSid, shard, names: null },
      outcomes,
      planId: null,
      requestIds: [],
      listed: null,
    }
  }
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
      media: null,
      requestIds: ['RQ1'],
    }
  }

  const one = fingerprint([compared([encryption, location], [old])])

  it('is the SHA-256 of a form that no release may change, since it stands in open issues', () => {
    const lines = [
      `["${accountSid.toLowerCase()}","composition-settings","aws_s3_url",["value","${otherBucket}"],["value","${bucket}"]]`,
      `["${accountSid.toLowerCase()}","composition-settings","encryption_enabled",["value",false],["value",true]]`,
      `["${accountSid.toLowerCase()}","composition-settings","key-age","live"]`,
    ]
    const upper = accountSid.replace(/a+$/, (digits) => digits.toUpperCase())
    expect(fingerprint([compared([encryption, location], [old], upper)])).toBe(
      createHash('sha256').update(lines.join('\n')).digest('hex'),
    )
  })

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
