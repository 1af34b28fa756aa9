import { afterEach, describe, expect, it } from 'vitest'
import { StoppedError } from '../../src/shared/errors.ts'
import type { Call } from '../../src/twilio/attempt.ts'
import { createClient } from '../../src/twilio/client.ts'
import { credential, json, type Loopback, type Responder, startLoopback } from './loopback.ts'

const get: Call = { host: 'video.twilio.com', path: '/v1/Some', permission: null }
const post: Call = { ...get, form: { FriendlyName: 'x' } }
const byTwilio = { 'twilio-request-id': 'RQ1' }
const refusal = (code: number): unknown => ({ code, message: 'No' })

let loopback: Loopback
afterEach(() => loopback.close())

/** What comes of one call to a server that answers so. */
async function outcome(
  call: Call,
  respond: Responder,
  over: Parameters<typeof startLoopback>[1] = {},
): Promise<unknown> {
  loopback = await startLoopback(respond, over)
  return createClient(credential, loopback.environment)(call).catch((thrown: unknown) => thrown)
}

describe('a credential', () => {
  it.each<[string, Responder, isAccepted: boolean]>([
    ['an answer', (response) => json(response, 200, {}, byTwilio), true],
    ['a refusal of the request', (response) => json(response, 400, refusal(20001), byTwilio), true],
    ['a resource that is not there', (response) => json(response, 404, refusal(20404), byTwilio), true],
    ['a refusal of the credential', (response) => json(response, 401, refusal(20003), byTwilio), false],
    ['a lack of permission', (response) => json(response, 403, refusal(20403), byTwilio), false],
    ['too many requests', (response) => json(response, 429, refusal(20429), byTwilio), false],
    ['a failure at Twilio', (response) => json(response, 500, refusal(20500), byTwilio), false],
    ['an answer of somebody else', (response) => json(response, 404, {}), false],
    ['a lost connection', (response) => void response.destroy(), false],
  ])('by %s is accepted: %s', async (_, respond, isAccepted) => {
    await outcome(get, respond)
    expect([...loopback.environment.accepted]).toEqual(isAccepted ? [credential.user] : [])
  })

  it('that was accepted is not told to be wrong', async () => {
    const denied = (response: Parameters<Responder>[0]): void => json(response, 401, refusal(20003), byTwilio)
    expect(await outcome(get, denied)).toMatchObject({ advice: expect.stringMatching(/do not belong together/) })
    await loopback.close()
    const error = await outcome(get, denied, { accepted: new Set([credential.user]) })
    expect(error).toMatchObject({ advice: expect.stringMatching(/accepted this API key before/) })
  })
})

describe('a redirect that is asked for', () => {
  const call: Call = { ...get, isRedirect: true }
  const link = { redirect_to: 'https://media.s3.amazonaws.com/x' }

  it('is given, and not followed', async () => {
    expect(await outcome(call, (response) => json(response, 302, link, byTwilio))).toMatchObject({ body: link })
  })

  it.each([200, 201, 299])('is not the same as an answer with %i, whatever is in it', async (status) => {
    const error = await outcome(call, (response) => json(response, status, link, byTwilio))
    expect(error).toMatchObject({ name: 'ResponseError', facts: expect.stringMatching(/ with no redirect \(/) })
  })

  it.each([301, 303, 307])('is none with %i', async (status) => {
    expect(await outcome(call, (response) => json(response, status, link, byTwilio))).toMatchObject({
      name: 'ApiError',
    })
  })

  it('is none where it was not asked for', async () => {
    expect(await outcome(get, (response) => json(response, 302, link, byTwilio))).toMatchObject({ name: 'ApiError' })
  })
})

describe('a run that is stopped', () => {
  const error = new StoppedError('The job was cancelled.')
  const never: Responder = (response) => json(response, 200, {}, byTwilio)
  const [stopped, running] = [AbortSignal.abort(error), new AbortController().signal]

  it('begins no POST, and knows that nothing of it was sent', async () => {
    expect(await outcome(post, never, { signal: stopped, end: running })).toMatchObject({ isUnsent: true })
    expect(loopback.received).toEqual([])
  })

  it('looks at nothing, and still verifies what it wrote', async () => {
    expect(await outcome({ ...get, purpose: 'look' }, never, { signal: stopped, end: running })).toBe(error)
    await loopback.close()
    expect(await outcome({ ...get, purpose: 'verify' }, never, { signal: stopped, end: running })).toMatchObject({
      body: {},
    })
  })

  it('waits for the response to a POST that is under way, until there is no time left', async () => {
    const [signal, end] = [new AbortController(), new AbortController()]
    const slow: Responder = (response) => {
      signal.abort(error)
      json(response, 200, { a: 1 }, byTwilio)
    }
    expect(await outcome(post, slow, { signal: signal.signal, end: end.signal })).toMatchObject({ body: { a: 1 } })
    await loopback.close()
    const silent: Responder = () => end.abort(error)
    const last = await outcome(post, silent, { signal: running, end: end.signal })
    expect(last).toBe(error)
    expect(loopback.received).toHaveLength(1)
  })
})

it('notes the id of each request that Twilio answered, and of no other', async () => {
  const noted: string[] = []
  const note = (id: string): void => void noted.push(id)
  const respond: Responder = (response, _, number) =>
    number === 1 ? json(response, 503, {}) : json(response, 200, {}, { 'twilio-request-id': `RQ${number}` })
  await outcome(get, respond, { note })
  expect(noted).toEqual(['RQ2'])
})
