import { accept, type Parsed, reject } from '../shared/parsed.ts'
import type { Resource } from './target.ts'

/** A composition or a recording, as Twilio lists it. */
export interface MediaItem {
  readonly sid: string
  /** `null` if Twilio does not say. */
  readonly accountSid: string | null
  /** `completed`, `failed`, or another word of Twilio's. */
  readonly status: string
  /** `null` if Twilio does not say, or says it in no form that is known. */
  readonly dateCreated: Date | null
  /** The URL of media that is stored outside Twilio's cloud; `null` if it is not. */
  readonly externalLocation: string | null
}

/** The items made in a span of time, as far as Twilio listed them. */
export interface MediaListing {
  readonly items: readonly MediaItem[]
  /** Whether there are more, which were not listed. */
  readonly isMore: boolean
}

/** The result of a look at stored media. `missing`: Twilio has no media for the item. */
export type MediaLook =
  | { readonly kind: 'encrypted' | 'unencrypted' | 'missing' }
  /** The look told nothing; the reason is a sentence. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** The longest span that can be asked for, in hours: Twilio keeps what it knows of deleted media for as long. */
const mostHours = 30 * 24

/** Reads a span of time, such as 24h or 7d, in hours; `null` for `off`. */
export function parseSpan(text: string): Parsed<number | null> {
  if (text === 'off') return accept(null)
  const [, number, unit] = /^(\d{1,3})([hd])$/.exec(text) ?? []
  const hours = Number(number ?? 0) * (unit === 'd' ? 24 : 1)
  return hours >= 1 && hours <= mostHours ? accept(hours) : reject('must be off, or from 1h to 30d, such as 24h or 7d')
}

/** A span of so many hours, as in "of the last 7 days". */
export function spanInWords(hours: number): string {
  if (hours === 1) return 'hour'
  return hours > 24 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`
}

/** The maximum number of items of a resource whose media is looked at. */
const mostLooks = 50

/**
 * Chooses the items to look at if there are too many: one from each fiftieth of the span, then another from
 * each. So a short gap in the encryption is found as well as a long one.
 */
export function spread(items: readonly MediaItem[], since: Date, until: Date): MediaItem[] {
  if (items.length <= mostLooks) return [...items]
  const slots = Array.from({ length: mostLooks }, (): MediaItem[] => [])
  const width = (until.getTime() - since.getTime()) / mostLooks
  for (const item of items) {
    const at = Math.floor(((item.dateCreated ?? since).getTime() - since.getTime()) / width)
    slots[Math.max(0, Math.min(mostLooks - 1, at))]?.push(item)
  }
  const rounds = Array.from({ length: items.length }, (_, round) => slots.flatMap((slot) => slot[round] ?? []))
  return rounds.flat().slice(0, mostLooks)
}

/** The headers of Amazon's S3 encryption client, of any version. */
const envelope = 'x-amz-meta-x-amz-'

/** Its later versions, which Twilio does not document. */
const later = ['key-v2', 'cek-alg', 'wrap-alg', 'tag-len'].map((name) => envelope + name)

/**
 * Whether the headers of stored media are those of Twilio's encryption: an AES key that RSA of 2048 bits
 * has wrapped, and the vector that AES began with.
 * https://www.twilio.com/docs/video/tutorials/encrypting-your-stored-media
 */
export function lookAt(headers: Readonly<Record<string, string | string[] | undefined>>): MediaLook {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  if (!names.some((name) => name.startsWith(envelope))) return { kind: 'unencrypted' }
  if (names.some((name) => later.includes(name)))
    return { kind: 'unknown', reason: 'Its encryption headers are of a kind that Twilio does not document.' }
  const isComplete = bytesIn(headers[`${envelope}key`]) === 256 && bytesIn(headers[`${envelope}iv`]) === 16
  return isComplete
    ? { kind: 'encrypted' }
    : { kind: 'unknown', reason: 'Its encryption headers are incomplete or malformed.' }
}

/** The number of bytes in a base64 text; `null` if it is not base64. */
function bytesIn(text: string | string[] | undefined): number | null {
  if (typeof text !== 'string') return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes.length : null
}

/**
 * Whether media lies in a bucket, in the folder that its URL names. What only begins like that folder, or
 * like that host, is elsewhere.
 */
export function isInBucket(location: string, bucket: string): boolean {
  if (!URL.canParse(location) || !URL.canParse(bucket)) return false
  const [media, root] = [new URL(location), new URL(bucket)]
  const isSameHost = media.origin === root.origin && media.origin !== 'null' && media.username + media.password === ''
  return isSameHost && `${media.pathname}/`.startsWith(root.pathname.replace(/\/?$/, '/'))
}

/**
 * The state of a composition or a recording. `external`: nobody can look into it. `skipped`: there were too
 * many to look at all.
 */
export const mediaStates = [
  'encrypted',
  'unencrypted',
  'external',
  'skipped',
  'unfinished',
  'missing',
  'failed',
  'unknown',
] as const
export type MediaState = (typeof mediaStates)[number]

/** The findings on the media made in a span of time. */
export interface MediaReport {
  readonly resource: Resource
  /** The span, in hours. */
  readonly hours: number
  /** Whether there are more items than were listed. */
  readonly isMore: boolean
  /** The SIDs by their state; each SID is in one of these. */
  readonly sids: Readonly<Record<MediaState, readonly string[]>>
  /** The SIDs of items that are not in the desired bucket. */
  readonly elsewhere: readonly string[]
}

/**
 * The words for the items of a resource, and the codes in Twilio's debugger: a failed item does not say
 * why.
 */
export const mediaWords = {
  'composition-settings': { one: 'composition', many: 'compositions', codes: '53664 to 53669, 53626 and 53627' },
  'recording-settings': { one: 'recording', many: 'recordings', codes: '53610 to 53616' },
} as const satisfies Record<Resource, unknown>
