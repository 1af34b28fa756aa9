import { ResponseError } from '../shared/errors.ts'

/** The longest link that is followed, in characters: Twilio's have some 200. */
const longestLink = 2_000

/**
 * The path and query of a next page, from the link in an answer; `null` if there is none. The credential
 * goes to the host that was asked and to no other, whatever the link says, so a link that leaves the
 * list is refused.
 */
export function ownPath(link: string | null, host: string, path: string): string | null {
  if (link === null || link === '') return null
  const url =
    link.length <= longestLink && URL.canParse(link, `https://${host}`) ? new URL(link, `https://${host}`) : null
  if (url === null || url.pathname !== path)
    throw new ResponseError(`GET ${path} was answered with a next page that is not one of the list.`)
  return url.pathname + url.search
}
