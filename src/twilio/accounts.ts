import * as z from 'zod/mini'
import { abbreviate } from '../shared/text.ts'
import { ResponseError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import { shortestSecret } from '../shared/secrets.ts'
import { checked } from './answer.ts'
import type { Client } from './client.ts'
import { ownPath } from './paging.ts'

const host = 'api.twilio.com'
const path = '/2010-04-01/Accounts.json'

/**
 * Accounts on a page. Twilio gives up to 1,000, of about 2.2 kB each; fewer keep the memory for a large
 * fleet small.
 */
const pageSize = 700

/** The most of a page that is read, in bytes. */
const largestPage = 8 * 1024 * 1024

/** No parent has more pages than that; it ends a list that leads in circles. */
const mostPages = 1000

/** An account, and the auth token that it alone takes. */
export interface ListedAccount {
  readonly accountSid: string
  /** `null` if Twilio does not give it, or gives what cannot be one. */
  readonly authToken: string | null
}

const page = once(() =>
  z.object({
    accounts: z.array(z.object({ sid: z.string(), auth_token: z.nullish(z.string()), status: z.string() })),
    next_page_uri: z.nullish(z.string()),
  }),
)

type Page = z.infer<ReturnType<typeof page>>

/**
 * The active accounts under a parent, itself included, over all pages. The bodies hold the accounts'
 * auth tokens, so `mask` gets every account of a page before anything else is done with it. Pages
 * overlap while accounts are made: one that is listed twice is given once.
 * https://www.twilio.com/docs/iam/api/account
 */
export async function listAccounts(client: Client, mask: (account: ListedAccount) => void): Promise<ListedAccount[]> {
  const accounts = new Map<string, ListedAccount>()
  let next: string | null = `${path}?Status=active&PageSize=${pageSize}`
  for (let pages = 0; next !== null; pages++) {
    if (pages === mostPages) throw new ResponseError(`GET ${path} has more than ${mostPages} pages.`)
    const body: Page = checked(
      page(),
      await client({ host, path: next, permission: null, largestBody: largestPage, givesSecrets: true }),
      `GET ${path}`,
    )
    for (const account of body.accounts) mask(asListed(account))
    for (const account of body.accounts.filter(isActive).map(asListed)) {
      const key = account.accountSid.toLowerCase()
      if ((accounts.get(key)?.authToken ?? null) === null) accounts.set(key, account)
    }
    next = ownPath(body.next_page_uri ?? null, host, path)
  }
  return [...accounts.values()]
}

function asListed({ sid, auth_token: authToken }: Page['accounts'][number]): ListedAccount {
  return { accountSid: sid, authToken: authToken != null && authToken.length >= shortestSecret ? authToken : null }
}

/**
 * Throws if the status is none of Twilio's words: an account that is left out by mistake would count as
 * checked.
 */
function isActive({ sid, status }: Page['accounts'][number]): boolean {
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
