import type * as z from 'zod/mini'
import { firstOf } from '../shared/text.ts'
import { ResponseError, sentFacts } from '../shared/errors.ts'
import { isUtf8 } from 'node:buffer'
import { type Readable } from 'node:stream'

/** The most places that an error names. */
const mostPlaces = 5

/**
 * The body of an answer by its schema; throws a `ResponseError` that names the properties that are not
 * as documented.
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
 * Reads a body as UTF-8, at most so many bytes of it; `null` if it is something else. Throws {@link TooLarge} as
 * soon as there are more.
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
  // What is no UTF-8 would become U+FFFD, and be written back as that.
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** What Twilio answered with a 2xx: a body of JSON, still unchecked. `attempts` counts the requests sent. */
export interface Answer {
  readonly body: unknown
  readonly requestId: string | null
  readonly attempts: number
  /** Whether the body had the secret of the credential in it, which is blotted out. */
  readonly isRedacted: boolean
}

/** The JSON of a body, `undefined` if it is none, with every text in it redacted. */
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

/** The members by which JSON is known to be Twilio's, but for an error: of settings, credentials, lists and redirects. */
const twilioMembers = ['account_sid', 'accounts', 'credentials', 'compositions', 'recordings', 'redirect_to'] as const

/** Whether JSON has members that Twilio documents: a proxy and a login page answer in JSON, too. */
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

/** A request id goes into many texts, so one that is not what Twilio sends, letters and digits, is none. */
export function requestIdOf(header: string | null, redact: (text: string) => string): string | null {
  return header !== null && /^[\w-]{1,64}$/.test(header) ? redact(header) : null
}

/** A header of a response; the first if there are several, `null` if there is none. */
export function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
