import { abbreviate } from '../shared/text.ts'
import type { Finding } from './findings.ts'
import { type Current, isSame, type SettingName } from './settings.ts'

/** A public key or an AWS credential that an account has. Twilio never gives out what is in it. */
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

/** What is demanded of the credentials that settings name. */
export interface CredentialPolicy {
  /** Whether they must be proved to exist. */
  readonly verify: boolean
  /** How old the public key may be, in days; `null`: no limit. */
  readonly maxKeyAgeDays: number | null
}

/**
 * What is wrong with the credentials that these settings name. `now` is the time against which age is
 * measured.
 */
export function credentialFindings(
  named: Current,
  credentials: AccountCredentials,
  policy: CredentialPolicy,
  now: Date,
): Finding[] {
  return [
    ...(policy.verify
      ? [
          ...existence(named, 'encryption_key_sid', credentials.publicKeys, credentials.awsCredentials),
          ...existence(named, 'aws_credentials_sid', credentials.awsCredentials, credentials.publicKeys),
        ]
      : []),
    ...(policy.maxKeyAgeDays === null ? [] : age(named, credentials.publicKeys, policy.maxKeyAgeDays, now)),
  ]
}

const kinds = {
  encryption_key_sid: {
    rule: 'key',
    noun: 'public key',
    indefinite: 'a public key',
    other: 'an AWS credential',
    consequence: 'what uses it fails for good and is not retried',
  },
  aws_credentials_sid: {
    rule: 'aws-credential',
    noun: 'AWS credential',
    indefinite: 'an AWS credential',
    other: 'a public key',
    consequence: 'what is stored with it fails for good and is not retried',
  },
} as const

function existence(named: Current, setting: keyof typeof kinds, right: Listing, wrong: Listing): Finding[] {
  const sid = named[setting] ?? null
  if (sid === null || right.kind === 'not-asked') return []
  const { rule, noun, indefinite, other, consequence } = kinds[setting]
  if (find(right, setting, sid) !== undefined) return []
  if (find(wrong, setting, sid) !== undefined)
    return [
      {
        rule: `${rule}-wrong-kind`,
        subject: 'live',
        severity: 'error',
        message: `${setting} names ${sid}, which is ${other} and not ${indefinite}: ${consequence}. Name the right SID and apply`,
      },
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
    {
      rule: `${rule}-missing`,
      subject: 'live',
      severity: 'error',
      message: `${setting} names ${sid}, which is not among the account's ${noun}s, so it was deleted or is another account's: ${consequence}. Name an existing one and apply`,
    },
  ]
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
 * The message holds no age, which would be another one tomorrow: evidence of one state is to be the same
 * in every run.
 */
function age(named: Current, publicKeys: Listing, most: number, now: Date): Finding[] {
  const sid = named.encryption_key_sid ?? null
  if (sid === null) return []
  const key = find(publicKeys, 'encryption_key_sid', sid)
  const created = key?.dateCreated ?? null
  const untold = (why: string): Finding[] => [
    {
      rule: 'key-age',
      subject: 'live',
      severity: 'warning',
      message: `How old the public key ${sid} is could not be told${why}, and "max-key-age-days" is ${most}`,
    },
  ]
  if (created === null) return untold('')
  const made = created.toISOString().slice(0, 10)
  const milliseconds = now.getTime() - created.getTime()
  if (milliseconds < -clockSkew) return untold(`, since its date, ${made}, is in the future`)
  if (Math.floor(milliseconds / day) <= most) return []
  const limit = most === 1 ? 'a day' : `${most} days`
  const name = key === undefined || key.friendlyName === '' ? '' : ` ("${abbreviate(key.friendlyName)}")`
  return [
    {
      rule: 'key-age',
      subject: 'live',
      severity: 'error',
      message: `The public key ${sid}${name} was made on ${made}, more than ${limit} ago, which "max-key-age-days" does not allow. Make a new key and point the settings at it`,
    },
  ]
}
