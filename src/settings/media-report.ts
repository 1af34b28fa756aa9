import { abbreviate, firstOf } from '../shared/text.ts'
import type { Finding } from './findings.ts'
import {
  isInBucket,
  type MediaItem,
  type MediaListing,
  type MediaLook,
  type MediaReport,
  type MediaState,
  mediaStates,
  mediaWords,
  spanInWords,
} from './media.ts'
import type { Requirement } from './requirements.ts'
import { type Current, type Desired, merged } from './settings.ts'
import type { Resource } from './target.ts'

/** The settings that media is meant to be stored with, as far as the workflow asks for any. */
export function mediaSettings(desired: Desired, current: Current, requirements: readonly Requirement[]): Current {
  return {
    encryption_enabled: desired.encryption_enabled === true || requirements.includes('encryption'),
    aws_storage_enabled: desired.aws_storage_enabled === true || requirements.includes('external-storage'),
    aws_s3_url: merged(desired, current).aws_s3_url ?? null,
  }
}

/** Whether to look at the media of an item: it is completed, and Twilio has it. */
export function isStored({ status, externalLocation }: MediaItem): boolean {
  return status === 'completed' && externalLocation === null
}

/**
 * Judges the listed items. `looks` has the results of the looks by SID; `asked` are the settings that the items
 * were meant to be stored with.
 */
export function reportMedia(
  resource: Resource,
  hours: number,
  { items, isMore }: MediaListing,
  looks: ReadonlyMap<string, MediaLook>,
  asked: Current,
): { readonly media: MediaReport; readonly findings: Finding[] } {
  const judged = items.map((item) => ({ ...item, ...judge(item, looks.get(item.sid), asked) }))
  const sidsIn = (state: MediaState): string[] => judged.filter((item) => item.state === state).map(({ sid }) => sid)
  const sids = Object.fromEntries(mediaStates.map((state) => [state, sidsIn(state)])) as Record<MediaState, string[]>
  const elsewhere = judged.filter((item) => item.isElsewhere)
  return {
    media: { resource, hours, isMore, sids, elsewhere: elsewhere.map(({ sid }) => sid) },
    findings: [
      ...(asked.encryption_enabled === true ? unencrypted(resource, hours, judged) : []),
      ...misplaced(resource, hours, elsewhere, asked),
      ...failed(resource, hours, judged),
      ...unknown(resource, hours, judged),
    ],
  }
}

/** The finding for a span whose items could not be listed; `reason` is whole sentences. */
export function unlistedMedia(resource: Resource, hours: number, reason: string): Finding {
  const message = `Could not list the ${mediaWords[resource].many} of the last ${spanInWords(hours)}: ${reason}`
  return finding('media-unknown', message.replace(/\.$/, ''))
}

interface Judged extends MediaItem {
  readonly state: MediaState
  /** The reason why the look told nothing. */
  readonly reason: string
  readonly isElsewhere: boolean
}

function judge(
  item: MediaItem,
  look: MediaLook | undefined,
  { aws_storage_enabled: isExternal = false, aws_s3_url: bucket = null }: Current,
): Pick<Judged, 'state' | 'reason' | 'isElsewhere'> {
  const as = (state: MediaState, { isElsewhere = false, reason = '' } = {}) => ({ state, isElsewhere, reason })
  const { status, externalLocation: location } = item
  if (status === 'failed') return as('failed')
  if (status === 'deleted' || look?.kind === 'missing') return as('missing')
  if (status === 'enqueued' || status === 'processing') return as('unfinished')
  if (status !== 'completed')
    return as('unknown', { reason: `Its status is "${abbreviate(status, 40)}", which Twilio does not document.` })
  if (location === null) {
    const reason = look?.kind === 'unknown' ? look.reason : ''
    return as(look?.kind ?? 'skipped', { isElsewhere: isExternal === true, reason })
  }
  if (isExternal === true && bucket === null)
    return as('unknown', { reason: 'It is stored externally, and no bucket URL is set to compare with.' })
  return as('external', { isElsewhere: isExternal === true && !isInBucket(location, bucket ?? '') })
}

function finding(rule: Finding['rule'], message: string): Finding {
  return { rule, subject: 'live', severity: 'error', message }
}

/** The maximum number of items that a message names. */
const mostNamed = 10

/** "3 compositions of the last 7 days", and the SIDs of the first ones with the day on which each was made. */
function named(
  resource: Resource,
  hours: number,
  items: readonly MediaItem[],
  also: (item: MediaItem) => string = () => '',
): { readonly isOne: boolean; readonly subject: string; readonly list: string } {
  const { one, many } = mediaWords[resource]
  const names = items.map((item) => {
    const day = item.dateCreated?.toISOString().slice(0, 10)
    const facts = [...(day === undefined ? [] : [day]), ...[also(item)].filter((text) => text !== '')]
    return facts.length === 0 ? item.sid : `${item.sid} (${facts.join(', ')})`
  })
  return {
    isOne: items.length === 1,
    subject: `${items.length} ${items.length === 1 ? one : many} of the last ${spanInWords(hours)}`,
    list: firstOf(names, mostNamed),
  }
}

function unencrypted(resource: Resource, hours: number, judged: readonly Judged[]): Finding[] {
  const items = judged.filter(({ state }) => state === 'unencrypted')
  if (items.length === 0) return []
  const { isOne, subject, list } = named(resource, hours, items)
  const stays = isOne ? 'It stays as it is: delete it' : 'They stay as they are: delete them'
  return [
    finding(
      'media-unencrypted',
      `${subject} ${isOne ? 'is' : 'are'} not encrypted: ${list}. Made before encryption was switched on? ${stays}, or narrow the span of "verify-media"`,
    ),
  ]
}

function misplaced(
  resource: Resource,
  hours: number,
  items: readonly Judged[],
  { aws_s3_url: url }: Current,
): Finding[] {
  if (items.length === 0) return []
  const { isOne, subject, list } = named(resource, hours, items, ({ externalLocation }) =>
    externalLocation === null ? 'stored by Twilio' : `at ${abbreviate(externalLocation, 100)}`,
  )
  const bucket = url === null || url === undefined ? 'an external bucket' : abbreviate(url)
  const stays = isOne ? 'It stays where it is: move or delete it' : 'They stay where they are: move or delete them'
  return [
    finding(
      'media-elsewhere',
      `${subject} ${isOne ? 'is' : 'are'} not in ${bucket}: ${list}. Made before the storage was changed? ${stays}, or narrow the span of "verify-media"`,
    ),
  ]
}

function failed(resource: Resource, hours: number, judged: readonly Judged[]): Finding[] {
  const items = judged.filter(({ state }) => state === 'failed')
  if (items.length === 0) return []
  const { subject, list } = named(resource, hours, items)
  return [
    finding(
      'media-failed',
      `${subject} failed, and Twilio does not retry: ${list}. Look for ${mediaWords[resource].codes} in Twilio's debugger: they say why`,
    ),
  ]
}

function unknown(resource: Resource, hours: number, judged: readonly Judged[]): Finding[] {
  const items = judged.filter(({ state }) => state === 'unknown')
  const reasons = [...new Set(items.map(({ reason }) => reason))]
  return reasons.map((reason) => {
    const alike = items.filter((item) => item.reason === reason)
    const { subject, list } = named(resource, hours, alike)
    return finding('media-unknown', `Could not check ${subject}: ${list}. ${reason.replace(/\.$/, '')}`)
  })
}
