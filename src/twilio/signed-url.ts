import { shortestSecret } from '../shared/secrets.ts'
import type { Environment } from './attempt.ts'
import { limitTime, stopped } from './time-limit.ts'

/** The headers at a signed URL, or why they could not be read, as a sentence that holds nothing of the URL. */
export type ReadHeaders = (
  url: string,
) => Promise<
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | string[] | undefined>> }
  | { readonly kind: 'unknown'; readonly reason: string }
>

/** The time that the host of the media has, in milliseconds. */
const timeout = 10_000

/**
 * Reads headers at signed URLs. Anyone who has such a URL can fetch the media. So it is masked before any
 * other use, and no message or error holds any of it. The request has no credential and asks for one byte;
 * no body is read, and no redirect is followed.
 */
export function createReadHeaders(environment: Environment, mask: (secret: string) => void): ReadHeaders {
  const { dispatcher, throttle, sandbox, signal, track } = environment
  return async (url) => {
    for (const secret of secretsIn(url)) mask(secret)
    const target = allowed(url, sandbox)
    if (target === null)
      return {
        kind: 'unknown',
        reason: 'The link to the media is not on *.amazonaws.com or *.twilio.com, so nothing was sent there.',
      }
    await throttle.enter()
    const limit = limitTime(signal, timeout, () => {})
    try {
      // Amazon signs the method, so HEAD is refused:
      // https://repost.aws/knowledge-center/s3-presigned-url-signature-mismatch
      const sending = dispatcher.request({
        ...target,
        method: 'GET',
        headers: { range: 'bytes=0-0' },
        signal: limit.signal,
      })
      track(sending)
      const { statusCode: status, headers, body } = await Promise.race([sending, limit.over])
      body.on('error', () => {}).destroy()
      return status === 200 || status === 206
        ? { kind: 'headers', headers }
        : { kind: 'unknown', reason: `The host of the media answered HTTP ${status}.` }
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal)
      return { kind: 'unknown', reason: `The host of the media did not answer${codeOf(thrown)}. ${advice}` }
    } finally {
      limit.end()
      throttle.leave()
    }
  }
}

const advice = 'Check that the runner reaches *.amazonaws.com on port 443, and the proxy if there is one.'

/** The URL, and the parts of its query that are long enough to be secrets, both encoded and decoded. */
function secretsIn(url: string): string[] {
  const values = url
    .slice(url.indexOf('?') + 1)
    .split(/[&=#]/)
    .filter((part) => part.length > 20)
  return [...new Set([url, ...values.flatMap((value) => [value, decoded(value)])])].filter(
    (secret) => secret.length >= shortestSecret,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The origin and path of a signed URL, byte for byte; `null` if its host does not hold Twilio's media. */
function allowed(url: string, sandbox: string | null): { readonly origin: string; readonly path: string } | null {
  const [, origin = '', path] = /^(https?:\/\/[\w.:[\]-]+)(\/[!"$-~]*)$/.exec(url) ?? []
  if (path === undefined) return null
  const isAllowed =
    sandbox === null ? /^https:\/\/(?:[a-z0-9-]+\.)+(?:amazonaws|twilio)\.com$/i.test(origin) : origin === sandbox
  return isAllowed ? { origin, path } : null
}

/** The code of an error, such as ECONNRESET. Its message may hold the host or a path, so it is left out. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return ` within ${timeout / 1000} s`
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  return typeof code === 'string' && /^[A-Z_]{3,60}$/.test(code) ? ` (${code})` : ''
}
