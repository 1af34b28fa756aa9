import { generateKeyPairSync } from 'node:crypto'
import { assert, integer, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import {
  accountsPath,
  awsPath,
  keysPath,
  numberedSid,
  parent,
  parentSeed,
  sandboxForTest,
  sid,
  standardKey,
  stranger,
  subaccount,
  subaccountSeed,
} from './fixtures.ts'
import { cutPage } from './paging.ts'

const rsa = (modulusLength: number, publicExponent = 65537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey
const goodKey = rsa(2048)
const goodPem = goodKey.export({ type: 'spki', format: 'pem' }).toString()
const kinds = [
  [keysPath, 'PublicKeys', { PublicKey: goodPem }],
  [awsPath, 'AWS', { Credentials: 'AKIAEXAMPLE:secret/secret+secret' }],
] as const

describe.each(kinds)('%s', (path, kind, content) => {
  test('creates, fetches, renames, lists and deletes, and never shows the content', async () => {
    let now = Date.UTC(2026, 0, 2)
    const sandbox = await sandboxForTest({ now: () => now })
    const created = await ask(sandbox, path, { as: parent, form: { FriendlyName: 'First', ...content } })
    const first = {
      sid: numberedSid('CR', 1),
      account_sid: parent[0],
      friendly_name: 'First',
      date_created: '2026-01-02T00:00:00Z',
      date_updated: '2026-01-02T00:00:00Z',
      url: `https://accounts.twilio.com${path}/${numberedSid('CR', 1)}`,
    }
    expect(created).toMatchObject({ status: 201, problems: [] })
    expect(created.body).toEqual(first)

    now = Date.UTC(2026, 0, 3)
    const renamed = await ask(sandbox, `${path}/${first.sid}`, { as: parent, form: { FriendlyName: 'Second' } })
    const second = { ...first, friendly_name: 'Second', date_updated: '2026-01-03T00:00:00Z' }
    expect(renamed).toMatchObject({ status: 200, body: second, problems: [] })
    expect(await ask(sandbox, `${path}/${first.sid}`, { as: standardKey })).toMatchObject({
      status: 200,
      body: second,
      problems: [],
    })
    expect(await ask(sandbox, path, { as: parent })).toMatchObject({
      status: 200,
      body: { credentials: [second], meta: { key: 'credentials', page: 0, page_size: 50, next_page_url: null } },
      problems: [],
    })

    expect(await ask(sandbox, `${path}/${first.sid}`, { as: parent, method: 'DELETE' })).toMatchObject({
      status: 204,
      text: '',
      problems: [],
    })
    expect(await ask(sandbox, `${path}/${first.sid}`, { as: parent })).toMatchObject({
      status: 404,
      body: { code: 20404 },
    })
    expect(sandbox.account(parent[0]).credentials[kind].size).toBe(0)
  })

  test('takes a credential for a subaccount, where only the subaccount sees it', async () => {
    const sandbox = await sandboxForTest({
      accounts: [parentSeed, subaccountSeed, { sid: stranger[0], authToken: stranger[1] }],
    })
    const created = await ask(sandbox, path, { as: parent, form: { ...content, AccountSid: subaccount[0] } })
    expect(created).toMatchObject({ status: 201, body: { account_sid: subaccount[0] }, problems: [] })
    expect(await ask(sandbox, path, { as: parent })).toMatchObject({ body: { credentials: [] } })
    expect(await ask(sandbox, path, { as: subaccount })).toMatchObject({
      body: { credentials: [{ account_sid: subaccount[0] }] },
    })
    expect(await ask(sandbox, path, { as: parent, form: { ...content, AccountSid: stranger[0] } })).toMatchObject({
      status: 400,
      body: { code: 20001 },
    })
  })

  test('refuses what is missing, too long or out of range', async () => {
    const sandbox = await sandboxForTest()
    expect(await ask(sandbox, path, { as: parent, form: { FriendlyName: 'x' } })).toMatchObject({
      status: 400,
      body: { code: 20001 },
      problems: [],
    })
    expect(await ask(sandbox, path, { as: parent, form: { ...content, FriendlyName: 'x'.repeat(65) } })).toMatchObject({
      status: 400,
      body: { code: 20001 },
    })
    for (const query of [
      'PageSize=0',
      'PageSize=1001',
      'PageSize=x',
      'Page=-1',
      'PageToken=PAnothing',
      `PageToken=XX${sid('CR', 'b')}`,
    ]) {
      expect(await ask(sandbox, `${path}?${query}`, { as: parent })).toMatchObject({
        status: 400,
        body: { code: 20001 },
      })
    }
    expect(await ask(sandbox, path, { as: parent, method: 'DELETE' })).toMatchObject({
      status: 405,
      body: { code: 20004 },
    })
  })

  test('does not show a credential of the other kind', async () => {
    const seeds = { publicKeys: [{ sid: sid('CR', 'b') }], awsCredentials: [{ sid: sid('CR', 'd') }] }
    const sandbox = await sandboxForTest({ accounts: [{ ...parentSeed, ...seeds }] })
    const [own, other] = kind === 'AWS' ? ['d', 'b'] : ['b', 'd']
    expect(await ask(sandbox, `${path}/${sid('CR', own)}`, { as: parent })).toMatchObject({ status: 200, problems: [] })
    expect(await ask(sandbox, `${path}/${sid('CR', other)}`, { as: parent })).toMatchObject({ status: 404 })
  })
})

test('a date is answered as it was seeded', async () => {
  const sandbox = await sandboxForTest({
    accounts: [
      { ...parentSeed, publicKeys: [{ sid: sid('CR', 'b'), dateCreated: 'Fri, 31 Jul 2015 04:00:00 +0000' }] },
    ],
  })
  expect(await ask(sandbox, `${keysPath}/${sid('CR', 'b')}`, { as: parent })).toMatchObject({
    body: { date_created: 'Fri, 31 Jul 2015 04:00:00 +0000' },
  })
})

test('a public key must be RSA, of 2048 bits, with the exponent 65537, as SPKI PEM', async () => {
  const sandbox = await sandboxForTest()
  const spki = (key: typeof goodKey) => key.export({ type: 'spki', format: 'pem' }).toString()
  const codes = []
  for (const pem of [
    goodPem,
    goodPem.replaceAll('\n', ''),
    spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    spki(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
    spki(rsa(1024)),
    spki(rsa(3072)),
    spki(rsa(2048, 3)),
    goodKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    '-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----',
    'ssh-rsa AAAA',
  ]) {
    const { status, body, problems } = await ask(sandbox, keysPath, { as: parent, form: { PublicKey: pem } })
    expect(problems).toEqual([])
    codes.push(body['code'] ?? status)
  }
  expect(codes).toEqual([201, 201, 70101, 70101, 70102, 70102, 70103, 70104, 70104, 70104])
})

describe('pages', () => {
  test('hold every item once and in order, whatever the sizes, forwards and back', () => {
    assert(
      property(nat(60), integer({ min: 1, max: 20 }), (count, size) => {
        const all = Array.from({ length: count }, (_, index) => ({ sid: numberedSid('CR', index) }))
        const follow = (link: string | null, direction: 'next' | 'previous'): { sid: string }[][] => {
          if (link === null) return []
          const cut = cutPage(all, Object.fromEntries(new URLSearchParams(link)))
          if (cut.kind === 'refused') throw new Error('refused')
          return [[...cut.page.items], ...follow(cut.page[direction], direction)]
        }
        const forwards = follow(`?PageSize=${size}`, 'next')
        expect(forwards.flat()).toEqual(all)
        expect(forwards).toHaveLength(Math.max(1, Math.ceil(count / size)))
        const back = follow(`?PageSize=${size}&Page=${forwards.length - 1}`, 'previous')
        expect(back.toReversed()).toEqual(forwards)
      }),
    )
  })

  test.each([false, true])(
    'of credentials are linked by whole URLs (on the real host: %s)',
    async (realNextPageUrls) => {
      const publicKeys = Array.from({ length: 3 }, (_, index) => ({ sid: numberedSid('CR', index) }))
      const sandbox = await sandboxForTest({ accounts: [{ ...parentSeed, publicKeys }], realNextPageUrls })
      const { body, problems } = await ask(sandbox, `${keysPath}?PageSize=2`, { as: parent })
      const origin = realNextPageUrls ? 'https://accounts.twilio.com' : sandbox.url
      expect(problems).toEqual([])
      expect(body['meta']).toMatchObject({
        next_page_url: `${origin}${keysPath}?PageSize=2&Page=1&PageToken=PA${numberedSid('CR', 1)}`,
        previous_page_url: null,
      })
    },
  )

  test('of accounts are linked by relative URIs, keep the filter, and hold the auth tokens', async () => {
    const others = Array.from({ length: 60 }, (_, index) => ({
      sid: numberedSid('AC', index),
      authToken: `token-${index}`,
      owner: parent[0],
      status: index % 2 === 0 ? ('active' as const) : ('suspended' as const),
    }))
    const sandbox = await sandboxForTest({
      accounts: [parentSeed, ...others, { sid: stranger[0], authToken: stranger[1] }],
    })
    const first = await ask(sandbox, `${accountsPath}?Status=active&PageSize=20`, { as: parent })
    expect(first).toMatchObject({
      status: 200,
      problems: [],
      body: { page: 0, page_size: 20, start: 0, end: 19, previous_page_uri: null },
    })
    expect(first.body['accounts']).toMatchObject({
      0: { sid: parent[0], owner_account_sid: parent[0] },
      1: { sid: numberedSid('AC', 0), owner_account_sid: parent[0], auth_token: 'token-0', status: 'active' },
    })
    const next = String(first.body['next_page_uri'])
    expect(next).toBe(`${accountsPath}?Status=active&PageSize=20&Page=1&PageToken=PA${numberedSid('AC', 36)}`)
    expect(await ask(sandbox, next, { as: parent })).toMatchObject({
      problems: [],
      body: { start: 20, end: 30, accounts: { length: 11 }, next_page_uri: null },
    })
    expect(await ask(sandbox, `${accountsPath}?FriendlyName=nobody`, { as: parent })).toMatchObject({
      problems: [],
      body: { accounts: [], start: 0, end: 0 },
    })
  })

  test('of accounts are for the auth token of a parent only', async () => {
    const sandbox = await sandboxForTest({ accounts: [parentSeed, subaccountSeed] })
    for (const as of [standardKey, subaccount])
      expect(await ask(sandbox, accountsPath, { as })).toMatchObject({
        status: 401,
        body: { code: 20003 },
        problems: [],
      })
    expect(await ask(sandbox, `${accountsPath}?Status=gone`, { as: parent })).toMatchObject({
      status: 400,
      body: { code: 20001 },
    })
    expect(await ask(sandbox, accountsPath, { as: parent, form: {} })).toMatchObject({ status: 405 })
  })
})
