import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import {
  compositionPath,
  everything,
  keysPath,
  parent,
  parentSeed,
  recordingPath,
  sandboxForTest,
  sid,
  stranger,
  subaccount,
  subaccountSeed,
} from './fixtures.ts'
import type { Effect, Sandbox } from './sandbox.ts'

const read = (sandbox: Sandbox, signal?: AbortSignal) =>
  ask(sandbox, compositionPath, { as: parent, ...(signal === undefined ? {} : { signal }) })
const write = (sandbox: Sandbox) => ask(sandbox, compositionPath, { as: parent, form: everything })
const stored = (sandbox: Sandbox) => sandbox.settings(parent[0], 'composition')?.friendly_name

describe('a status', () => {
  test('has the body of the REST API, with headers', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({
      effect: {
        kind: 'status',
        status: 429,
        code: 20429,
        message: 'Too many requests',
        headers: { 'Retry-After': '1' },
      },
    })
    const asked = await read(sandbox)
    expect(asked).toMatchObject({ status: 429, problems: [] })
    expect(asked.body).toEqual({
      code: 20429,
      message: 'Too many requests',
      more_info: 'https://www.twilio.com/docs/errors/20429',
      status: 429,
    })
    expect(asked.headers.get('retry-after')).toBe('1')
    expect(asked.headers.get('twilio-request-id')).toMatch(/^RQ[0-9a-f]{32}$/)
    expect(sandbox.requests).toMatchObject([{ status: 429 }])
  })

  test('may have no code, be HTML, or be as in RFC 9457', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'status', status: 503 } })
    expect((await read(sandbox)).body).toEqual({ message: 'The sandbox was told to fail', status: 503 })
    sandbox.fault({ effect: { kind: 'status', status: 502, html: true, message: 'Bad Gateway' } })
    const page = await read(sandbox)
    expect([page.status, page.text, page.headers.get('content-type')]).toEqual([
      502,
      '<html><body><h1>502 Bad Gateway</h1></body></html>',
      'text/html',
    ])
    sandbox.fault({
      effect: {
        kind: 'status',
        status: 400,
        code: 20001,
        message: 'Bad',
        moreInfo: 'https://example.com',
        rfc9457: true,
      },
    })
    const problem = await read(sandbox)
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
    expect(problem).toMatchObject({
      body: { type: 'https://example.com', title: 'Bad', status: 400, code: 20001, detail: 'Bad' },
      problems: [],
    })
  })
})

describe('a delay', () => {
  test('ends with the normal answer', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'delay', ms: 5 } })
    expect(await write(sandbox)).toMatchObject({ status: 200, body: { friendly_name: 'Everything' }, problems: [] })
  })

  test.each([
    [true, 'Everything'],
    [false, undefined],
  ])('that the client does not sit out (carried out before: %s) leaves %s', async (carriedOut, expected) => {
    const hangUp = new AbortController()
    const sandbox = await sandboxForTest({ onRequest: ({ method }) => void (method === 'POST' && hangUp.abort()) })
    sandbox.fault({ effect: { kind: 'delay', ms: 60_000 }, match: { method: 'POST' }, carriedOut })
    await expect(
      ask(sandbox, compositionPath, { as: parent, form: everything, signal: hangUp.signal }),
    ).rejects.toThrow('aborted')
    // The delay ends when the client hangs up. This one arrives later and waits, so the other is over when it ends.
    sandbox.fault({ effect: { kind: 'delay', ms: 40 } })
    await read(sandbox)
    expect(stored(sandbox)).toBe(expected)
    expect(sandbox.requests.map(({ status }) => status)).toEqual([null, 200])
  })
})

describe('without an answer', () => {
  test('a request hangs until the client gives up, or the sandbox closes', async () => {
    const hangUp = new AbortController()
    const sandbox = await sandboxForTest({ onRequest: () => hangUp.abort() })
    sandbox.fault({ effect: { kind: 'hang' }, times: 2 })
    await expect(read(sandbox, hangUp.signal)).rejects.toThrow('aborted')
    const hanging = expect(read(sandbox)).rejects.toThrow('fetch failed')
    await expect.poll(() => sandbox.requests.length).toBe(2)
    await sandbox.close()
    await hanging
    expect(sandbox.requests.map(({ status }) => status)).toEqual([null, null])
  })

  test('a connection is reset, and the next request has a new one', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'reset' } })
    await expect(write(sandbox)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(stored(sandbox)).toBeUndefined()
    expect(await read(sandbox)).toMatchObject({ status: 200 })
    expect(sandbox.requests).toMatchObject([
      { status: null, socket: 1 },
      { status: 200, socket: 2 },
    ])
  })

  test('an answer breaks off', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'truncate' }, times: 2 })
    await expect(read(sandbox)).rejects.toThrow('terminated')
    await expect(write(sandbox)).rejects.toThrow('terminated')
    expect(stored(sandbox)).toBeUndefined()
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('an answer that was not asked for', () => {
  test('is any body', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'body', body: '[]' } })
    sandbox.fault({ effect: { kind: 'body', body: 'Sign in', status: 203, contentType: 'text/plain' } })
    const answers = [await read(sandbox), await read(sandbox)]
    expect(answers.map(({ status, text, headers }) => [status, text, headers.get('content-type')])).toEqual([
      [200, '[]', 'application/json'],
      [203, 'Sign in', 'text/plain'],
    ])
  })

  test('is as large as one likes, and begins as it should', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'huge', bytes: 3_000_001 } })
    const { status, text, body, problems } = await read(sandbox)
    expect([status, text.length, body['account_sid'], problems]).toEqual([200, 3_000_001, parent[0], []])
    sandbox.fault({ effect: { kind: 'huge', bytes: 10 ** 12 } })
    const hangUp = new AbortController()
    const response = await fetch(sandbox.url + compositionPath, { signal: hangUp.signal })
    hangUp.abort()
    await expect(response.text()).rejects.toThrow('aborted')
  })

  test('leads elsewhere', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'redirect', location: 'https://example.com/' } })
    const { status, headers } = await write(sandbox)
    expect([status, headers.get('location')]).toEqual([307, 'https://example.com/'])
    expect(stored(sandbox)).toBeUndefined()
  })

  test.each([stranger[0], null])('is from the account %s', async (account) => {
    const sandbox = await sandboxForTest({ accounts: [{ ...parentSeed, publicKeys: [{ sid: sid('CR', 'b') }] }] })
    sandbox.fault({ effect: { kind: 'wrong-account', sid: account }, times: Infinity })
    expect(await write(sandbox)).toMatchObject({
      status: 200,
      body: { account_sid: account, friendly_name: 'Everything' },
      problems: [],
    })
    expect(await ask(sandbox, keysPath, { as: parent })).toMatchObject({
      body: { credentials: [{ account_sid: account }] },
      problems: [],
    })
    expect(await ask(sandbox, `${keysPath}/${sid('CR', 'b')}`, { as: parent, method: 'DELETE' })).toMatchObject({
      status: 204,
    })
    expect(stored(sandbox)).toBe('Everything')
  })
})

test.each<Effect>([
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'truncate' },
  { kind: 'body', body: '' },
  { kind: 'huge', bytes: 1_000 },
  { kind: 'redirect', location: '/' },
])('a write whose answer is lost to $kind was carried out', async (effect) => {
  const sandbox = await sandboxForTest()
  sandbox.fault({ effect, match: { method: 'POST' }, carriedOut: true })
  await write(sandbox).catch(() => undefined)
  expect(stored(sandbox)).toBe('Everything')
})

describe('a fault shows', () => {
  test('once, so often, or for ever, and after so many others', async () => {
    const sandbox = await sandboxForTest()
    sandbox.fault({ effect: { kind: 'status', status: 500 }, skip: 1 })
    sandbox.fault({ effect: { kind: 'status', status: 501 }, times: 2, skip: 2 })
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await read(sandbox)).status)
    expect(statuses).toEqual([200, 500, 200, 501, 501, 200])
    sandbox.fault({ effect: { kind: 'status', status: 502 }, times: Infinity })
    for (let i = 0; i < 3; i++) expect(await read(sandbox)).toMatchObject({ status: 502 })
  })

  test('on the requests that match its method, path and account', async () => {
    const sandbox = await sandboxForTest({ accounts: [parentSeed, subaccountSeed] })
    const fail = (status: number): Effect => ({ kind: 'status', status })
    sandbox.fault({ match: { method: 'POST', path: 'CompositionSettings' }, effect: fail(500), times: Infinity })
    sandbox.fault({ match: { account: subaccount[0] }, effect: fail(501), times: Infinity })
    sandbox.fault({ match: { path: 'PublicKeys?PageSize=7' }, effect: fail(502), times: Infinity })
    const statuses = [
      await read(sandbox),
      await write(sandbox),
      await ask(sandbox, recordingPath, { as: parent, form: everything }),
      await ask(sandbox, recordingPath, { as: subaccount }),
      await ask(sandbox, recordingPath, { as: [subaccount[0], 'wrong-wrong-wrong'] }),
      await ask(sandbox, `${keysPath}?PageSize=7`, { as: parent }),
      await ask(sandbox, `${keysPath}?PageSize=8`, { as: parent }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 500, 200, 501, 501, 502, 200])
  })
})
