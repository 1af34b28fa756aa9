import { describe, expect, it } from 'vitest'
import { isStored, mediaSettings, reportMedia } from '../../src/settings/media-report.ts'
import { type MediaItem, type MediaLook, mediaStates } from '../../src/settings/media.ts'
import type { Current } from '../../src/settings/settings.ts'
import { bucket, otherBucket, safe } from '../action/fixtures.ts'

const sidOf = (number: number): string => `CJ${String(number).padStart(32, '0')}`
const dateCreated = new Date('2026-01-02T03:04:05Z')
const encrypted: MediaLook = { kind: 'encrypted' }
const open: Current = { encryption_enabled: false, aws_storage_enabled: false, aws_s3_url: null }
const stored: Current = { ...open, aws_storage_enabled: true, aws_s3_url: bucket }

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
  it.each<[string, Parameters<typeof mediaSettings>, Current]>([
    ['nothing', [{}, {}, []], open],
    ['encryption that is desired', [{ encryption_enabled: true }, {}, []], { ...open, encryption_enabled: true }],
    ['encryption that is required', [{}, {}, ['encryption']], { ...open, encryption_enabled: true }],
    ['no encryption', [{ encryption_enabled: false }, { encryption_enabled: true }, []], open],
    ['nothing of what the account has', [{}, safe, []], { ...open, aws_s3_url: bucket }],
    ['the bucket of the account', [{}, safe, ['external-storage']], stored],
    [
      'the bucket that is desired',
      [{ aws_storage_enabled: true, aws_s3_url: otherBucket }, safe, []],
      { ...stored, aws_s3_url: otherBucket },
    ],
    ['a bucket that nobody names', [{ aws_storage_enabled: true }, {}, []], { ...stored, aws_s3_url: null }],
  ])('%s', (_, given, policy) => {
    expect(mediaSettings(...given)).toEqual(policy)
  })
})

describe('what is looked at', () => {
  it.each<[Partial<MediaItem>, boolean]>([
    [{}, true],
    [{ status: 'processing' }, false],
    [{ status: 'failed' }, false],
    [{ externalLocation: bucket }, false],
  ])('is what is completed and stored by Twilio: %j', (change, isLookedAt) => {
    expect(itemsWith(change).map(isStored)).toEqual([isLookedAt])
  })
})

describe('the state of an item', () => {
  it.each<[string, Partial<MediaItem>, MediaLook | null, Current]>([
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
    ['external', { externalLocation: `${bucket}/1.mp4` }, null, stored],
    ['external', { externalLocation: otherBucket }, null, stored],
    ['unknown', { externalLocation: bucket }, null, { ...stored, aws_s3_url: null }],
  ])('is %s: %j', (state, item, look, policy) => {
    expect(stateOf(item, look, policy)).toBe(state)
  })
})

describe('a finding', () => {
  const messages = (...given: Parameters<typeof judge>): string[] =>
    judge(...given).findings.map(({ rule, message }) => `${rule}: ${message}`)

  it('is there for nothing that is as it should be', () => {
    expect(messages([], [], { ...stored, encryption_enabled: true })).toEqual([])
    expect(messages(itemsWith({}), [encrypted], { ...open, encryption_enabled: true })).toEqual([])
    expect(messages(itemsWith({}), [{ kind: 'unencrypted' }])).toEqual([])
  })

  it('is about what breaks a policy, of all at once', () => {
    expect(
      messages(
        itemsWith({}, { dateCreated: null }, { externalLocation: `${otherBucket}/3.mp4` }, { status: 'failed' }, {}),
        [{ kind: 'unencrypted' }, { kind: 'unencrypted' }, null, null, { kind: 'unknown', reason: 'Nobody answered.' }],
        { ...stored, encryption_enabled: true },
      ),
    ).toEqual([
      `media-unencrypted: 2 compositions of the last 7 days are not encrypted: ${sidOf(1)} (2026-01-02), ${sidOf(2)}. Made before encryption was switched on? They stay as they are: delete them, or narrow the span of "verify-media"`,
      `media-elsewhere: 4 compositions of the last 7 days are not in ${bucket}: ${sidOf(1)} (2026-01-02, stored by Twilio), ${sidOf(2)} (stored by Twilio), ${sidOf(3)} (2026-01-02, at ${otherBucket}/3.mp4), ${sidOf(5)} (2026-01-02, stored by Twilio). Made before the storage was changed? They stay where they are: move or delete them, or narrow the span of "verify-media"`,
      `media-failed: 1 composition of the last 7 days failed, and Twilio does not retry: ${sidOf(4)} (2026-01-02). Look for 53664 to 53669, 53626 and 53627 in Twilio's debugger: they say why`,
      `media-unknown: Could not check 1 composition of the last 7 days: ${sidOf(5)} (2026-01-02). Nobody answered`,
    ])
  })

  it('is none for a place where none was asked for', () => {
    expect(messages(itemsWith({}, { externalLocation: otherBucket }), [encrypted], {})).toEqual([])
    expect(messages(itemsWith({}), [encrypted], { aws_storage_enabled: false, aws_s3_url: bucket })).toEqual([])
  })

  it('names no bucket where nobody does', () => {
    expect(messages(itemsWith({}), [encrypted], { ...stored, aws_s3_url: null })).toMatchObject([
      expect.stringContaining('is not in an external bucket: '),
    ])
    expect(messages(itemsWith({}), [encrypted], stored)).toMatchObject([
      expect.stringContaining(`is not in ${bucket}: `),
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
