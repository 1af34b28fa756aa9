import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, AuthError, NetworkError, ResponseError, StoppedError } from '../../src/shared/errors.ts'
import type { Call } from '../../src/twilio/attempt.ts'
import { createClient } from '../../src/twilio/client.ts'
import { stopped } from '../../src/twilio/time-limit.ts'
import { version } from '../../src/shared/version.ts'
import { credential, json, type Loopback, type Responder, startLoopback } from './loopback.ts'
import { type Answer } from '../../src/twilio/answer.ts'

const get: Call = { host: 'video.twilio.com', path: '/v1/Some', permission: '/twilio/some/read' }
const post: Call = { ...get, form: { FriendlyName: 'a b&c=ü' } }

let loopback: Loopback
afterEach(async () => {
  vi.restoreAllMocks()
  await loopback.close()
})

/** Sends one call to a server that answers so. */
async function call(what: Call, respond: Responder, over: Parameters<typeof startLoopback>[1] = {}): Promise<Answer> {
  loopback = await startLoopback(respond, over)
  return createClient(credential, loopback.environment)(what)
}
const failing = (what: Call, respond: Responder, over = {}): Promise<unknown> =>
  call(what, respond, over).then(
    () => expect.unreachable('it was answered'),
    (thrown: unknown) => thrown,
  )
const methods = (): string => loopback.received.map(({ method }) => method).join(' ')
const ok: Responder = (response) => json(response, 200, { a: 1 }, { 'twilio-request-id': 'RQ1' })
/** Fails a number of times with a status, and then responds. */
const after =
  (times: number, status: number, headers: Record<string, string> = {}): Responder =>
  (response, request, number) =>
    number > times ? ok(response, request, number) : json(response, status, { code: 20429, message: 'Later' }, headers)

describe('a request', () => {
  it('says who asks, and for what', async () => {
    expect(await call(get, ok)).toEqual({ body: { a: 1 }, requestId: 'RQ1', attempts: 1, isRedacted: false })
    const [{ method, url, body, headers } = expect.unreachable()] = loopback.received
    expect({ method, url, body }).toEqual({ method: 'GET', url: '/v1/Some', body: '' })
    expect(headers).toEqual({
      host: new URL(loopback.environment.sandbox ?? '').host,
      connection: 'keep-alive',
      accept: 'application/json',
      'cache-control': 'no-cache',
      authorization: `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`,
      'user-agent': `twilio-composition-settings/${version} (GitHub Action) node/${process.versions.node}`,
    })
  })

  it.each([
    ['<img src=x>RQ1', null],
    ['RQ1<', null],
    ['x'.repeat(65), null],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('takes %j for the id %j', async (header, requestId) => {
    const respond: Responder = (response) => json(response, 200, {}, { 'twilio-request-id': header })
    expect(await call(get, respond)).toMatchObject({ requestId })
  })

  it('with a form is a POST of it', async () => {
    await call(post, ok)
    expect(loopback.received).toMatchObject([
      {
        method: 'POST',
        body: 'FriendlyName=a+b%26c%3D%C3%BC',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '29' },
      },
    ])
  })

  it.each([200, 201])('is answered by %i', async (status) => {
    expect(await call(post, (response) => json(response, status, [], { 'twilio-request-id': 'RQ1' }))).toEqual({
      body: [],
      requestId: 'RQ1',
      attempts: 1,
      isRedacted: false,
    })
  })

  it.each([202, 203, 206, 299])('is not answered by %i', async (status) => {
    expect(await failing(post, (response) => json(response, status, { account_sid: 'AC' }))).toMatchObject({
      name: 'ResponseError',
      message: `POST /v1/Some was answered with HTTP ${status}, which Twilio does not document (request without an id; tried once). Is there a proxy in between?`,
    })
  })

  it('is not answered by 300, whatever comes with it', async () => {
    const error = await failing(get, (response) => json(response, 300, { a: 1 }))
    expect(error).toMatchObject({ name: 'NetworkError', facts: expect.stringContaining('got HTTP 300') as unknown })
  })

  it('slows others down only where Twilio says that there are too many', async () => {
    const slowed: number[] = []
    for (const status of [400, 429, 503]) {
      const slowDown = (): void => void slowed.push(status)
      const throttle = { enter: () => Promise.resolve(), leave: () => {}, slowDown }
      await call(get, after(1, status), { throttle }).catch(() => {})
      await loopback.close()
    }
    expect(slowed).toEqual([429])
  })

  it('is answered in UTF-8, wherever the bytes of a character are parted', async () => {
    const bytes = Buffer.from('"Médiathèque 🎬"')
    const byteByByte: Responder = (response) => {
      response.setHeader('twilio-request-id', 'RQ1')
      let at = 0
      const next = (): void =>
        void (at < bytes.length ? response.write(bytes.subarray(at, ++at), () => setImmediate(next)) : response.end())
      next()
    }
    expect(await call(get, byteByByte)).toMatchObject({ body: 'Médiathèque 🎬' })
  })

  it('shares its connection with the next, whatever the answer was', async () => {
    loopback = await startLoopback((response, request, number) =>
      number % 2 === 0 ? json(response, 400, {}) : ok(response, request, number),
    )
    const client = createClient(credential, loopback.environment)
    for (const what of [get, post, get, post]) await client(what).catch(() => {})
    expect(methods()).toBe('GET POST GET POST')
    expect(loopback.sockets()).toBe(1)
    expect(getEventListeners(loopback.stop.signal, 'abort')).toEqual([])
  })
})

describe('429', () => {
  it.each([get, post])('is sent again until it is answered: %j', async (what) => {
    expect(await call(what, after(4, 429))).toMatchObject({ requestId: 'RQ1' })
    expect(loopback.received).toHaveLength(5)
    expect(loopback.waits).toEqual([250, 500, 1000, 2000])
    expect(loopback.log[0]).toMatch(
      /^(GET|POST) \/v1\/Some: Twilio answered HTTP 429; trying again in 0\.3 s \(attempt 2 of 5\)$/,
    )
  })

  it.each([get, post])('is given up after five: %j', async (what) => {
    const error = await failing(what, after(5, 429))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      refusal: { status: 429, code: 20429, attempts: 5 },
      message: expect.stringContaining(
        '(request without an id; tried 5 times). Twilio limits how many requests',
      ) as unknown,
    })
    expect(loopback.received).toHaveLength(5)
  })

  it.each([
    ['3', 3_000],
    ['0', 0],
    ['3600', 60_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 09:00:00 GMT', 60_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['soon', 250],
  ])('with Retry-After %j waits %i ms', async (header, pause) => {
    await call(post, after(1, 429, { 'retry-after': header }))
    expect(loopback.waits).toEqual([pause])
  })

  it.each([
    [0, [0, 0, 0, 0]],
    [1 - Number.EPSILON, [500, 1000, 2000, 4000]],
  ])('without it waits by full jitter: %d', async (random, pauses) => {
    await call(get, after(4, 429), { random: () => random })
    expect(loopback.waits.map((pause) => Number(pause.toFixed(9)))).toEqual(pauses)
  })
})

describe('a failure at Twilio', () => {
  it.each([500, 502, 503, 504])('%i is sent again on GET, and not on POST', async (status) => {
    expect(await call(get, after(2, status, { 'retry-after': '2' }))).toMatchObject({ requestId: 'RQ1' })
    expect(loopback.waits).toEqual([2_000, 2_000])
    await loopback.close()
    expect(await failing(post, after(1, status))).toMatchObject({
      name: 'ApiError',
      refusal: { method: 'POST', status, attempts: 1 },
    })
    expect([methods(), loopback.waits]).toEqual(['POST', []])
  })
})

describe('a refusal', () => {
  it.each([
    [400, ApiError, 'ApiError'],
    [401, AuthError, 'AuthError'],
    [403, AuthError, 'AuthError'],
    [404, ApiError, 'ApiError'],
  ])('%i is not sent again', async (status, type, name) => {
    const error = await failing(get, (response) =>
      json(
        response,
        status,
        { code: 20001, message: 'Wrong.', more_info: 'https://www.twilio.com/docs' },
        { 'twilio-request-id': 'RQ2' },
      ),
    )
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({
      name,
      refusal: {
        method: 'GET',
        path: '/v1/Some',
        status,
        code: 20001,
        detail: 'Wrong.',
        moreInfo: 'https://www.twilio.com/docs',
        requestId: 'RQ2',
        attempts: 1,
      },
    })
    expect((error as Error).message).toContain(
      `GET /v1/Some failed with HTTP ${status}, Twilio code 20001: Wrong (request RQ2; tried once; see https://www.twilio.com/docs). `,
    )
    expect(methods()).toBe('GET')
  })

  it.each([301, 302, 303, 307, 308])('%i is a redirect that is not followed', async (status) => {
    const error = await failing(get, (response) =>
      response.writeHead(status, { location: '/v1/Other', 'twilio-request-id': 'RQ1' }).end(),
    )
    expect(error).toMatchObject({
      name: 'ApiError',
      refusal: { status, code: null },
      message: expect.stringContaining('Redirects are not followed') as unknown,
    })
    expect(loopback.received.map(({ url }) => url)).toEqual(['/v1/Some'])
  })
})

describe('an answer that is none', () => {
  const resets: Responder = (response) => response.destroy()
  const truncates: Responder = (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"account_sid"', () => response.destroy())
  }
  const malformed: Responder = (response) => response.socket?.end('NOT HTTP\r\n\r\n')
  it.each([
    ['a reset', resets],
    ['a truncated body', truncates],
    ['something else than HTTP', malformed],
  ])('by %s: GET is sent again, POST is not', async (_, fault) => {
    expect(
      await call(get, (response, request, number) => (number < 3 ? fault : ok)(response, request, number)),
    ).toMatchObject({ requestId: 'RQ1' })
    expect(methods()).toBe('GET GET GET')
    expect(loopback.log[0]).toMatch(/^GET \/v1\/Some: no answer: .+; trying again in 0\.3 s \(attempt 2 of 5\)$/)
    await loopback.close()
    const error = await failing(post, fault)
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^POST \/v1\/Some got no answer from video\.twilio\.com: .+ \(tried once\)\. /,
      ) as unknown,
      cause: expect.any(Error) as unknown,
    })
    expect([methods(), loopback.waits]).toEqual(['POST', []])
  })

  it('five times is the end', async () => {
    expect(await failing(get, resets)).toMatchObject({
      name: 'NetworkError',
      message: expect.stringContaining('(tried 5 times)') as unknown,
    })
    expect(methods()).toBe('GET GET GET GET GET')
  })

  it.each([
    ['', 200],
    ['<html>', 200],
    ['{"a": ', 201],
  ])('is not JSON: %j', async (body, status) => {
    const error = await failing(get, (response) => response.writeHead(status, { 'twilio-request-id': 'RQ3' }).end(body))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      message:
        'GET /v1/Some was answered with something that is not JSON (request RQ3; tried once). Is there a proxy in between?',
    })
    expect((error as Error).cause).toBe(undefined)
    expect(methods()).toBe('GET')
  })

  it.each([200, 500])('is larger than 1 MiB, and not read to its end, with %i', async (status) => {
    const chunk = ' '.repeat(64 * 1024)
    const error = await failing(get, (response) => {
      response.writeHead(status)
      const write = (): void => void (response.destroyed || response.write(chunk, write))
      write()
    })
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      message:
        'GET /v1/Some was answered with more than 1 MiB (request without an id; tried once). Is there a proxy in between?',
    })
    expect(methods()).toBe('GET')
  })

  it('of exactly 1 MiB is one', async () => {
    const respond: Responder = (response) =>
      response.setHeader('twilio-request-id', 'RQ1').end(`"${'x'.repeat(1024 * 1024 - 2)}"`)
    expect(await call(get, respond)).toMatchObject({
      body: expect.stringMatching(/^x{1048574}$/) as unknown,
    })
  })
})

describe('the time for one request', () => {
  it('is 30 seconds, after which GET is sent again and POST is not', async () => {
    const wait = globalThis.setTimeout
    const limits: number[] = []
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((act: () => void, pause = 0) => {
      if (pause !== 30_000) return wait(act, pause)
      limits.push(pause)
      return wait(act, 1)
    })
    expect(await failing(get, () => {})).toMatchObject({
      name: 'NetworkError',
      message: expect.stringContaining('no answer within 30 s (tried 5 times)') as unknown,
      cause: { name: 'TimeoutError' },
    })
    expect(limits).toHaveLength(5)
    await loopback.close()
    expect(await failing(post, () => {})).toMatchObject({
      name: 'NetworkError',
      message: expect.stringContaining('no answer within 30 s (tried once)') as unknown,
    })
  })
})

describe('the end of the run', () => {
  const reason = new StoppedError('The job was cancelled.')
  it('before a request sends nothing', async () => {
    loopback = await startLoopback(ok)
    loopback.stop.abort(reason)
    await expect(createClient(credential, loopback.environment)(get)).rejects.toBe(reason)
    expect(methods()).toBe('')
  })

  it.each([get, post])('during a request ends it, and nothing is sent again: %j', async (what) => {
    expect(await failing(what, () => loopback.stop.abort(reason))).toBe(reason)
    expect(loopback.received).toHaveLength(1)
  })

  it('by something else than an error of the action is one all the same', async () => {
    expect(await failing(get, () => loopback.stop.abort('x'))).toMatchObject({ name: 'StoppedError', cause: 'x' })
    expect(methods()).toBe('GET')
  })

  it('while a body comes ends it', async () => {
    const error = await failing(get, (response) =>
      response.writeHead(200).write('{', () => loopback.stop.abort(reason)),
    )
    expect(error).toBe(reason)
  })

  it('during a wait ends it, and keeps why there was a wait', async () => {
    const error = await failing(get, after(1, 429), { wait: () => Promise.reject(reason) })
    expect(error).toMatchObject({
      name: 'StoppedError',
      facts: `${reason.facts} Before that: GET /v1/Some failed with HTTP 429, Twilio code 20429: Later (request without an id; tried once).`,
      advice: expect.stringMatching(/^Twilio limits/) as unknown,
      cause: { refusal: { status: 429 } },
    })
    expect(methods()).toBe('GET')
  })

  it('is an error of the action, whoever ended it', () => {
    expect(stopped(AbortSignal.abort(reason))).toBe(reason)
    expect(stopped(AbortSignal.abort('x'))).toMatchObject({
      name: 'StoppedError',
      message: 'The run was stopped.',
      cause: 'x',
    })
  })
})
