import { abbreviate } from '../shared/text.ts'
import type { Finding } from './findings.ts'
import { type Current, isSame, type SettingName } from './settings.ts'
import { isIdle } from './switches.ts'

/** A public key or an AWS credential on an account. Twilio never returns its content. */
export interface StoredCredential {
  readonly sid: string
  readonly accountSid: string | null
  readonly friendlyName: string
  /** `null` if Twilio did not say, or not in a form that is known. */
  readonly dateCreated: Date | null
}

/** All credentials of one kind, or in whole sentences why they could not be listed. */
export type Listing =
  | { readonly kind: 'listed'; readonly credentials: readonly StoredCredential[] }
  | { readonly kind: 'hidden'; readonly reason: string }
  | { readonly kind: 'not-asked' }

/** The credentials of an account, by kind. A kind that nobody needed was not asked for. */
export interface AccountCredentials {
  readonly publicKeys: Listing
  readonly awsCredentials: Listing
}

/** The requirements on the credentials that settings name. */
export interface CredentialPolicy {
  /** Whether they must be proved to exist. */
  readonly verify: boolean
  /** How old the public key may be, in days; `null`: no limit. */
  readonly maxKeyAgeDays: number | null
}

/**
 * The findings on the credentials that these settings name: those that an account has, or those that it would
 * have after a write. `changed` are the settings that the write would change; `null`: the account has them. `now`
 * is the time against which age is measured. A credential whose switch is off harms nothing, unless a write is
 * to name it anew.
 */
export function credentialFindings(
  named: Current,
  changed: readonly SettingName[] | null,
  { publicKeys, awsCredentials }: AccountCredentials,
  { verify, maxKeyAgeDays }: CredentialPolicy,
  now: Date,
): Finding[] {
  const ofKey = verify ? existence(named, changed, 'encryption_key_sid', publicKeys, awsCredentials) : []
  const ofAws = verify ? existence(named, changed, 'aws_credentials_sid', awsCredentials, publicKeys) : []
  const isGone = ofKey.some(({ severity }) => severity === 'error')
  const ofAge = maxKeyAgeDays === null || isGone ? [] : age(named, publicKeys, maxKeyAgeDays, now)
  // Where the list is refused, one of the two is enough.
  const isUnknown = ofAge.some(({ rule }) => rule === 'key-age-unknown')
  return [...ofKey.filter(({ rule }) => !(isUnknown && rule === 'credentials-unknown')), ...ofAws, ...ofAge]
}

const kinds = {
  encryption_key_sid: {
    rule: 'key',
    noun: 'public key',
    indefinite: 'a public key',
    other: 'an AWS credential',
    whenIdle: 'Encryption is off',
    consequence: 'what uses it fails for good and is not retried',
  },
  aws_credentials_sid: {
    rule: 'aws-credential',
    noun: 'AWS credential',
    indefinite: 'an AWS credential',
    other: 'a public key',
    whenIdle: 'External storage is off',
    consequence: 'what is stored with it fails for good and is not retried',
  },
} as const

function existence(
  named: Current,
  changed: readonly SettingName[] | null,
  setting: keyof typeof kinds,
  right: Listing,
  wrong: Listing,
): Finding[] {
  const sid = named[setting] ?? null
  if (sid === null || right.kind === 'not-asked' || find(right, setting, sid) !== undefined) return []
  const { rule, noun, indefinite, other } = kinds[setting]
  if (find(wrong, setting, sid) !== undefined)
    return [
      unusable(named, changed, setting, {
        rule: `${rule}-wrong-kind`,
        fact: `${setting} names ${sid}, which is ${other} and not ${indefinite}`,
        remedy: 'Name the right SID and apply',
      }),
    ]
  if (right.kind === 'hidden')
    return [
      {
        rule: 'credentials-unknown',
        subject: 'live',
        severity: 'warning',
        message: `Whether the ${noun} ${sid} exists could not be told: ${right.reason} To do without this check, set "verify-credentials: false"`,
      },
    ]
  return [
    unusable(named, changed, setting, {
      rule: `${rule}-missing`,
      fact: `${setting} names ${sid}, which is not among the account's ${noun}s, so it was deleted or is another account's`,
      remedy: 'Name an existing one and apply',
    }),
  ]
}

/** The finding on a credential that does not exist, or is of the wrong kind. */
function unusable(
  named: Current,
  changed: readonly SettingName[] | null,
  setting: keyof typeof kinds,
  { rule, fact, remedy }: { readonly rule: Finding['rule']; readonly fact: string; readonly remedy: string },
): Finding {
  const { consequence, whenIdle } = kinds[setting]
  const isToBeNamed = changed?.includes(setting) === true
  if (isIdle(setting, named) && !isToBeNamed)
    return {
      rule,
      subject: 'live',
      severity: 'warning',
      message: `${fact}. ${whenIdle}, so it is not in use: name an existing one before you switch it on`,
    }
  return {
    rule,
    subject: 'live',
    severity: 'error',
    message: `${fact}: ${consequence}. ${remedy}`,
    ...(changed === null ? { breaks: setting } : {}),
  }
}

function find(listing: Listing, setting: SettingName, sid: string): StoredCredential | undefined {
  return listing.kind === 'listed'
    ? listing.credentials.find((credential) => isSame(setting, credential.sid, sid))
    : undefined
}

const day = 24 * 60 * 60 * 1000

/**
 * How far the clock of Twilio may be ahead of that of the runner, in milliseconds: a key that was just
 * uploaded is no key of the future.
 */
const clockSkew = 5 * 60 * 1000

/**
 * What is wrong with the age of the key in use. The message does not give the age, which changes every day:
 * evidence of one state must be the same in every run.
 */
function age(named: Current, publicKeys: Listing, most: number, now: Date): Finding[] {
  const sid = named.encryption_key_sid ?? null
  if (isIdle('encryption_key_sid', named) || (sid === null && named.encryption_enabled !== true)) return []
  if (sid === null) return [unknownAge('The age of the public key', 'encryption is on without a key.', most)]
  const unknown = (why: string): Finding[] => [unknownAge(`The age of the public key ${sid}`, why, most)]
  if (publicKeys.kind === 'hidden') return unknown(publicKeys.reason)
  const key = find(publicKeys, 'encryption_key_sid', sid)
  if (key === undefined) return unknown("it is not among the account's public keys.")
  const { dateCreated: created, friendlyName } = key
  if (created === null) return unknown('Twilio gave no date that can be read.')
  const made = created.toISOString().slice(0, 10)
  const milliseconds = now.getTime() - created.getTime()
  if (milliseconds < -clockSkew) return unknown(`its date, ${made}, is in the future.`)
  if (milliseconds <= most * day) return []
  const limit = most === 1 ? 'a day' : `${most} days`
  const name = friendlyName === '' ? '' : ` ("${abbreviate(friendlyName)}")`
  return [
    {
      rule: 'key-age',
      subject: 'live',
      severity: 'error',
      message: `The public key ${sid}${name} was made on ${made}, more than ${limit} ago, which "max-key-age-days" does not allow. Make a new key and point the settings at it`,
    },
  ]
}

/** An age that cannot be told, and `why` in whole sentences: what was asked for is not met then. */
function unknownAge(subject: string, why: string, most: number): Finding {
  return {
    rule: 'key-age-unknown',
    subject: 'live',
    severity: 'error',
    message: `${subject} is not known: ${why} Without it, "max-key-age-days: ${most}" is not met`,
  }
}
