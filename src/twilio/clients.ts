import type { AccountPort, Effects } from '../run/effects.ts'
import { type Credential } from '../shared/secrets.ts'

/**
 * The credentials of the accounts that a run covers, each until the account is done; none at first. `add` takes a
 * credential for an account that has none, and `accountFor` opens the account of a credential.
 */
export function createAccountClients(
  accountFor: (credential: Credential) => AccountPort,
): Pick<Effects, 'account' | 'forget'> & { readonly add: (accountSid: string, credential: Credential) => void } {
  const credentials = new Map<string, Credential>()
  const open = new Map<string, AccountPort>()
  const opened = (accountSid: string): AccountPort => {
    const credential = credentials.get(accountSid.toLowerCase())
    if (credential === undefined) throw new Error(`${accountSid} was forgotten, or never known`)
    return accountFor(credential)
  }
  return {
    add: (accountSid, credential) => {
      const sid = accountSid.toLowerCase()
      if (!credentials.has(sid)) credentials.set(sid, credential)
    },
    account: (accountSid) => {
      const port = open.get(accountSid) ?? opened(accountSid)
      open.set(accountSid, port)
      return port
    },
    forget: (accountSid) => {
      open.delete(accountSid)
      credentials.delete(accountSid.toLowerCase())
    },
  }
}
