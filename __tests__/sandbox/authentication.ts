import { type Answer, refusal } from './answers.ts'
import type { Account, State } from './state.ts'

/** The sender of a request: an account by its auth token, or by one of its API keys. */
export type Caller =
  | { readonly kind: 'auth-token'; readonly account: Account }
  | { readonly kind: 'standard-key' | 'main-key'; readonly account: Account }
  | { readonly kind: 'restricted-key'; readonly account: Account; readonly permissions: ReadonlySet<string> }

/** Finds out who sends a request; `null` if the credential is missing or wrong. */
export function identify(authorization: string | undefined, state: State): Caller | null {
  const [user, password] = basicCredential(authorization)
  if (password === '') return null
  const account = state.accounts.get(user)
  if (account !== undefined) return account.authToken === password ? { kind: 'auth-token', account } : null

  const owner = state.keyOwners.get(user)
  if (owner === undefined) return null
  if (owner.apiKeys.get(user) === password) return { kind: 'standard-key', account: owner }
  if (owner.mainKeys.get(user) === password) return { kind: 'main-key', account: owner }
  const restricted = owner.restrictedKeys.get(user)
  return restricted?.secret === password
    ? { kind: 'restricted-key', account: owner, permissions: restricted.permissions }
    : null
}

/** The account whose SID or API key the request names, whether or not the secret is right. */
export function claimedAccount(authorization: string | undefined, state: State): string | null {
  const [user] = basicCredential(authorization)
  return (state.accounts.get(user) ?? state.keyOwners.get(user))?.sid ?? null
}

/**
 * Refuses a caller that may do nothing at all, else `null`. Twilio documents 401 and 20003 as well as
 * 20005 for an account that is not active; the sandbox answers 403 and 20005.
 */
export function refuseCaller(caller: Caller | null): Answer | null {
  if (caller === null) return unauthenticated
  if (caller.account.testCredentials)
    return refusal(403, 20008, 'Resource not accessible with Test Account Credentials')
  if (caller.account.status !== 'active') return refusal(403, 20005, `Account ${caller.account.sid} is not active`)
  return null
}

/**
 * Refuses a Restricted API key that lacks a permission, else `null`. `null` for a permission: no
 * Restricted key has it. Twilio documents 403 for it without a code; the sandbox answers 20403.
 */
export function refusePermission(caller: Caller, permission: string | null): Answer | null {
  if (caller.kind !== 'restricted-key') return null
  if (permission !== null && caller.permissions.has(permission)) return null
  return refusal(403, 20403, 'The API key does not have the permission for this request')
}

/** The response to a wrong or missing credential. */
export const unauthenticated: Answer = refusal(401, 20003, 'Authenticate', {
  'www-authenticate': 'Basic realm="Twilio API"',
})

function basicCredential(authorization = ''): [user: string, password: string] {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] ?? ''
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
}
