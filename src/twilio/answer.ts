import type * as z from 'zod/mini'
import { firstOf } from '../shared/text.ts'
import { ResponseError, sentFacts } from '../shared/errors.ts'
import { isUtf8 } from 'node:buffer'
import { type Readable } from 'node:stream'

/** The maximum number of places that an error names. */
const mostPlaces = 5

/**
 * The body of a response, checked by its schema. Throws a `ResponseError` that names the undocumented
 * properties.
 */
export function checked<T>(schema: z.ZodMiniType<T>, { body, requestId, attempts }: Answer, call: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the body')
  throw new ResponseError(
    `${call} was answered with something other than Twilio documents, in ${firstOf(places, mostPlaces, 'places')} (${sentFacts(requestId, attempts)}).`,
  )
}

/** A body has more bytes than are read. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/**
 * Reads a body of at most `most` bytes as UTF-8; `null` if it is not UTF-8. Throws {@link TooLarge} as soon
 * as there are more.
 */
export async function readText(body: Readable, most: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new TooLarge(`more than ${most} bytes`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  // Invalid UTF-8 would become U+FFFD, and would be written back as that.
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** A 2xx response of Twilio: its JSON, still unchecked. `attempts` counts the requests sent. */
export interface Answer {
  readonly body: unknown
  readonly requestId: string | null
  readonly attempts: number
  /** Whether the body contained the credential's secret, which was redacted. */
  readonly isRedacted: boolean
}

/** The JSON of a body with every text in it redacted; `undefined` if it is not JSON. */
export function parsed(
  text: string,
  redact: ((text: string) => string) | null,
): { readonly json: unknown; readonly isRedacted: boolean } {
  let isRedacted = false
  const clean = (_: string, value: unknown): unknown => {
    if (typeof value !== 'string' || redact === null) return value
    const redacted = redact(value)
    if (redacted !== value) isRedacted = true
    return redacted
  }
  try {
    const json: unknown = redact === null ? JSON.parse(text) : JSON.parse(text, clean)
    return { json, isRedacted }
  } catch {
    return { json: undefined, isRedacted }
  }
}

/**
 * The members that identify JSON as Twilio's: settings, credentials, lists and redirects. Errors have
 * others.
 */
const twilioMembers = ['account_sid', 'accounts', 'credentials', 'compositions', 'recordings', 'redirect_to'] as const

/** Whether JSON has members that Twilio documents: proxies and login pages may send JSON, too. */
export function isTwilioJson(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (twilioMembers.some((name) => name in json)) return true
  return 'code' in json && /^\d{5}$/.test(String(json.code)) && ('message' in json || 'title' in json)
}

/**
 * Throws a `ResponseError` if a link in an answer leads to another resource than the one at `path`, or below
 * it if `isBelow`. No link says nothing.
 */
export function assertResource(link: string | null | undefined, path: string, call: string, isBelow = false): void {
  if (link == null || link === '') return
  const base = 'https://twilio.com'
  const actual = URL.canParse(link, base) ? new URL(link, base).pathname.replace(/\/$/, '') : null
  if (actual !== null && (isBelow ? actual.startsWith(`${path}/`) : actual === path)) return
  throw new ResponseError(`${call} was answered with another resource than the one asked for.`, {
    advice: 'Is there a proxy or a cache in between?',
  })
}

/**
 * Many texts repeat the request ID, so one that is not letters and digits, as Twilio sends it, does not
 * count.
 */
export function requestIdOf(header: string | null, redact: (text: string) => string): string | null {
  return header !== null && /^[\w-]{1,64}$/.test(header) ? redact(header) : null
}

/** A header of a response; the first if there are several, `null` if there is none. */
export function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
