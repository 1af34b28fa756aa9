import * as z from 'zod/mini'
import { abbreviate } from '../shared/text.ts'
import { ResponseError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import { shortestSecret, whyNoSecret } from '../shared/secrets.ts'
import type { ActiveAccount } from '../run/accounts.ts'
import type { Client } from './client.ts'
import { assertResource } from './answer.ts'
import { pagesOf } from './paging.ts'

const host = 'api.twilio.com'
const path = '/2010-04-01/Accounts.json'

/**
 * Accounts on a page. Twilio gives up to 1,000, of about 2.2 kB each; fewer keep the memory for a large
 * fleet small.
 */
const pageSize = 700

/** The most of a page that is read, in bytes. */
const largestPage = 8 * 1024 * 1024

/** The maximum number of pages for a parent: the links may lead in circles. */
const mostPages = 1000

const page = once(() =>
  z.object({
    accounts: z.array(
      z.object({
        sid: z.string(),
        friendly_name: z.catch(z.nullish(z.string()), null),
        auth_token: z.nullish(z.string()),
        status: z.string(),
      }),
    ),
    uri: z.nullish(z.string()),
    next_page_uri: z.nullish(z.string()),
  }),
)

/**
 * The active accounts under a parent, itself included, over all pages. The bodies hold the accounts' auth
 * tokens: `mask` gets each one of an account that `isOfRun` before anything else is done with it, and all
 * others are dropped. Pages overlap while accounts are made: one that is listed twice is given once.
 * https://www.twilio.com/docs/iam/api/account
 */
export async function listAccounts(
  client: Client,
  isOfRun: (accountSid: string) => boolean,
  mask: (token: string) => void,
): Promise<ActiveAccount[]> {
  const masked = new Set<string>()
  const accounts = new Map<string, ActiveAccount>()
  const call = { host, path, permission: 'main-key', largestBody: largestPage, givesSecrets: true } as const
  const query = `Status=active&PageSize=${pageSize}`
  for await (const body of pagesOf(client, call, query, mostPages, page(), (list) => list.next_page_uri)) {
    assertResource(body.uri, path, `GET ${path}`)
    const listed = body.accounts.map(({ sid, friendly_name: name, auth_token: token, status }) => ({
      account: { ...accountOf(sid, isOfRun(sid) ? (token ?? null) : null), name: shownName(name ?? '', token ?? null) },
      status,
    }))
    for (const { account } of listed) {
      if (account.authToken === null || masked.has(account.authToken)) continue
      masked.add(account.authToken)
      mask(account.authToken)
    }
    for (const { account, status } of listed) {
      const key = account.accountSid.toLowerCase()
      if (isActive(account.accountSid, status) && (accounts.get(key)?.authToken ?? null) === null)
        accounts.set(key, account)
    }
  }
  return [...accounts.values()]
}

function accountOf(accountSid: string, token: string | null): Omit<ActiveAccount, 'name'> {
  const why = token === null || token.length < shortestSecret ? null : whyNoSecret(token)
  const isToken = token !== null && token.length >= shortestSecret && why === null
  return { accountSid, authToken: isToken ? token : null, whyNoToken: why }
}

/** The longest name that Twilio documents for an account, in characters. */
const longestName = 64

/** The name of an account as it may be shown; `null` if there is none, or if it holds the account's token. */
function shownName(name: string, token: string | null): string | null {
  const isSecret = token !== null && token !== '' && name.includes(token)
  return name === '' || name.length > longestName || isSecret ? null : name
}

/**
 * Throws if the status is none of Twilio's words: an account that is left out by mistake would count as
 * checked.
 */
function isActive(sid: string, status: string): boolean {
  switch (status) {
    case 'active':
      return true
    case 'suspended':
    case 'closed':
      return false
    default:
      throw new ResponseError(
        `GET ${path} gave ${abbreviate(sid)} a status that Twilio does not document, so nobody can tell whether the account is active.`,
      )
  }
}
