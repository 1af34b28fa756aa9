import * as z from 'zod/mini'
import { ActionError, ApiError, StoppedError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import type { MediaPort } from '../run/effects.ts'
import { lookAt, type MediaItem, type MediaListing } from '../settings/media.ts'
import type { Resource } from '../settings/target.ts'
import { assertResource, checked } from './answer.ts'
import type { Client } from './client.ts'
import { parsedDate } from './credentials.ts'
import { pagesOf } from './paging.ts'
import type { ReadHeaders } from './signed-url.ts'

const host = 'video.twilio.com'

/**
 * No page of Twilio's names these permissions, and none is known for the media itself.
 * https://www.twilio.com/docs/video/api/compositions-resource and
 * https://www.twilio.com/docs/video/api/recordings-resource
 */
const kinds = {
  'composition-settings': { path: '/v1/Compositions', key: 'compositions', permission: '/twilio/video/compositions' },
  'recording-settings': { path: '/v1/Recordings', key: 'recordings', permission: '/twilio/video/recordings' },
} as const satisfies Record<Resource, unknown>

/** The most items that are listed; Twilio gives at most a hundred on a page. */
const mostItems = 1_000

/** The maximum number of pages: the links may lead in circles. */
const mostPages = 50

/** The most of a page that is read, in bytes: a composition may have a long layout. */
const largestPage = 8 * 1024 * 1024

/** The most of a redirect that is read, in bytes: it holds one URL. */
const largestRedirect = 64 * 1024

/** The lifetime of a signed URL, in seconds: it is used at once. */
const lifetime = 60

/** An item, with the address that it gives for itself. */
const item = once(() =>
  z.pipe(
    z.object({
      sid: z.string().check(z.regex(/^(CJ|RT)[0-9a-fA-F]{32}$/)),
      account_sid: z.nullish(z.string()),
      status: z.string(),
      date_created: z.nullish(z.string()),
      media_external_location: z.nullish(z.string()),
      url: z.nullish(z.string()),
    }),
    z.transform(({ sid, account_sid, status, date_created, media_external_location, url }) => ({
      url,
      sid,
      accountSid: account_sid ?? null,
      status,
      dateCreated: parsedDate(date_created ?? null),
      externalLocation: media_external_location || null,
    })),
  ),
)
const meta = once(() => z.object({ url: z.nullish(z.string()), next_page_url: z.nullish(z.string()) }))
const page = {
  compositions: once(() =>
    z.pipe(
      z.object({ compositions: z.array(item()), meta: meta() }),
      z.transform(({ compositions, meta }) => ({ items: compositions, meta })),
    ),
  ),
  recordings: once(() =>
    z.pipe(
      z.object({ recordings: z.array(item()), meta: meta() }),
      z.transform(({ recordings, meta }) => ({ items: recordings, meta })),
    ),
  ),
}
const redirect = once(() => z.object({ redirect_to: z.string() }))

/**
 * The media of one resource of the account that the client's credential belongs to. `log` is told of each
 * kind of failure, once.
 */
export function mediaPort(
  client: Client,
  resource: Resource,
  readHeaders: ReadHeaders,
  log: (line: string) => void,
): MediaPort {
  const { path, permission } = kinds[resource]
  const told = new Set<string>()
  return {
    list: (since) => list(client, resource, since),
    look: async (sid) => {
      const media = `${path}/${sid}/Media`
      try {
        const answer = await client({
          host,
          path: `${media}?Ttl=${lifetime}`,
          permission: `${permission}/read`,
          largestBody: largestRedirect,
          isRedirect: true,
        })
        const response = await readHeaders(checked(redirect(), answer, `GET ${media}`).redirect_to)
        return response.kind === 'headers' ? lookAt(response.headers) : response
      } catch (thrown) {
        if (!(thrown instanceof ActionError) || thrown instanceof StoppedError) throw thrown
        if (isMissing(thrown)) return { kind: 'missing' }
        const reason = reasonOf(thrown)
        if (!told.has(reason)) log(thrown.facts)
        told.add(reason)
        return { kind: 'unknown', reason }
      }
    },
  }
}

async function list(client: Client, resource: Resource, from: Date): Promise<MediaListing> {
  const since = new Date(Math.floor(from.getTime() / 1000) * 1000)
  const { path, key, permission } = kinds[resource]
  const call = { host, path, permission: `${permission}/list`, largestBody: largestPage } as const
  const after = since.toISOString().replace(/\.\d+Z$/, 'Z')
  const query = new URLSearchParams({ DateCreatedAfter: after, PageSize: '100' }).toString()
  // A list that changes between two pages may give an item twice.
  const items = new Map<string, MediaItem>()
  let isMore = false
  for await (const listed of pagesOf(client, call, query, mostPages, page[key](), ({ meta }) => meta.next_page_url)) {
    assertResource(listed.meta.url, path, `GET ${path}`)
    for (const { url, ...one } of listed.items) {
      assertResource(url, path, `GET ${path}`, true)
      // A next page for which the span was forgotten has what is older, too.
      if ((one.dateCreated ?? since) >= since) items.set(one.sid.toLowerCase(), one)
    }
    isMore = (listed.meta.next_page_url || null) !== null
    if (items.size >= mostItems) break
  }
  return { items: [...items.values()].slice(0, mostItems), isMore: isMore || items.size > mostItems }
}

/**
 * Whether Twilio says that there is no such media: it was deleted since the list, or the track was muted
 * throughout. Something else that answers 404, such as a proxy, does not say so.
 */
function isMissing(error: ActionError): boolean {
  return error instanceof ApiError && error.refusal.status === 404 && error.refusal.detail !== null
}

/** Why a look told nothing: without the path and the request id, so that items with one reason share it. */
function reasonOf(error: ActionError): string {
  const code = error instanceof ApiError && error.refusal.code !== null ? `, code ${error.refusal.code}` : ''
  const facts = error instanceof ApiError ? `Twilio answered HTTP ${error.refusal.status}${code}.` : `${error.title}.`
  return error.advice === null ? facts : `${facts} ${error.advice}`
}
