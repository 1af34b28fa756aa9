import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Effect, Fault } from '../sandbox/sandbox.ts'

import { accountSid } from './fixtures.ts'
import { type Github, startGithub } from './github.ts'
import { impatient, shortPauses } from './impatient.ts'
import { compositions, compositionSid, leaksOf, mediaInputs, type MediaScene, playMedia } from './media-fixtures.ts'
import { annotated } from './scenario.ts'
import { startTls, type Tls } from './tls.ts'

const media = '/v1/Compositions/CJ/Media'
const file = '/com-twilio-us1-video-composition/AC/CJ.mp4'
const debug = { RUNNER_DEBUG: '1' }

const answered = (status: number, code?: number): Effect => ({
  kind: 'status',
  status,
  ...(code === undefined ? {} : { code }),
  headers: { 'retry-after': '0' },
})
const onList = (effect: Effect, times = Infinity): Fault => ({ match: { path: '/v1/Compositions?' }, times, effect })
const onMedia = (effect: Effect, times = Infinity): Fault => ({ match: { path: '/Media?' }, times, effect })
const onFile = (effect: Effect, times = Infinity): Fault => ({ match: { path: '.mp4?' }, times, effect })

/** Looks at one composition, in debug mode, and makes sure that nothing of a signed URL came to light. */
async function look(fault: Fault, env: Readonly<Record<string, string>> = {}): Promise<MediaScene> {
  const scene = await playMedia(compositions(1), { faults: [fault], env: { ...debug, ...shortPauses, ...env } })
  expect(leaksOf(scene)).toEqual([])
  return scene
}

/** The words on one composition of which nothing is known. */
const untold = `Could not check 1 composition of the last 7 days: ${compositionSid(1)}`

describe.concurrent('a list that Twilio refuses', () => {
  it.each([
    [
      401,
      20003,
      1,
      /HTTP 401, Twilio code 20003.* Twilio accepted this auth token before in this run, so it was right\./,
    ],
    [403, 70051, 1, /HTTP 403, Twilio code 70051/],
    [404, 20404, 1, /HTTP 404, Twilio code 20404/],
    [429, 20429, 5, /HTTP 429, Twilio code 20429.*tried 5 times/],
    [500, undefined, 5, /HTTP 500.*tried 5 times/],
    [503, 20503, 5, /HTTP 503, Twilio code 20503.*tried 5 times/],
  ])('with %i is no proof of anything', async (status, code, times, text) => {
    const scene = await look(onList(answered(status, code)))
    expect(scene).toMatchObject({ exitCode: 1, outputs: { result: 'noncompliant' }, rules: ['media-unknown'] })
    expect(scene.asked).toEqual({ '/v1/CompositionSettings/Default': 1, '/v1/Compositions': times })
    const [said = ''] = annotated(scene, 'error')
    expect(said).toMatch(/^Could not list the compositions of the last 7 days: GET /)
    expect(said).toMatch(text)
    expect(scene.media).toBeUndefined()
  })

  it.each<[string, Effect]>([
    ['is not JSON', { kind: 'body', body: '<html>' }],
    ['has no list', { kind: 'body', body: '{"meta":{}}' }],
    ['has an item without a SID', { kind: 'body', body: '{"compositions":[{"status":"completed"}],"meta":{}}' }],
    ['leads to another path', { kind: 'body', body: '{"compositions":[],"meta":{"next_page_url":"/v1/Rooms"}}' }],
    ['is of another account', { kind: 'wrong-account', sid: `AC${'f'.repeat(32)}` }],
    ['is cut off', { kind: 'truncate' }],
    ['is not there', { kind: 'reset' }],
  ])('is no proof either if it %s', async (_, effect) => {
    const scene = await look(onList(effect))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
  })

  it('and that leads in circles, ends', async () => {
    const circle = '{"compositions":[],"meta":{"next_page_url":"/v1/Compositions?Page=1"}}'
    const scene = await look(onList({ kind: 'body', body: circle }))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'], asked: { '/v1/Compositions': 50 } })
  })
})

describe.concurrent('the way to the media', () => {
  it.each([
    [401, 20003, 1, 'Twilio answered HTTP 401, code 20003. '],
    [403, undefined, 1, 'Twilio answered HTTP 403. '],
    [429, 20429, 5, 'Twilio answered HTTP 429, code 20429. '],
    [500, undefined, 5, 'Twilio answered HTTP 500. '],
    [301, undefined, 1, 'Twilio answered HTTP 301. '],
  ])('that is refused with %i is not known', async (status, code, times, reason) => {
    const scene = await look(onMedia(answered(status, code)))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'], asked: { [media]: times } })
    expect(annotated(scene, 'error')[0]).toMatch(untold)
    expect(annotated(scene, 'error')[0]).toContain(reason)
    expect(scene.media).toMatchObject({ counts: { unknown: 1 } })
  })

  it.each([429, 500])('that fails with %i once is asked for again', async (status) => {
    const scene = await look(onMedia(answered(status, 20429), 1))
    expect(scene).toMatchObject({ exitCode: 0, rules: [], asked: { [media]: 2, [file]: 1 } })
  })

  it('that is not there has no media; what answers 404 in place of Twilio proves nothing', async () => {
    expect(await look(onMedia(answered(404, 20404)))).toMatchObject({ exitCode: 0, media: { counts: { missing: 1 } } })
    const page: Effect = { kind: 'status', status: 404, html: true }
    expect(await look(onMedia(page))).toMatchObject({ exitCode: 1, media: { counts: { unknown: 1 } } })
  })

  it.each<[string, Effect]>([
    ['200, as if what it leads to were here', { kind: 'body', body: '{"redirect_to":"https://x.amazonaws.com/a"}' }],
    ['no JSON', { kind: 'body', status: 302, body: '<html>' }],
    ['no URL', { kind: 'body', status: 302, body: '{"location":"https://x.amazonaws.com/a"}' }],
    ['a number', { kind: 'body', status: 302, body: '{"redirect_to":1}' }],
  ])('that is answered with %s is not known', async (_, effect) => {
    const scene = await look(onMedia(effect))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(scene.asked[file]).toBeUndefined()
  })

  it.each([
    'https://evil.example/film.mp4?X-Amz-Signature=0123456789abcdef0123456789abcdef',
    'https://bucket.s3.amazonaws.com/film.mp4?X-Amz-Signature=0123456789abcdef0123456789abcdef',
    'http://127.0.0.1/film.mp4?X-Amz-Signature=0123456789abcdef0123456789abcdef',
    'nonsense-0123456789abcdef0123456789abcdef',
    '',
  ])('that leads elsewhere than to the sandbox is not gone, and not said: %s', async (url) => {
    const scene = await look(onMedia({ kind: 'body', status: 302, body: JSON.stringify({ redirect_to: url }) }))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(annotated(scene, 'error')[0]).toContain(`${untold} (`)
    expect(annotated(scene, 'error')[0]).toContain('The link to the media is not on *.amazonaws.com')
    expect(scene.everything).not.toMatch(/0123456789abcdef|film\.mp4|evil\.example/)
    if (url !== '') expect(scene.log).toContain(`::add-mask::${url}\n`)
  })
})

describe.concurrent('a signed URL', () => {
  it.each<[string, Effect, RegExp]>([
    ['redirects', { kind: 'redirect', location: 'https://bucket.s3.amazonaws.com/' }, /answered HTTP 307/],
    ['is refused', answered(403), /answered HTTP 403/],
    ['leads nowhere', answered(404), /answered HTTP 404/],
    ['fails', answered(503), /answered HTTP 503/],
    ['is cut', { kind: 'reset' }, /did not answer \((ECONNRESET|UND_ERR_SOCKET)\)\. Check that the runner reaches/],
    ['is never answered', { kind: 'hang' }, /did not answer within 10 s\. Check that the runner reaches/],
  ])('that %s proves nothing, and is asked once', async (_, effect, reason) => {
    const scene = await look(onFile(effect))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'], asked: { [media]: 1, [file]: 1 } })
    expect(annotated(scene, 'error')[0]).toMatch(reason)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['half there', { 'x-amz-meta-x-amz-iv': Buffer.alloc(16).toString('base64') }, /incomplete or malformed/],
    [
      'of another length',
      {
        'x-amz-meta-x-amz-key': Buffer.alloc(255).toString('base64'),
        'x-amz-meta-x-amz-iv': Buffer.alloc(16).toString('base64'),
      },
      /incomplete or malformed/,
    ],
    ['of a later client', { 'x-amz-meta-x-amz-key-v2': 'AA==', 'x-amz-meta-x-amz-iv': 'AA==' }, /does not document/],
  ])('with headers that are %s proves nothing', async (_, metadata, reason) => {
    const scene = await playMedia(compositions(1, () => ({ metadata })))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(annotated(scene, 'error')[0]).toMatch(reason)
  })

  it('of nothing at all proves nothing', async () => {
    const scene = await playMedia(compositions(1, () => ({ content: '', encryptionKeySid: null })))
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(annotated(scene, 'error')[0]).toContain('answered HTTP 416')
  })

  it('is not read: what is large ends at its headers', async () => {
    const scene = await look(onFile({ kind: 'huge', bytes: 64 * 1024 * 1024 }))
    expect(scene).toMatchObject({ exitCode: 0, rules: [] })
  })
})

it('gives what has one reason one finding', async () => {
  const scene = await playMedia(compositions(12), { faults: [onMedia(answered(403, 70051))] })
  expect(scene.rules).toEqual(['media-unknown'])
  expect(annotated(scene, 'error')[0]).toMatch(
    /^Could not check 12 compositions of the last 7 days: .* and 2 more\. Twilio/,
  )
})

it('takes at most a minute, and says of the rest that it could not be told', async () => {
  const scene = await playMedia(compositions(30), {
    faults: [onFile({ kind: 'hang' }, 24), onMedia({ kind: 'hang' })],
    env: { ...debug, ...impatient },
  })
  expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'], media: { counts: { unknown: 30 } } })
  expect(annotated(scene, 'error')[0]).toContain('Looking at the media of this account took more than a minute')
  expect(scene.asked[media]).toBeLessThan(30)
})

it('ends with the job, and says so', async () => {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const scene = await playMedia(compositions(3), {
    faults: [onMedia({ kind: 'hang' })],
    options: { onRequest: ({ path }) => void (path.endsWith('/Media') && resolve('SIGTERM')) },
    signal: promise,
  })
  expect(scene).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
  expect(annotated(scene, 'error')).toContain('The job was cancelled.')
})

describe.concurrent('a Restricted API key', () => {
  const permissions = {
    settings: '/twilio/video/compositions.composition-settings/read',
    list: '/twilio/video/compositions/list',
    read: '/twilio/video/compositions/read',
  }
  const user = `SK${'b'.repeat(32)}`
  const secret = 'secret-of-key-b-bbbbbbbbbbbbbbbb'

  it.each([
    [[permissions.settings], permissions.list],
    [[permissions.settings, permissions.list], permissions.read],
    [Object.values(permissions), null],
  ])('with %j lacks %s', async (granted, lacking) => {
    const scene = await playMedia(compositions(1), {
      seed: { restrictedKeys: { [user]: { secret, permissions: granted } } },
      credentials: { with: { 'account-sid': accountSid, 'api-key': user, 'api-key-secret': secret } },
    })
    expect(scene.rules).toEqual(lacking === null ? [] : ['media-unknown'])
    if (lacking !== null) expect(annotated(scene, 'error')[0]).toContain(`the permission ${lacking}`)
  })
})

describe.concurrent('over TLS, with the names of Twilio and Amazon', () => {
  const host = 'com-twilio-us1-video-composition.s3.amazonaws.com'
  const lookOverTls = async (mediaOrigin: string, hosts: readonly string[]): Promise<[MediaScene, Tls]> => {
    const started: Tls[] = []
    const scene = await playMedia(compositions(2), { options: { mediaOrigin }, env: debug }, async ({ url }) => {
      started.push(await startTls({ origin: url, hosts: ['video.twilio.com', ...hosts] }))
      return started[0]?.env ?? {}
    })
    for (const tls of started) tls.close()
    return [scene, started[0] ?? expect.unreachable()]
  }

  it('media is looked at there, without a credential', async () => {
    const [scene, { tunnels }] = await lookOverTls(`https://${host}`, [host])
    expect(scene).toMatchObject({ exitCode: 0, rules: [], media: { counts: { encrypted: 2 } } })
    expect(scene.asked).toMatchObject({ [media]: 2, [file]: 2 })
    for (const { headers } of scene.requests.filter(({ path }) => path.endsWith('.mp4')))
      expect(Object.keys(headers).toSorted()).toEqual(['connection', 'host', 'range'])
    expect(new Set(tunnels)).toEqual(new Set(['video.twilio.com:443', `${host}:443`]))
    expect(leaksOf(scene)).toEqual([])
  })

  it('a host with another certificate is told nothing', async () => {
    const [scene] = await lookOverTls(`https://${host}`, ['other.s3.amazonaws.com'])
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(scene.asked[file]).toBeUndefined()
    expect(annotated(scene, 'error')[0]).toContain('did not answer (ERR_TLS_CERT_ALTNAME_INVALID)')
    expect(scene.everything).not.toContain(host)
    expect(leaksOf(scene)).toEqual([])
  })

  it('a host that is not of Amazon or Twilio is not asked', async () => {
    const [scene, { tunnels }] = await lookOverTls('https://media.evil.example', ['media.evil.example'])
    expect(scene).toMatchObject({ exitCode: 1, rules: ['media-unknown'] })
    expect(new Set(tunnels)).toEqual(new Set(['video.twilio.com:443']))
    expect(leaksOf(scene)).toEqual([])
  })
})

describe('at GitHub', () => {
  let github: Github
  beforeAll(async () => {
    github = await startGithub()
  })
  afterAll(() => github.close())

  it('nobody sees a signed URL, and the issue has the finding', async () => {
    const token = await github.tokenWith({ issues: 'write' })
    const scene = await playMedia(
      compositions(2, (number) => (number === 1 ? { encryptionKeySid: null } : {})),
      {
        event: { name: 'schedule' },
        inputs: { ...mediaInputs, 'drift-issue': 'true', 'github-token': token },
        env: { ...debug, GITHUB_API_URL: github.url },
      },
    )
    const [issue] = await github.issues()
    expect(issue?.body).toContain(compositionSid(1))
    const everything = JSON.stringify([await github.issues(), github.requests])
    expect(leaksOf({ ...scene, everything })).toEqual([])
  })
})
