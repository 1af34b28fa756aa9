import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rsaPair } from '../keys.ts'
import { pathWithTools } from '../tools/path.ts'
import { ask } from './ask.ts'
import { decrypted, download, type Downloaded } from './decrypt.ts'
import { compositionsPath, numberedSid, parent, parentSeed, recordingsPath, sandboxForTest, sid } from './fixtures.ts'
import type { AccountSeed, MediaSeed, Sandbox } from './sandbox.ts'

const pair = rsaPair()
const key = { sid: sid('CR', 'b'), publicKey: pair.publicPem }
const film = sid('CJ', 'a')
const encryptedFilm: MediaSeed = { sid: film, content: 'A film', encryptionKeySid: key.sid }

const sandboxWith = (seed: Partial<AccountSeed>): Promise<Sandbox> =>
  sandboxForTest({ accounts: [{ ...parentSeed, publicKeys: [key], ...seed }] })
const signedUrl = async (sandbox: Sandbox, path = `${compositionsPath}/${film}/Media`): Promise<string> => {
  const { status, body, headers } = await ask(sandbox, path, { as: parent })
  expect([status, headers.get('location')]).toEqual([302, body['redirect_to']])
  return String(body['redirect_to'])
}

describe.each([
  ['compositions', compositionsPath, 'CJ'],
  ['recordings', recordingsPath, 'RT'],
] as const)('%s', (kind, path, prefix) => {
  test('are listed by date and status, and shown alone, as Twilio describes them', async () => {
    const seeds: MediaSeed[] = [
      { sid: sid(prefix, 'a'), dateCreated: '2026-01-01T00:00:00Z' },
      { sid: sid(prefix, 'b'), dateCreated: '2026-01-02T00:00:00Z', status: 'processing' },
      { sid: sid(prefix, 'c'), dateCreated: '2026-01-03T00:00:00Z', status: 'failed' },
      { sid: sid(prefix, 'd'), dateCreated: '2026-01-04T00:00:00Z', status: 'deleted' },
      { sid: sid(prefix, 'e'), dateCreated: '2026-01-05T00:00:00Z', externalLocation: 'https://bucket.example/x.mp4' },
    ]
    const sandbox = await sandboxWith({ [kind]: seeds })
    const listed = async (query: string) => {
      const { body, problems } = await ask(sandbox, `${path}?${query}`, { as: parent })
      expect(problems).toEqual([])
      return (body[kind] as { sid: string }[]).map((item) => item.sid.at(-1)).join('')
    }
    expect(await listed('PageSize=100')).toBe('ecba')
    expect(await listed('DateCreatedAfter=2026-01-02T00:00:00Z')).toBe('ecb')
    expect(await listed('DateCreatedAfter=2026-01-02T00:00:01%2B00:00&DateCreatedBefore=2026-01-03T23:00:00Z')).toBe(
      'c',
    )
    expect(await listed('Status=deleted')).toBe('d')
    for (const seed of seeds)
      expect(await ask(sandbox, `${path}/${seed.sid}`, { as: parent })).toMatchObject({
        body: { sid: seed.sid, media_external_location: seed.externalLocation ?? null },
        problems: [],
      })
  })

  test('are paged by at most 100', async () => {
    const media = Array.from({ length: 120 }, (_, index) => ({ sid: numberedSid(prefix, index) }))
    const sandbox = await sandboxWith({ [kind]: media })
    const first = await ask(sandbox, `${path}?DateCreatedAfter=2026-01-01T00:00:00Z&PageSize=100`, { as: parent })
    expect(first.problems).toEqual([])
    const { next_page_url: next } = first.body['meta'] as { next_page_url: string }
    expect(next).toContain('DateCreatedAfter=2026-01-01T00%3A00%3A00Z&PageSize=100&Page=1&PageToken=PA')
    const second = await ask(sandbox, next.slice(sandbox.url.length), { as: parent })
    expect(second).toMatchObject({ body: { meta: { next_page_url: null } }, problems: [] })
    expect([...(first.body[kind] as unknown[]), ...(second.body[kind] as unknown[])]).toMatchObject(media)
  })

  test.each(['PageSize=101', 'PageSize=0', 'Status=gone', 'DateCreatedAfter=2026-01-01', 'DateCreatedBefore=now'])(
    'are not listed with %s',
    async (query) => {
      expect(await ask(await sandboxWith({}), `${path}?${query}`, { as: parent })).toMatchObject({
        status: 400,
        body: { code: 20001 },
      })
    },
  )

  test('take their own permissions', async () => {
    const restricted = { secret: 'secret-secret-secret-secret-02', permissions: [`/twilio/video/${kind}/list`] }
    const sandbox = await sandboxWith({
      [kind]: [{ sid: sid(prefix, 'a') }],
      restrictedKeys: { [sid('SK', 'b')]: restricted },
    })
    const as = [sid('SK', 'b'), restricted.secret] as const
    expect((await ask(sandbox, path, { as })).status).toBe(200)
    for (const end of ['', '/Media'])
      expect((await ask(sandbox, `${path}/${sid(prefix, 'a')}${end}`, { as })).status).toBe(403)
  })
})

describe('media', () => {
  test('is really encrypted: with the private key, and only with it, one has what was composed', async () => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm] })
    const stored = await download(`${sandbox.url}${compositionsPath}/${film}/Media/`, parent)
    expect(stored.headers.get('x-amz-meta-x-amz-unencrypted-content-length')).toBe('6')
    expect(stored.headers.get('x-amz-meta-x-amz-matdesc')).toBe('{}')
    expect(stored.body).toHaveLength(16)
    expect(decrypted(stored, pair.privatePem)).toBe('A film')
    expect(() => decrypted(stored, rsaPair().privatePem)).toThrow()
  })

  test('is decrypted by the commands of Twilio’s tutorial', async () => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm] })
    const folder = mkdtempSync(join(tmpdir(), 'media-'))
    const openssl = (command: string) =>
      execFileSync('openssl', command.split(' '), { cwd: folder, env: { PATH: pathWithTools } })
    try {
      const { headers, body } = await download(`${sandbox.url}${compositionsPath}/${film}/Media`, parent)
      const bytes = (name: string) => Buffer.from(headers.get(`x-amz-meta-x-amz-${name}`) ?? '', 'base64')
      writeFileSync(join(folder, 'private.pem'), pair.privatePem)
      writeFileSync(join(folder, 'key'), bytes('key'))
      writeFileSync(join(folder, 'film'), body)
      const aes = openssl('pkeyutl -decrypt -inkey private.pem -in key').toString('hex')
      const content = openssl(`enc -d -aes-256-cbc -K ${aes} -iv ${bytes('iv').toString('hex')} -in film`)
      expect(content.toString()).toBe('A film')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('is encrypted under a key that was uploaded', async () => {
    const sandbox = await sandboxWith({})
    const uploaded = await ask(sandbox, '/v1/Credentials/PublicKeys', {
      as: parent,
      form: { PublicKey: pair.publicPem },
    })
    sandbox.account(parent[0]).media.composition.push({
      sid: film,
      status: 'completed',
      dateCreated: '2026-01-01T00:00:00Z',
      content: 'Another film',
      encryptionKeySid: String(uploaded.body['sid']),
      externalLocation: null,
      metadata: null,
    })
    const stored = await download(`${sandbox.url}${compositionsPath}/${film}/Media`, parent)
    expect(decrypted(stored, pair.privatePem)).toBe('Another film')
  })

  test.each<[string, MediaSeed, Record<string, string | null>]>([
    ['in the clear', { sid: film }, { 'x-amz-meta-x-amz-key': null, 'x-amz-meta-x-amz-iv': null }],
    [
      'with headers of its own',
      { ...encryptedFilm, metadata: { 'x-amz-meta-x-amz-key-v2': 'AA==' } },
      { 'x-amz-meta-x-amz-key': null, 'x-amz-meta-x-amz-key-v2': 'AA==' },
    ],
  ])('may be %s', async (_, seed, headers) => {
    const sandbox = await sandboxWith({ compositions: [seed] })
    const stored = await download(`${sandbox.url}${compositionsPath}/${film}/Media`, parent)
    for (const [name, value] of Object.entries(headers)) expect(stored.headers.get(name)).toBe(value)
  })

  test.each<[string, MediaSeed]>([
    ['of a composition that is not completed', { sid: film, status: 'processing' }],
    ['of a track that was always muted', { sid: film, content: null }],
    ['stored elsewhere', { sid: film, externalLocation: 'https://bucket.example/film.mp4' }],
  ])('%s is not there', async (_, seed) => {
    const sandbox = await sandboxWith({ compositions: [seed] })
    expect((await ask(sandbox, `${compositionsPath}/${film}/Media`, { as: parent })).status).toBe(404)
  })

  test.each(['Ttl=0', 'Ttl=3601', 'Ttl=long'])('is not given for %s', async (query) => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm] })
    expect((await ask(sandbox, `${compositionsPath}/${film}/Media?${query}`, { as: parent })).status).toBe(400)
  })
})

describe('a signed URL', () => {
  const asked = async (url: string, init?: RequestInit): Promise<Downloaded & { code: string | undefined }> => {
    const response = await fetch(url, init)
    const body = Buffer.from(await response.arrayBuffer())
    return {
      status: response.status,
      headers: response.headers,
      body,
      code: /<Code>(.*)<\/Code>/.exec(String(body))?.[1],
    }
  }

  test('gives a part, and the headers with it', async () => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm] })
    const first = await asked(await signedUrl(sandbox), { headers: { range: 'bytes=0-0' } })
    expect([first.status, first.body.length, first.headers.get('content-range')]).toEqual([206, 1, 'bytes 0-0/16'])
    expect(Buffer.from(first.headers.get('x-amz-meta-x-amz-key') ?? '', 'base64')).toHaveLength(256)
    expect(sandbox.signedUrls).toHaveLength(1)
    expect(sandbox.requests.map(({ account, status }) => [account, status])).toEqual([
      [parent[0], 302],
      [null, 206],
    ])
  })

  test('of nothing has no part', async () => {
    const sandbox = await sandboxWith({ compositions: [{ sid: film, content: '' }] })
    expect(await asked(await signedUrl(sandbox), { headers: { range: 'bytes=0-0' } })).toMatchObject({
      status: 416,
      code: 'InvalidRange',
    })
  })

  test.each<[string, (url: string) => [string, RequestInit?], number, string | undefined]>([
    ['for HEAD', (url) => [url, { method: 'HEAD' }], 403, undefined],
    ['without its query', (url) => [url.split('?')[0] ?? ''], 403, 'AccessDenied'],
    [
      'with its query spelled otherwise',
      (url) => [`${url.split('?')[0]}?${new URL(url).searchParams.toString()}`],
      403,
      'SignatureDoesNotMatch',
    ],
    ['with a credential', (url) => [url, { headers: { authorization: 'Basic eDp4' } }], 400, 'InvalidArgument'],
    ['for another file', (url) => [url.replace(film, sid('CJ', 'b'))], 403, 'SignatureDoesNotMatch'],
  ])('is refused %s', async (_, change, status, code) => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm, { sid: sid('CJ', 'b') }] })
    expect(await asked(...change(await signedUrl(sandbox)))).toMatchObject({ status, code })
  })

  test('is refused when its time is over, and when the media is deleted', async () => {
    let now = Date.now()
    const sandbox = await sandboxForTest({
      accounts: [{ ...parentSeed, publicKeys: [key], compositions: [encryptedFilm] }],
      now: () => now,
    })
    const url = await signedUrl(sandbox, `${compositionsPath}/${film}/Media?Ttl=60`)
    now += 59_000
    expect((await asked(url)).status).toBe(200)
    now += 3_000
    expect(await asked(url)).toMatchObject({ status: 403, code: 'AccessDenied' })
    const later = await signedUrl(sandbox)
    sandbox.account(parent[0]).media.composition.splice(0)
    expect(await asked(later)).toMatchObject({ status: 404, code: 'NoSuchKey' })
  })

  test('fails by a fault as every other request does', async () => {
    const sandbox = await sandboxWith({ compositions: [encryptedFilm] })
    const url = await signedUrl(sandbox)
    sandbox.fault({ match: { path: '.mp4?' }, effect: { kind: 'redirect', location: 'https://elsewhere.example/' } })
    sandbox.fault({ match: { path: '.mp4?' }, effect: { kind: 'truncate' } })
    expect(await fetch(url, { redirect: 'manual' })).toMatchObject({ status: 307 })
    await expect(asked(url)).rejects.toThrow('terminated')
    expect((await asked(url)).status).toBe(200)
  })
})
