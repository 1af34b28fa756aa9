import { describe, expect, it } from 'vitest'
import {
  credentialFindings,
  type CredentialPolicy,
  type StoredCredential,
  type AccountCredentials,
} from '../../src/settings/credentials.ts'
import type { Current } from '../../src/settings/settings.ts'
import { accountSid, awsSid, keySid, otherKeySid } from '../action/fixtures.ts'

const now = new Date('2026-01-02T03:04:05Z')
const all: CredentialPolicy = { verify: true, maxKeyAgeDays: 365 }
const noLimit: CredentialPolicy = { verify: true, maxKeyAgeDays: null }
const stored = (sid: string, dateCreated: string | null = '2026-01-01T00:00:00Z'): StoredCredential => ({
  sid,
  accountSid,
  friendlyName: 'Media',
  dateCreated: dateCreated === null ? null : new Date(dateCreated),
})
const credentials = (...publicKeys: StoredCredential[]): AccountCredentials => ({
  publicKeys: { kind: 'listed', credentials: publicKeys },
  awsCredentials: { kind: 'listed', credentials: [stored(awsSid)] },
})
const rules = (settings: Current, ...args: [AccountCredentials, CredentialPolicy, Date]): string[] =>
  credentialFindings(settings, null, ...args).map(({ rule, severity }) => `${severity}: ${rule}`)

describe('existence', () => {
  it.each([otherKeySid, 'garbage', ' ', 'CR123'])('is looked at of whatever the settings name: %j', (named) => {
    expect(
      rules({ encryption_key_sid: named }, credentials(stored(keySid)), { verify: true, maxKeyAgeDays: null }, now),
    ).toEqual(['error: key-missing'])
    expect(rules({ aws_credentials_sid: named }, credentials(), { verify: true, maxKeyAgeDays: null }, now)).toEqual([
      'error: aws-credential-missing',
    ])
    expect(
      rules({ encryption_key_sid: named }, credentials(stored(keySid)), { verify: false, maxKeyAgeDays: 1 }, now),
    ).toEqual(['error: key-age-unknown'])
  })

  it.each([
    ['unmanaged, and its switch off', false, [], 'warning'],
    ['to be named, and its switch off', false, ['encryption_key_sid'], 'error'],
    ['unmanaged, and its switch on', true, ['friendly_name'], 'error'],
  ] as const)('of a key that is %s is of the right severity', (_, encryption_enabled, changed, severity) => {
    const named = { encryption_enabled, encryption_key_sid: otherKeySid }
    const findings = credentialFindings(named, changed, credentials(stored(keySid)), noLimit, now)
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([['key-missing', severity]])
  })

  it('that cannot be told is told once, by the age if that was asked for', () => {
    const hidden: AccountCredentials = {
      publicKeys: { kind: 'hidden', reason: 'The list was refused.' },
      awsCredentials: { kind: 'hidden', reason: 'The list was refused.' },
    }
    const named = { encryption_key_sid: keySid }
    expect(rules(named, hidden, noLimit, now)).toEqual(['warning: credentials-unknown'])
    expect(rules(named, hidden, all, now)).toEqual(['error: key-age-unknown'])
    expect(rules(named, credentials(stored(keySid, '2020-01-01T00:00:00Z')), all, now)).toEqual(['error: key-age'])
    const half = { ...credentials(stored(keySid, '2020-01-01T00:00:00Z')), awsCredentials: hidden.awsCredentials }
    expect(rules({ ...named, aws_credentials_sid: awsSid }, half, all, now)).toEqual([
      'warning: credentials-unknown',
      'error: key-age',
    ])
  })

  it.each([{}, { encryption_key_sid: null, aws_credentials_sid: null }])('is not looked at of nothing', (named) => {
    expect(rules(named, credentials(), all, now)).toEqual([])
  })
})

describe('age', () => {
  const ageOf = (dateCreated: string | null, at = now): ReturnType<typeof credentialFindings> =>
    credentialFindings(
      { encryption_key_sid: keySid },
      null,
      credentials(stored(keySid, dateCreated)),
      { verify: false, maxKeyAgeDays: 365 },
      at,
    )
  const unknown = (why: string): unknown => [
    {
      rule: 'key-age-unknown',
      subject: 'live',
      severity: 'error',
      message: `The age of the public key ${keySid} is not known: ${why} Without it, "max-key-age-days: 365" is not met`,
    },
  ]

  it.each([
    ['just made', '2026-01-02T03:04:05Z'],
    ['made a moment ago, by a clock that is ahead', '2026-01-02T03:08:00Z'],
    ['made by a clock that is five minutes ahead', '2026-01-02T03:09:05Z'],
    ['of just that age', '2025-01-02T03:04:05Z'],
  ])('is no matter of a key %s', (_, dateCreated) => {
    expect(ageOf(dateCreated)).toEqual([])
  })

  it('that is too high is told by the date, which is the same in every run', () => {
    expect(ageOf('2025-01-02T03:04:04Z')).toMatchObject([{ rule: 'key-age', severity: 'error' }])
    const old = ageOf('2025-01-01T03:04:05Z')
    expect(old).toEqual([
      {
        rule: 'key-age',
        subject: 'live',
        severity: 'error',
        message: `The public key ${keySid} ("Media") was made on 2025-01-01, more than 365 days ago, which "max-key-age-days" does not allow. Make a new key and point the settings at it`,
      },
    ])
    expect(ageOf('2025-01-01T03:04:05Z', new Date('2026-07-01T00:00:00Z'))).toEqual(old)
  })

  it('of a key that does not exist is not told beside that', () => {
    expect(rules({ encryption_key_sid: otherKeySid }, credentials(stored(keySid)), all, now)).toEqual([
      'error: key-missing',
    ])
  })

  it.each([
    [true, ['error: key-age-unknown']],
    [false, []],
    [null, []],
    [undefined, []],
  ])('without a key is unknown where encryption is on: %s', (switched, found) => {
    const named = switched === undefined ? {} : { encryption_enabled: switched }
    expect(rules(named, credentials(stored(keySid)), all, now)).toEqual(found)
  })

  it('of a key without a name is told by its SID alone', () => {
    const nameless = credentials({ ...stored(keySid, '2025-01-01T03:04:05Z'), friendlyName: '' })
    const limit = { verify: false, maxKeyAgeDays: 365 }
    const [finding] = credentialFindings({ encryption_key_sid: keySid }, null, nameless, limit, now)
    expect(finding?.message).toContain(`The public key ${keySid} was made on 2025-01-01`)
  })

  it('of more than a day is told in words', () => {
    const [finding] = credentialFindings(
      { encryption_key_sid: keySid },
      null,
      credentials(stored(keySid, '2025-12-31T00:00:00Z')),
      { verify: false, maxKeyAgeDays: 1 },
      now,
    )
    expect(finding?.message).toContain('was made on 2025-12-31, more than a day ago, which')
  })

  it('is not met without a date, or by one in the future', () => {
    expect(ageOf(null)).toEqual(unknown('Twilio gave no date that can be read.'))
    expect(ageOf('2026-01-02T03:09:06Z')).toEqual(unknown('its date, 2026-01-02, is in the future.'))
    expect(ageOf('2999-12-31T00:00:00Z')).toEqual(unknown('its date, 2999-12-31, is in the future.'))
  })
})
