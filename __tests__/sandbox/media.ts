import { type Answer, invalid, json, methodNotAllowed, notFound } from './answers.ts'
import type { Call, Context } from './call.ts'
import { cutPage, pageMeta } from './paging.ts'
import type { Account, SettingsResource, StoredMedia } from './state.ts'

/** Twilio's largest page of compositions or recordings. */
const mostPerPage = 100

const kinds = {
  composition: {
    list: 'Compositions',
    key: 'compositions',
    statuses: ['enqueued', 'processing', 'completed', 'deleted', 'failed'],
    body: compositionBody,
  },
  recording: {
    list: 'Recordings',
    key: 'recordings',
    statuses: ['processing', 'completed', 'deleted', 'failed'],
    body: recordingBody,
  },
} as const

/** Answers GET of `/v1/Compositions` and `/v1/Recordings`; with an `item`, of one of them or of its media. */
export function answerMedia(
  account: Account,
  resource: SettingsResource,
  item: { readonly sid: string; readonly isMedia: boolean } | null,
  call: Call,
  context: Context,
): Answer {
  if (call.method !== 'GET') return methodNotAllowed(call.method, call.path)
  if (item === null) return list(account, resource, call, context)
  const media = account.media[resource].find(({ sid }) => sid === item.sid)
  if (media === undefined) return notFound(call.path)
  return item.isMedia
    ? redirect(account, resource, media, call, context)
    : json(200, kinds[resource].body(account, media))
}

/** The newest first, and without what is deleted unless that is asked for. */
function list(account: Account, resource: SettingsResource, call: Call, context: Context): Answer {
  const kind = kinds[resource]
  const { Status: status, DateCreatedAfter: after, DateCreatedBefore: before } = call.query
  if (status !== undefined && !(kind.statuses as readonly string[]).includes(status))
    return invalid('Invalid parameter Status')
  for (const [name, date] of Object.entries({ DateCreatedAfter: after, DateCreatedBefore: before }))
    if (date !== undefined && !isDate(date)) return invalid(`Invalid parameter ${name}`)
  const [from, to] = [
    after === undefined ? -Infinity : Date.parse(after),
    before === undefined ? Infinity : Date.parse(before),
  ]
  const listed = account.media[resource]
    .filter((media) => (status === undefined ? media.status !== 'deleted' : media.status === status))
    .filter(({ dateCreated }) => Date.parse(dateCreated) >= from && Date.parse(dateCreated) <= to)
    .sort((a, b) => Date.parse(b.dateCreated) - Date.parse(a.dateCreated))
  const filters = Object.fromEntries(
    Object.entries({ Status: status, DateCreatedAfter: after, DateCreatedBefore: before }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
  const cut = cutPage(listed, call.query, filters, mostPerPage)
  if (cut.kind === 'refused') return cut.answer
  return json(200, {
    [kind.key]: cut.page.items.map((media) => kind.body(account, media)),
    meta: pageMeta(cut.page, context.pageOrigin('video.twilio.com') + call.path, kind.key),
  })
}

/** ISO 8601 with a time zone. */
function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text))
  )
}

/**
 * Where the media is, for a while. Twilio documents 404 where there is none; what it answers for media
 * stored elsewhere it does not say, and here that is 404 too.
 */
function redirect(
  account: Account,
  resource: SettingsResource,
  media: StoredMedia,
  call: Call,
  context: Context,
): Answer {
  const seconds = call.query['Ttl'] ?? '600'
  if (!/^\d{1,4}$/.test(seconds) || Number(seconds) < 1 || Number(seconds) > 3600)
    return invalid('Ttl must be between 1 and 3600')
  if (media.status !== 'completed' || media.content === null || media.externalLocation !== null)
    return notFound(call.path)
  const url = context.bucket.sign(account.sid, resource, media, Number(seconds))
  return { kind: 'json', status: 302, body: { redirect_to: url }, headers: { location: url } }
}

/** What both kinds have. */
function commonBody(account: Account, resource: SettingsResource, media: StoredMedia): Record<string, unknown> {
  const url = `https://video.twilio.com/v1/${kinds[resource].list}/${media.sid}`
  const isStored = media.status === 'completed' && media.content !== null
  return {
    account_sid: account.sid,
    status: media.status,
    date_created: media.dateCreated,
    sid: media.sid,
    size: isStored ? Buffer.byteLength(media.content ?? '') : 0,
    duration: isStored ? 1 : 0,
    media_external_location: media.externalLocation,
    status_callback: null,
    status_callback_method: 'POST',
    url,
    links: { media: `${url}/Media` },
  }
}

/** The room in which everything was recorded. */
const roomSid = `RM${'0'.repeat(32)}`

function compositionBody(account: Account, media: StoredMedia): Record<string, unknown> {
  return {
    ...commonBody(account, 'composition', media),
    date_completed: media.status === 'completed' ? media.dateCreated : null,
    date_deleted: media.status === 'deleted' ? media.dateCreated : null,
    room_sid: roomSid,
    audio_sources: ['*'],
    audio_sources_excluded: [],
    video_layout: {},
    resolution: '640x480',
    trim: true,
    format: 'mp4',
    bitrate: 0,
  }
}

function recordingBody(account: Account, media: StoredMedia): Record<string, unknown> {
  return {
    ...commonBody(account, 'recording', media),
    source_sid: `MT${media.sid.slice(2)}`,
    type: 'audio',
    container_format: 'mka',
    codec: 'OPUS',
    grouping_sids: { room_sid: roomSid },
    track_name: 'microphone',
    offset: 0,
  }
}
