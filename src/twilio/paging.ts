import type * as z from 'zod/mini'
import { ResponseError } from '../shared/errors.ts'
import { checked } from './answer.ts'
import type { Call } from './attempt.ts'
import type { Client } from './client.ts'

/** The maximum length of a link, in characters: Twilio's have some 200. */
const longestLink = 2_000

/**
 * The pages of a list, each when it is asked for. `most` limits their number, because links may lead in
 * circles; `nextOf` returns a page's link to the next one.
 */
export async function* pagesOf<T>(
  client: Client,
  call: Call,
  query: string,
  most: number,
  schema: z.ZodMiniType<T>,
  nextOf: (page: T) => string | null | undefined,
): AsyncGenerator<T> {
  const { host, path } = call
  let next: string | null = `${path}?${query}`
  for (let pages = 0; next !== null; pages++) {
    if (pages === most) throw new ResponseError(`GET ${path} has more than ${most} pages.`)
    const page: T = checked(schema, await client({ ...call, path: next }), `GET ${path}`)
    yield page
    next = ownPath(nextOf(page) ?? null, host, path)
  }
}

/**
 * The path and query of a next page, from the link in an answer; `null` if there is none. The credential
 * goes only to the host that was asked, so a link that leaves the list is an error.
 */
export function ownPath(link: string | null, host: string, path: string): string | null {
  if (link === null || link === '') return null
  const url =
    link.length <= longestLink && URL.canParse(link, `https://${host}`) ? new URL(link, `https://${host}`) : null
  if (url === null || url.pathname !== path)
    throw new ResponseError(`GET ${path} was answered with a next page that is not one of the list.`)
  return url.pathname + url.search
}
