import { array, assert, date, option, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInBucket, lookAt, type MediaItem, parseSpan, spanInWords, spread } from '../../src/settings/media.ts'

const hour = 3_600_000
const since = new Date('2026-01-01T00:00:00Z')
const until = new Date('2026-01-08T00:00:00Z')

function item(number: number, dateCreated: Date | null): MediaItem {
  const sid = `CJ${String(number).padStart(32, '0')}`
  return { sid, accountSid: null, status: 'completed', dateCreated, externalLocation: null }
}

describe('a span', () => {
  it.each([
    ['off', null],
    ['1h', 1],
    ['24h', 24],
    ['7d', 168],
    ['30d', 720],
    ['720h', 720],
  ])('%s is %s hours', (text, hours) => {
    expect(parseSpan(text)).toEqual({ kind: 'value', value: hours, warning: null })
  })

  it.each(['', '0h', '0d', '721h', '31d', '1', 'h', '1 d', '1H', '1w', '1.5h', '-1h', '1e2h', 'Off', '1000h'])(
    '%j is a mistake',
    (text) => {
      expect(parseSpan(text)).toMatchObject({ kind: 'mistake' })
    },
  )

  it.each([
    [1, 'hour'],
    [2, '2 hours'],
    [24, '24 hours'],
    [36, '36 hours'],
    [48, '2 days'],
    [168, '7 days'],
  ])('of %i is called that', (hours, words) => {
    expect(spanInWords(hours)).toBe(words)
  })
})

describe('what is looked at', () => {
  const dates = array(option(date({ min: since, max: until, noInvalidDate: true }), { freq: 20 }), {
    maxLength: 300,
  })

  it('is everything, as far as fifty; never more, nor twice, nor what was not listed', () => {
    assert(
      property(dates, (all) => {
        const items = all.map((made, number) => item(number, made))
        const chosen = spread(items, since, until)
        expect(chosen).toHaveLength(Math.min(50, items.length))
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.every((one) => items.includes(one))).toBe(true)
      }),
    )
  })

  it('has one of each part of the span that has any', () => {
    assert(
      property(dates, (all) => {
        const items = all.map((made, number) => item(number, made))
        const part = ({ dateCreated }: MediaItem): number =>
          Math.min(49, Math.floor((50 * ((dateCreated ?? since).getTime() - since.getTime())) / (7 * 24 * hour)))
        expect(new Set(spread(items, since, until).map(part))).toEqual(new Set(items.map(part)))
      }),
    )
  })

  it('has the few of a quiet day beside the hundreds of a busy one', () => {
    const busy = Array.from({ length: 900 }, (_, number) => item(number, new Date(since.getTime() + number)))
    const quiet = [1, 2, 3].map((day) => item(1000 + day, new Date(since.getTime() + day * 24 * hour)))
    expect(spread([...busy, ...quiet], since, until)).toEqual(expect.arrayContaining(quiet))
  })

  it('may have been made outside the span, or at its end', () => {
    const items = Array.from({ length: 60 }, (_, number) => item(number, number % 2 === 0 ? new Date(0) : until))
    expect(spread(items, since, until)).toHaveLength(50)
  })

  it('in their own order where all can be looked at, and by the span where one is too many', () => {
    const items = Array.from({ length: 51 }, (_, number) => item(number, number === 0 ? until : since))
    expect(spread(items.slice(0, 50), since, until)).toEqual(items.slice(0, 50))
    // What was made last is alone in the last slot, so it comes second.
    expect(spread(items, since, until).indexOf(items[0] ?? expect.unreachable())).toBe(1)
  })

  it('each fiftieth of the span for itself', () => {
    const width = (until.getTime() - since.getTime()) / 50
    const made = (slot: number): Date => new Date(since.getTime() + slot * width)
    const items = [48, 49, ...Array.from({ length: 60 }, () => 0)].map((slot, number) => item(number, made(slot)))
    expect(spread(items, since, until).slice(0, 3)).toEqual([items[2], items[0], items[1]])
  })
})

describe('headers', () => {
  const key = Buffer.alloc(256, 7).toString('base64')
  const iv = Buffer.alloc(16, 7).toString('base64')
  const [keyName, ivName] = ['x-amz-meta-x-amz-key', 'x-amz-meta-x-amz-iv']

  it('of Twilio’s encryption are known', () => {
    expect(lookAt({ [keyName]: key, [ivName]: iv })).toEqual({ kind: 'encrypted' })
    const more = { 'x-amz-meta-x-amz-matdesc': '{}', 'x-amz-meta-x-amz-unencrypted-content-length': '6' }
    expect(lookAt({ [keyName]: key, [ivName]: iv, ...more })).toEqual({ kind: 'encrypted' })
  })

  it('of nothing but a file are those of one in the clear', () => {
    expect(lookAt({})).toEqual({ kind: 'unencrypted' })
    expect(
      lookAt({ etag: '"a"', 'x-amz-server-side-encryption': 'AES256', 'x-amz-meta-name': 'x-amz-meta-x-amz-key' }),
    ).toEqual({ kind: 'unencrypted' })
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['only the key', { [keyName]: key }],
    ['only the vector', { [ivName]: iv }],
    ['only what goes with them', { 'x-amz-meta-x-amz-matdesc': '{}' }],
    ['a short key', { [keyName]: Buffer.alloc(255).toString('base64'), [ivName]: iv }],
    ['a long key', { [keyName]: Buffer.alloc(512).toString('base64'), [ivName]: iv }],
    ['a short vector', { [keyName]: key, [ivName]: Buffer.alloc(12).toString('base64') }],
    ['a key that is no base64', { [keyName]: `*${key}`, [ivName]: iv }],
    ['a key with white space', { [keyName]: `${key} `, [ivName]: iv }],
    ['a key twice', { [keyName]: [key, key], [ivName]: iv }],
    ['empty ones', { [keyName]: '', [ivName]: '' }],
    ['a later client', { 'x-amz-meta-x-amz-key-v2': key, [ivName]: iv }],
    ['both clients', { [keyName]: key, [ivName]: iv, 'x-amz-meta-x-amz-key-v2': key }],
    ['another algorithm', { [keyName]: key, [ivName]: iv, 'x-amz-meta-x-amz-cek-alg': 'AES/GCM/NoPadding' }],
  ])('with %s tell nothing', (_, headers) => {
    expect(lookAt(headers)).toMatchObject({ kind: 'unknown' })
  })
})

describe('a bucket', () => {
  const bucket = 'https://bucket.s3.amazonaws.com/compositions'

  it.each([
    [bucket, bucket],
    [`${bucket}/`, bucket],
    [bucket, `${bucket}/`],
    [`${bucket}/CJ1.mp4`, bucket],
    [`${bucket}/2026/01/CJ1.mp4?versionId=1#a`, `${bucket}/`],
    ['HTTPS://BUCKET.s3.amazonaws.com:443/compositions/CJ1.mp4', bucket],
    ['https://bucket.s3.amazonaws.com/CJ1.mp4', 'https://bucket.s3.amazonaws.com'],
    ['https://bucket.s3.amazonaws.com/a b/CJ1.mp4', 'https://bucket.s3.amazonaws.com/a%20b'],
  ])('has %s', (location, at) => {
    expect(isInBucket(location, at)).toBe(true)
  })

  it.each([
    ['https://bucket.s3.amazonaws.com/compositions-of-others/CJ1.mp4', bucket],
    ['https://bucket.s3.amazonaws.com/Compositions/CJ1.mp4', bucket],
    ['https://bucket.s3.amazonaws.com/CJ1.mp4', bucket],
    [`${bucket}/../CJ1.mp4`, bucket],
    [`${bucket}/%2e%2e/CJ1.mp4`, bucket],
    [`${bucket}/..\\CJ1.mp4`, bucket],
    ['https://bucket.s3.amazonaws.com.evil.example/compositions/CJ1.mp4', bucket],
    ['https://bucket.s3.amazonaws.com@evil.example/compositions/CJ1.mp4', bucket],
    ['https://user:pass@bucket.s3.amazonaws.com/compositions/CJ1.mp4', bucket],
    ['https://other.s3.amazonaws.com/compositions/CJ1.mp4', bucket],
    ['https://bucket.s3.amazonaws.com:8443/compositions/CJ1.mp4', bucket],
    ['http://bucket.s3.amazonaws.com/compositions/CJ1.mp4', bucket],
    ['s3://bucket/compositions/CJ1.mp4', 's3://bucket/compositions'],
    ['nonsense', bucket],
    ['', bucket],
    [`${bucket}/CJ1.mp4`, 'AwsS3Url=https://bucket.s3.amazonaws.com/compositions'],
  ])('does not have %s', (location, at) => {
    expect(isInBucket(location, at)).toBe(false)
  })
})
