import { describe, expect, it } from 'vitest'
import { mediaPolicy, type MediaPolicy, reportMedia } from '../../src/settings/media-report.ts'
import { type MediaItem, type MediaLook, mediaStates } from '../../src/settings/media.ts'
import { bucket, otherBucket, safe } from '../action/fixtures.ts'

const sidOf = (number: number): string => `CJ${String(number).padStart(32, '0')}`
const dateCreated = new Date('2026-01-02T03:04:05Z')
const encrypted: MediaLook = { kind: 'encrypted' }
const open: MediaPolicy = { isEncrypted: false, storage: 'any' }

/** Items that are completed and stored by Twilio, unless `changes` say otherwise. */
function itemsWith(...changes: readonly Partial<MediaItem>[]): MediaItem[] {
  return changes.map((change, index) => ({
    sid: sidOf(index + 1),
    accountSid: null,
    status: 'completed',
    dateCreated,
    externalLocation: null,
    ...change,
  }))
}

function judge(
  items: readonly MediaItem[],
  looks: readonly (MediaLook | null)[] = [],
  policy = open,
): ReturnType<typeof reportMedia> {
  const known = looks.flatMap((look, index) => (look === null ? [] : [[sidOf(index + 1), look] as const]))
  return reportMedia('composition-settings', 168, { items, isMore: false }, new Map(known), policy)
}

function stateOf(change: Partial<MediaItem>, look: MediaLook | null = null, policy = open): string | undefined {
  const { sids } = judge(itemsWith(change), [look], policy).media
  return mediaStates.find((state) => sids[state].length === 1)
}

describe('what is asked of media', () => {
  it.each<[string, Parameters<typeof mediaPolicy>, MediaPolicy]>([
    ['nothing', [{}, safe, []], open],
    ['encryption that is desired', [{ encryption_enabled: true }, {}, []], { ...open, isEncrypted: true }],
    ['encryption that is required', [{}, {}, ['encryption']], { ...open, isEncrypted: true }],
    ['no encryption', [{ encryption_enabled: false }, safe, []], open],
    ['the bucket of the account', [{}, safe, ['external-storage']], { ...open, storage: { bucket } }],
    [
      'the bucket that is desired',
      [{ aws_storage_enabled: true, aws_s3_url: otherBucket }, safe, []],
      { ...open, storage: { bucket: otherBucket } },
    ],
    ['a bucket that nobody names', [{ aws_storage_enabled: true }, {}, []], { ...open, storage: { bucket: null } }],
  ])('%s', (_, given, policy) => {
    expect(mediaPolicy(...given)).toEqual(policy)
  })
})

describe('the state of an item', () => {
  const storage = { ...open, storage: { bucket } }

  it.each<[string, Partial<MediaItem>, MediaLook | null, MediaPolicy]>([
    ['encrypted', {}, encrypted, open],
    ['unencrypted', {}, { kind: 'unencrypted' }, open],
    ['missing', {}, { kind: 'missing' }, open],
    ['unknown', {}, { kind: 'unknown', reason: 'Why.' }, open],
    ['skipped', {}, null, open],
    ['failed', { status: 'failed' }, null, open],
    ['failed', { status: 'failed', externalLocation: bucket }, null, open],
    ['missing', { status: 'deleted' }, null, open],
    ['unfinished', { status: 'enqueued' }, null, open],
    ['unfinished', { status: 'processing' }, null, open],
    ['unknown', { status: 'paused' }, null, open],
    ['external', { externalLocation: otherBucket }, null, open],
    ['external', { externalLocation: `${bucket}/1.mp4` }, null, storage],
    ['external', { externalLocation: otherBucket }, null, storage],
    ['unknown', { externalLocation: bucket }, null, { ...open, storage: { bucket: null } }],
  ])('is %s: %j', (state, item, look, policy) => {
    expect(stateOf(item, look, policy)).toBe(state)
  })
})

describe('a finding', () => {
  const messages = (...given: Parameters<typeof judge>): string[] =>
    judge(...given).findings.map(({ rule, message }) => `${rule}: ${message}`)

  it('is there for nothing that is as it should be', () => {
    expect(messages([], [], { isEncrypted: true, storage: { bucket } })).toEqual([])
    expect(messages(itemsWith({}), [encrypted], { isEncrypted: true, storage: 'any' })).toEqual([])
    expect(messages(itemsWith({}), [{ kind: 'unencrypted' }])).toEqual([])
  })

  it('is about what breaks a policy, of all at once', () => {
    expect(
      messages(
        itemsWith({}, { dateCreated: null }, { externalLocation: `${otherBucket}/3.mp4` }, { status: 'failed' }, {}),
        [{ kind: 'unencrypted' }, { kind: 'unencrypted' }, null, null, { kind: 'unknown', reason: 'Nobody answered.' }],
        { isEncrypted: true, storage: { bucket } },
      ),
    ).toEqual([
      `media-unencrypted: 2 compositions of the last 7 days are not encrypted: ${sidOf(1)} (2026-01-02), ${sidOf(2)}. Made before encryption was switched on? They stay as they are: delete them, or narrow the span of "verify-media"`,
      `media-elsewhere: 4 compositions of the last 7 days are not in ${bucket}: ${sidOf(1)} (2026-01-02, stored by Twilio), ${sidOf(2)} (stored by Twilio), ${sidOf(3)} (2026-01-02, at ${otherBucket}/3.mp4), ${sidOf(5)} (2026-01-02, stored by Twilio). Made before the storage was changed? They stay where they are: move or delete them, or narrow the span of "verify-media"`,
      `media-failed: 1 composition of the last 7 days failed, and Twilio does not retry: ${sidOf(4)} (2026-01-02). Look for 53664 to 53669, 53626 and 53627 in Twilio's debugger: they say why`,
      `media-unknown: Could not check 1 composition of the last 7 days: ${sidOf(5)} (2026-01-02). Nobody answered`,
    ])
  })

  it('is one for each reason why something could not be told', () => {
    const unknown = (reason: string): MediaLook => ({ kind: 'unknown', reason })
    expect(messages(itemsWith({}, {}, {}), [unknown('A.'), unknown('B.'), unknown('A.')])).toMatchObject(
      [/2 compositions .* A$/, /1 composition .* B$/].map((pattern) => expect.stringMatching(pattern)),
    )
  })

  it('is always an error of the account, not of the workflow', () => {
    const { findings } = judge(itemsWith({ status: 'failed' }, { status: 'paused' }))
    expect(findings).toMatchObject([
      { severity: 'error', subject: 'live' },
      { severity: 'error', subject: 'live' },
    ])
  })
})
