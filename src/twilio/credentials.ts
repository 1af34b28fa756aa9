import * as z from 'zod/mini'
import { AuthError, ResponseError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import type { Listing, StoredCredential } from '../settings/credentials.ts'
import type { Upload } from '../settings/key.ts'
import { checked } from './answer.ts'
import { ownPath } from './paging.ts'
import type { Client } from './client.ts'
import { credentialSidForm } from '../settings/values.ts'

const host = 'accounts.twilio.com'

/**
 * https://www.twilio.com/docs/iam/api/credential-public-key-resource and
 * https://www.twilio.com/docs/iam/api/aws-credential-resource
 */
const kinds = {
  'public-keys': {
    path: '/v1/Credentials/PublicKeys',
    list: '/twilio/iam/public-keys/list',
    create: '/twilio/iam/public-keys/create',
  },
  // A Restricted API key cannot be given access to AWS credentials.
  aws: { path: '/v1/Credentials/AWS', list: null, create: null },
} as const

/** A kind of credential. */
export type CredentialKind = keyof typeof kinds

const credential = once(() =>
  z.object({
    sid: z.string().check(z.regex(credentialSidForm)),
    account_sid: z.nullish(z.string()),
    friendly_name: z.nullish(z.string()),
    date_created: z.nullish(z.string()),
  }),
)
const page = once(() =>
  z.object({ credentials: z.array(credential()), meta: z.object({ next_page_url: z.nullish(z.string()) }) }),
)

/** No account has more pages than that; it ends a list that leads in circles. */
const mostPages = 100

/**
 * All credentials of a kind that the account has, over all pages; `hidden` if the caller may not list
 * them.
 */
export async function listCredentials(client: Client, kind: CredentialKind): Promise<Listing> {
  const { path, list } = kinds[kind]
  const credentials: StoredCredential[] = []
  let next: string | null = `${path}?PageSize=1000`
  try {
    for (let pages = 0; next !== null; pages++) {
      if (pages === mostPages) throw new ResponseError(`GET ${path} has more than ${mostPages} pages.`)
      const answer = await client({ host, path: next, permission: list })
      const body = checked(page(), answer, `GET ${path}`)
      credentials.push(...body.credentials.map(stored))
      next = ownPath(body.meta.next_page_url ?? null, host, path)
    }
  } catch (thrown) {
    if (thrown instanceof AuthError) return { kind: 'hidden', reason: thrown.message }
    throw thrown
  }
  return { kind: 'listed', credentials }
}

/** Uploads a public key. It is sent once: after a lost answer, list the keys to see whether it is there. */
export async function uploadPublicKey(client: Client, { friendlyName, key }: Upload): Promise<StoredCredential> {
  const { path, create } = kinds['public-keys']
  return stored(
    checked(
      credential(),
      await client({ host, path, permission: create, form: { FriendlyName: friendlyName, PublicKey: key.pem } }),
      `POST ${path}`,
    ),
  )
}

function stored({
  sid,
  account_sid,
  friendly_name,
  date_created,
}: z.infer<ReturnType<typeof credential>>): StoredCredential {
  return {
    sid,
    accountSid: account_sid ?? null,
    friendlyName: friendly_name ?? '',
    dateCreated: parsedDate(date_created ?? null),
  }
}

/** Twilio's description gives dates as RFC 2822 in words and ISO 8601 by its schema; `Date` reads both. */
function parsedDate(text: string | null): Date | null {
  const date = text === null ? null : new Date(text)
  return date === null || Number.isNaN(date.getTime()) ? null : date
}
