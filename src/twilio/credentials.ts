import * as z from 'zod/mini'
import { AuthError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import type { Purpose } from '../run/effects.ts'
import type { Listing, StoredCredential } from '../settings/credentials.ts'
import { credentialsWith, type Upload } from '../settings/key.ts'
import { assertResource, checked } from './answer.ts'
import { pagesOf } from './paging.ts'
import type { Client } from './client.ts'
import { credentialSidForm } from '../settings/values.ts'

const host = 'accounts.twilio.com'

/**
 * https://www.twilio.com/docs/iam/api/credential-public-key-resource and
 * https://www.twilio.com/docs/iam/api/aws-credential-resource
 */
const kinds = {
  'public-keys': { path: '/v1/Credentials/PublicKeys', list: '/twilio/iam/public-keys/list' },
  // A Restricted API key cannot be given access to AWS credentials.
  aws: { path: '/v1/Credentials/AWS', list: null },
} as const

const credential = once(() =>
  z.pipe(
    z.object({
      sid: z.string().check(z.regex(credentialSidForm)),
      account_sid: z.nullish(z.string()),
      friendly_name: z.nullish(z.string()),
      date_created: z.nullish(z.string()),
      url: z.nullish(z.string()),
    }),
    z.transform(({ sid, account_sid, friendly_name, date_created, url }) => {
      const stored: StoredCredential = {
        sid,
        accountSid: account_sid ?? null,
        friendlyName: friendly_name ?? '',
        dateCreated: parsedDate(date_created ?? null),
      }
      return { stored, url }
    }),
  ),
)
const page = once(() =>
  z.object({
    credentials: z.array(credential()),
    meta: z.object({ url: z.nullish(z.string()), next_page_url: z.nullish(z.string()) }),
  }),
)

/** The maximum number of pages: the links may lead in circles. */
const mostPages = 100

/**
 * All credentials of a kind that the account has, over all pages; `hidden` if the caller may not list
 * them.
 */
export async function listCredentials(
  client: Client,
  kind: keyof typeof kinds,
  purpose: Purpose = 'look',
): Promise<Listing> {
  const { path, list } = kinds[kind]
  const call = { host, path, permission: list, purpose } as const
  const credentials: StoredCredential[] = []
  try {
    for await (const body of pagesOf(
      client,
      call,
      'PageSize=1000',
      mostPages,
      page(),
      ({ meta }) => meta.next_page_url,
    )) {
      assertResource(body.meta.url, path, `GET ${path}`)
      for (const { stored, url } of body.credentials) {
        assertResource(url, path, `GET ${path}`, true)
        // Pages overlap while credentials are made.
        if (!credentials.some((other) => isSameCredential(other, stored))) credentials.push(stored)
      }
    }
  } catch (thrown) {
    if (thrown instanceof AuthError) return { kind: 'hidden', reason: thrown.message }
    throw thrown
  }
  return { kind: 'listed', credentials }
}

function isSameCredential(a: StoredCredential, b: StoredCredential): boolean {
  return a.sid.toLowerCase() === b.sid.toLowerCase() && a.accountSid === b.accountSid
}

/**
 * Uploads a public key. It is sent once, and after HTTP 429 once more if it is not listed by then. After a
 * lost answer, list the keys to see whether it is there. No public source names a permission for it.
 */
export async function uploadPublicKey(client: Client, { friendlyName, key }: Upload): Promise<StoredCredential> {
  const { path } = kinds['public-keys']
  const form = { FriendlyName: friendlyName, PublicKey: key.pem }
  const call = `POST ${path}`
  const answer = await client<StoredCredential>({ host, path, permission: null, form }, async (send) => {
    const listing = await listCredentials(send, 'public-keys')
    const [found = null] = listing.kind === 'listed' ? credentialsWith(key, listing.credentials) : []
    return found
  })
  if ('sid' in answer) return answer
  const { stored, url } = checked(credential(), answer, call)
  assertResource(url, path, call, true)
  return stored
}

/** Twilio's description gives dates as RFC 2822 in words and ISO 8601 by its schema; `Date` reads both. */
export function parsedDate(text: string | null): Date | null {
  const date = text === null ? null : new Date(text)
  return date === null || Number.isNaN(date.getTime()) ? null : date
}
