import type { Event } from './event.ts'
import { type InputReader, oneOf } from './reader.ts'
import { shortestSecret, whyNoSecret, type Credential } from '../shared/secrets.ts'
import { isAccountSid } from '../settings/target.ts'
/** The access to the account, or the reason why there is none. */
export type Access =
  | { readonly kind: 'granted'; readonly accountSid: string; readonly credential: Credential }
  | { readonly kind: 'missing'; readonly accountSid: string | null; readonly reason: string }

/**
 * Reads the account and its credential; an API key wins over an auth token.
 */
export function readAccess(reader: InputReader, event: Event): Access {
  const token = reader.get('auth-token', 'TWILIO_AUTH_TOKEN')
  const keySecret = reader.get('api-key-secret', 'TWILIO_API_KEY_SECRET', 'TWILIO_API_SECRET')
  const key = reader.get('api-key', 'TWILIO_API_KEY')
  const accountSid = reader.get('account-sid', 'TWILIO_ACCOUNT_SID')
  const whenMissing = oneOf(reader, 'on-missing-credentials', ['auto', 'fail', 'skip'])
  checkAccountSid(reader, accountSid)
  if (key !== '' && !/^SK[0-9a-fA-F]{32}$/.test(key))
    reader.mistake('"api-key" must be the SID of an API key: SK and 32 hexadecimal digits')
  for (const [name, secret] of [
    ['auth-token', token],
    ['api-key-secret', keySecret],
  ] as const) {
    const why = whyNoSecret(secret)
    if (secret !== '' && secret.length < shortestSecret)
      reader.mistake(
        `"${name}" is too short: Twilio's have 32 characters. Check whether the secret is set to the right value`,
      )
    else if (secret !== '' && why !== null)
      reader.mistake(`"${name}" ${why}, so it was not sent. Set it to what Twilio shows, and nothing else`)
  }

  if (token === '' && keySecret === '') {
    const reason = reasonToSkip(whenMissing, event)
    if (reason !== null) return { kind: 'missing', accountSid: accountSid || null, reason }
  }
  if (accountSid === '')
    reader.mistake(
      '"account-sid" is missing: set it to the SID (AC…) of the account that must answer, also beside an API key',
    )
  if (key !== '' && keySecret === '')
    reader.mistake(
      '"api-key" has no secret: set "api-key-secret" too. An empty value often means that the secret is not visible to this workflow',
    )
  else if (key === '' && keySecret !== '')
    reader.mistake('"api-key-secret" has no key: set "api-key" to the SID (SK…) of the API key')
  else if (key === '' && token === '')
    reader.mistake(
      'There are no credentials: set "auth-token", or "api-key" and "api-key-secret". An empty value often means that the secret is not visible to this workflow',
    )
  return {
    kind: 'granted',
    accountSid,
    credential: key === '' ? { user: accountSid, password: token } : { user: key, password: keySecret },
  }
}

function checkAccountSid(reader: InputReader, accountSid: string): void {
  if (accountSid === '' || isAccountSid(accountSid)) return
  reader.mistake(
    accountSid.startsWith('SK')
      ? '"account-sid" is the SID of an API key (SK…): put that in "api-key", and the SID of the account (AC…) here'
      : '"account-sid" must be the SID of an account: AC and 32 hexadecimal digits',
  )
}

function reasonToSkip(whenMissing: 'auto' | 'fail' | 'skip', event: Event): string | null {
  if (whenMissing === 'fail') return null
  if (event.withoutSecrets === 'fork') return 'GitHub gives no secrets to a pull request from a fork'
  if (event.withoutSecrets === 'dependabot') return 'GitHub gives no Actions secrets to a pull request of Dependabot'
  return whenMissing === 'skip' ? 'there are no credentials, and "on-missing-credentials" is "skip"' : null
}
