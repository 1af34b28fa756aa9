import { describe, expect, it } from 'vitest'
import { subaccountSid } from './fleet-fixtures.ts'
import { fleetForTest, resultsOf } from './fleet-run.ts'
import { bucket, keySid, otherBucket, safe } from './fixtures.ts'
import {
  compositions,
  compositionSid,
  hoursAgo,
  leaksOf,
  mediaKey,
  mediaInputs,
  playMedia,
  recordingSid,
  storageInputs,
} from './media-fixtures.ts'
import { annotated } from './scenario.ts'

const usual = { '/v1/CompositionSettings/Default': 1, '/v1/Compositions': 1 }
const media = '/v1/Compositions/CJ/Media'
const file = '/com-twilio-us1-video-composition/AC/CJ.mp4'

describe('media that is', () => {
  it('encrypted proves the settings', async () => {
    const scene = await playMedia(compositions(3))
    expect(scene).toMatchObject({ exitCode: 0, outputs: { result: 'in-sync', drift: 'false' }, rules: [] })
    expect(scene.asked).toEqual({ ...usual, [media]: 3, [file]: 3 })
    expect(scene.summary).toContain('Checked 3 of 3 compositions of the last 7 days: 3 encrypted.')
    expect(scene.media).toMatchObject({
      hours: 168,
      isMore: false,
      counts: { encrypted: 3, unencrypted: 0 },
      sids: { encrypted: [1, 2, 3].map(compositionSid) },
    })
    const [looked] = scene.requests.filter(({ path }) => path.endsWith('.mp4'))
    expect(looked?.headers).toEqual({ host: expect.any(String), connection: 'keep-alive', range: 'bytes=0-0' })
    expect(scene.requests.filter(({ path }) => path.endsWith('/Media')).map(({ query }) => query)).toEqual(
      Array.from({ length: 3 }, () => ({ Ttl: '60' })),
    )
    expect(leaksOf(scene)).toEqual([])
  })

  it.each([
    ['check', 1],
    ['plan', 0],
  ])('in the clear is a finding of %s', async (mode, exitCode) => {
    const scene = await playMedia(
      compositions(3, (number) => (number === 2 ? { encryptionKeySid: null } : {})),
      { inputs: { mode } },
    )
    expect(scene).toMatchObject({ exitCode, outputs: { result: 'noncompliant' }, rules: ['media-unencrypted'] })
    const day = hoursAgo(2).slice(0, 10)
    expect(annotated(scene, mode === 'check' ? 'error' : 'warning')).toEqual([
      `1 composition of the last 7 days is not encrypted: ${compositionSid(2)} (${day}). Made before encryption was switched on? It stays as it is: delete it, or narrow the span of "verify-media".`,
    ])
    expect(scene.media).toMatchObject({
      counts: { encrypted: 2, unencrypted: 1 },
      sids: { unencrypted: [compositionSid(2)] },
    })
  })

  it('in the clear is named, the first ten', async () => {
    const scene = await playMedia(compositions(12, () => ({ encryptionKeySid: null })))
    const [text = ''] = annotated(scene, 'error')
    expect(text).toMatch(/^12 compositions of the last 7 days are not encrypted: CJ0{31}1 \(.* and 2 more\. /)
    expect(text.match(/CJ\d+/g)).toEqual(compositions(10).map(({ sid }) => sid))
    expect(scene.media?.sids.unencrypted).toHaveLength(12)
  })

  it('in the clear is no finding where nobody asks for encryption', async () => {
    const scene = await playMedia(
      compositions(1, () => ({ encryptionKeySid: null })),
      { inputs: { ...mediaInputs, 'encryption-enabled': 'unmanaged', require: 'none', 'friendly-name': 'Media' } },
    )
    expect(scene).toMatchObject({ exitCode: 0, rules: [], media: { counts: { unencrypted: 1 } } })
  })

  it('stored in the bucket is counted, and not looked into', async () => {
    const scene = await playMedia(
      compositions(2, (number) => ({ externalLocation: `${bucket}/${number}.mp4` })),
      { inputs: storageInputs, seed: { compositionSettings: safe } },
    )
    expect(scene).toMatchObject({ exitCode: 0, rules: [], media: { counts: { external: 2 }, elsewhere: [] } })
    expect(scene.asked).toEqual(usual)
    expect(scene.summary).toContain('Checked 0 of 2 compositions of the last 7 days: 2 stored externally.')
  })

  it.each([
    ['in another bucket', `${otherBucket}/1.mp4`],
    ['in a folder of which the name goes on', `${bucket}-of-others/1.mp4`],
    ['beside the folder', `${bucket}/../others/1.mp4`],
    ['on a host of which the name goes on', bucket.replace('.com/', '.com.evil.example/')],
  ])('stored %s is elsewhere', async (_, externalLocation) => {
    const scene = await playMedia(
      compositions(1, () => ({ externalLocation })),
      { inputs: storageInputs, seed: { compositionSettings: safe } },
    )
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-elsewhere'], media: { elsewhere: [compositionSid(1)] } })
    expect(annotated(scene, 'error')[0]).toMatch(`is not in ${bucket}: ${compositionSid(1)} (`)
  })

  it('stored by Twilio is elsewhere where a bucket is asked for, and no finding where none is', async () => {
    const there = await playMedia(compositions(1), { inputs: storageInputs, seed: { compositionSettings: safe } })
    expect(there).toMatchObject({ rules: ['media-elsewhere'], media: { counts: { encrypted: 1 } } })
    const external = await playMedia(compositions(1, () => ({ externalLocation: otherBucket })))
    expect(external).toMatchObject({ rules: [], media: { counts: { external: 1 }, elsewhere: [] } })
  })

  it('failed is a finding, with the codes to look for', async () => {
    const scene = await playMedia(compositions(2, (number) => (number === 1 ? { status: 'failed' } : {})))
    expect(scene).toMatchObject({
      exitCode: 1,
      rules: ['media-failed'],
      media: { counts: { failed: 1, encrypted: 1 } },
    })
    expect(annotated(scene, 'error')[0]).toContain('Look for 53664 to 53669, 53626 and 53627 in Twilio')
  })

  it('not finished, deleted meanwhile, or not there, is counted, and no finding', async () => {
    const scene = await playMedia(
      compositions(
        4,
        (number) =>
          [{ status: 'processing' as const }, { status: 'enqueued' as const }, { content: null }, {}][number - 1] ?? {},
      ),
    )
    expect(scene).toMatchObject({
      exitCode: 0,
      rules: [],
      media: { counts: { unfinished: 2, missing: 1, encrypted: 1 } },
    })
    expect(scene.summary).toContain(
      'Checked 2 of 4 compositions of the last 7 days: 1 encrypted, 1 without media; the others: 2 not finished.',
    )
  })

  it('not there at all is said, and no finding', async () => {
    const scene = await playMedia(compositions(1, () => ({ dateCreated: hoursAgo(169) })))
    expect(scene).toMatchObject({ exitCode: 0, outputs: { result: 'in-sync' }, rules: [] })
    expect(scene.summary).toContain('No compositions were made in the last 7 days.')
    expect(scene.asked).toEqual(usual)
  })
})

describe('a span', () => {
  it('with 1,250 compositions over thirteen pages is listed as far as a thousand, and fifty of them are looked at', async () => {
    const scene = await playMedia(
      compositions(1_250, (number) => ({ dateCreated: hoursAgo(number / 10) })),
      { options: { realNextPageUrls: true } },
    )
    expect(scene).toMatchObject({
      exitCode: 0,
      rules: [],
      media: { isMore: true, counts: { encrypted: 50, skipped: 950 } },
    })
    expect(scene.asked).toEqual({ ...usual, '/v1/Compositions': 10, [media]: 50, [file]: 50 })
    expect(scene.summary).toContain(
      'Checked 50 of 1000 compositions of the last 7 days: 50 encrypted; the others: 950 not checked. There are more, which were not listed.',
    )
    const [first, ...pages] = scene.requests.filter(({ path }) => path === '/v1/Compositions')
    expect(first?.query).toEqual({
      PageSize: '100',
      DateCreatedAfter: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect(pages.map(({ query }) => query['Page'])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(scene.requests.filter(({ path }) => path.startsWith('/v1/')).map(({ account }) => account)).not.toContain(
      null,
    )
  })

  it('in which encryption was off for an hour is found out, among hundreds', async () => {
    const scene = await playMedia(
      compositions(600, (number) => ({
        dateCreated: hoursAgo(number < 560 ? number / 100 : number - 550),
        ...(number === 590 ? { encryptionKeySid: null } : {}),
      })),
    )
    expect(scene.rules).toEqual(['media-unencrypted'])
  })

  it.each(['1h', '24h', '30d', '720h'])('may be %s', async (span) => {
    const scene = await playMedia(
      compositions(1, () => ({ dateCreated: hoursAgo(0.9) })),
      { inputs: { 'verify-media': span } },
    )
    expect(scene).toMatchObject({ exitCode: 0, media: { counts: { encrypted: 1 } } })
  })

  it.each(['0h', '31d', '721h', '7', 'd', '7 days', '1.5h', '-1h', '7D', 'on', 'true', '0030d'])(
    'may not be %s',
    async (span) => {
      const scene = await playMedia([], { inputs: { 'verify-media': span } })
      expect(scene).toMatchObject({ exitCode: 1, outputs: { result: 'error' }, requests: [] })
      expect(annotated(scene, 'error')).toEqual(['"verify-media" must be off, or from 1h to 30d, such as 24h or 7d.'])
    },
  )
})

describe('media is not looked at', () => {
  it.each([
    ['without verify-media', {}],
    ['by apply', { mode: 'apply', 'verify-media': '7d' }],
  ])('%s: the same is sent as ever', async (_, inputs) => {
    const scene = await playMedia(
      compositions(1, () => ({ encryptionKeySid: null })),
      { inputs: { 'verify-media': 'off', ...inputs } },
    )
    expect(scene).toMatchObject({ exitCode: 0, outputs: { result: 'in-sync' }, rules: [] })
    expect(scene.asked).toEqual({ '/v1/CompositionSettings/Default': 1 })
    expect(scene.evidence).not.toContain('"media"')
    expect(scene.summary).not.toContain('of the last')
  })

  it('where nothing else is asked for', async () => {
    const scene = await playMedia([], { inputs: { 'encryption-enabled': 'unmanaged', require: 'none' } })
    expect(scene).toMatchObject({ exitCode: 1, outputs: { result: 'error' }, requests: [] })
    expect(annotated(scene, 'error')[0]).toContain('"verify-media" alone is nothing to check')
  })

  it('of an account that is not the declared one', async () => {
    const scene = await playMedia(compositions(1), {
      faults: [
        { match: { path: 'CompositionSettings' }, effect: { kind: 'wrong-account', sid: `AC${'f'.repeat(32)}` } },
      ],
    })
    expect(scene).toMatchObject({ exitCode: 1, outputs: { result: 'refused' } })
    expect(scene.asked).toEqual({ '/v1/CompositionSettings/Default': 1 })
  })
})

it('recordings are looked at as compositions are', async () => {
  const scene = await playMedia([], {
    inputs: { resources: 'recordings' },
    seed: {
      recordingSettings: { friendly_name: 'Media', encryption_enabled: true, encryption_key_sid: keySid },
      recordings: [
        { sid: recordingSid(1), dateCreated: hoursAgo(1), encryptionKeySid: keySid },
        { sid: recordingSid(2), dateCreated: hoursAgo(2) },
        { sid: recordingSid(3), dateCreated: hoursAgo(3), content: null },
        { sid: recordingSid(4), dateCreated: hoursAgo(4), status: 'failed' },
      ],
    },
  })
  expect(scene).toMatchObject({
    exitCode: 1,
    rules: ['media-unencrypted', 'media-failed'],
    media: { counts: { encrypted: 1, unencrypted: 1, missing: 1, failed: 1 } },
  })
  expect(annotated(scene, 'error').join()).toContain('53610 to 53616')
  expect(scene.asked).toEqual({
    '/v1/RecordingSettings/Default': 1,
    '/v1/Recordings': 1,
    '/v1/Recordings/RT/Media': 3,
    '/com-twilio-us1-video-recording/AC/RT.mka': 2,
  })
  expect(leaksOf(scene)).toEqual([])
})

it('a fleet looks at the media of each account, and says of all what it is like', async () => {
  const { run, sandbox } = await fleetForTest(3, (number) => ({
    compositionSettings: { ...safe, aws_storage_enabled: false },
    publicKeys: [mediaKey],
    compositions: compositions(2, (which) => (number === 2 && which === 1 ? { encryptionKeySid: null } : {})),
  }))
  const result = await run(
    { ...mediaInputs, 'friendly-name': 'unmanaged', accounts: [1, 2, 3].map(subaccountSid).join() },
    { env: { RUNNER_DEBUG: '1' } },
  )
  expect(resultsOf(result, [1, 2, 3])).toEqual({ 1: 'in-sync', 2: 'noncompliant', 3: 'in-sync' })
  expect(result.summary).toContain('Checked 6 of 6 compositions of the last 7 days: 5 encrypted, 1 not encrypted.')
  expect(result.targets.get(subaccountSid(2))?.media?.sids.unencrypted).toEqual([compositionSid(1)])
  expect(sandbox.signedUrls).toHaveLength(6)
  expect(leaksOf({ ...result, sandbox })).toEqual([])
})

it.each([1, 3])('a fleet looks at media with at most %i requests under way', async (concurrency) => {
  let [underWay, most] = [0, 0]
  const { run, sandbox } = await fleetForTest(
    4,
    () => ({
      compositionSettings: { ...safe, aws_storage_enabled: false },
      publicKeys: [mediaKey],
      compositions: compositions(5),
    }),
    {
      onRequest: () => void (most = Math.max(most, ++underWay)),
      delayMs: () => {
        setTimeout(() => underWay--, 4)
        return 5
      },
    },
  )
  const result = await run({
    ...mediaInputs,
    'friendly-name': 'unmanaged',
    accounts: [1, 2, 3, 4].map(subaccountSid).join(),
    concurrency: String(concurrency),
  })
  expect(resultsOf(result, [1, 2, 3, 4])).toEqual({ 1: 'in-sync', 2: 'in-sync', 3: 'in-sync', 4: 'in-sync' })
  expect(sandbox.requests.filter(({ path }) => path.endsWith('.mp4'))).toHaveLength(20)
  expect(most).toBeLessThanOrEqual(concurrency)
})
