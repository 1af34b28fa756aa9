import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../src/twilio/attempt.ts'
import { createReadHeaders } from '../../src/twilio/signed-url.ts'
import { json, type Loopback, startLoopback } from './loopback.ts'

const query = `X-Amz-Security-Token=${'t'.repeat(30)}%2F~%3D&X-Amz-Expires=60&X-Amz-Signature=${'5'.repeat(64)}`
const masks: string[] = []
const mask = (secret: string): void => void masks.push(secret)

let loopback: Loopback | null = null
afterEach(async () => {
  masks.splice(0)
  await loopback?.close()
  loopback = null
})

/** What is sent to the real hosts: nothing leaves this machine. */
function atTwilio(): { readonly environment: Environment; readonly sent: { origin: string; path: string }[] } {
  const sent: { origin: string; path: string }[] = []
  const body = { on: () => body, destroy: () => body }
  const request = async (options: { origin: string; path: string }): Promise<unknown> => {
    sent.push(options)
    return { statusCode: 206, headers: {}, body }
  }
  const throttle = { enter: async () => {}, leave: () => {}, slowDown: () => {} }
  const signal = new AbortController().signal
  const environment = { dispatcher: { request }, throttle, sandbox: null, signal, track: () => {} }
  return { environment: environment as unknown as Environment, sent }
}

describe('at Twilio', () => {
  it.each([
    'com-twilio-us1-video-composition.s3.amazonaws.com',
    'com.twilio.us1.video.recording.s3.amazonaws.com',
    's3.eu-west-1.amazonaws.com',
    'media.twilio.com',
    'BUCKET.S3.AMAZONAWS.COM',
  ])('%s is asked, with the query byte for byte', async (host) => {
    const { environment, sent } = atTwilio()
    const path = `/AC1/CJ1.mp4?${query}`
    expect(await createReadHeaders(environment, mask)(`https://${host}${path}`)).toMatchObject({ kind: 'headers' })
    expect(sent).toMatchObject([{ origin: `https://${host}`, path, method: 'GET', headers: { range: 'bytes=0-0' } }])
    expect(masks).toEqual([
      `https://${host}${path}`,
      `${'t'.repeat(30)}%2F~%3D`,
      `${'t'.repeat(30)}/~=`,
      '5'.repeat(64),
    ])
  })

  it.each([
    `http://bucket.s3.amazonaws.com/a?${query}`,
    `https://evil.example/a?${query}`,
    `https://amazonaws.com/a?${query}`,
    `https://bucket.s3.amazonaws.com.evil.example/a?${query}`,
    `https://bucket.s3.amazonaws.com:8443/a?${query}`,
    `https://bucket.s3.amazonaws.com.:443/a?${query}`,
    `https://bucket.s3.amazonaws.com@evil.example/a?${query}`,
    `https://evil.example#.amazonaws.com/a?${query}`,
    `https://evil.example\\.amazonaws.com/a?${query}`,
    `https://evil.example/.amazonaws.com/a?${query}`,
    `https://notamazonaws.com/a?${query}`,
    `https://bucket.s3.amazonaws.com/a b?${query}`,
    `https://bucket.s3.amazonaws.com/a?${query}\r\nHost: evil.example`,
    `https://bucket.s3.amazonaws.com/a?${query}#x`,
    ` https://bucket.s3.amazonaws.com/a?${query}`,
    `//bucket.s3.amazonaws.com/a?${query}`,
    `https://127.0.0.1/a?${query}`,
    'https://bucket.s3.amazonaws.com',
    'file:///etc/passwd',
  ])('%j is masked, and not asked', async (url) => {
    const { environment, sent } = atTwilio()
    const said = await createReadHeaders(environment, mask)(url)
    expect(said).toEqual({
      kind: 'unknown',
      reason: 'The link to the media is not on *.amazonaws.com or *.twilio.com, so nothing was sent there.',
    })
    expect(sent).toEqual([])
    expect(masks[0]).toBe(url)
  })

  it('what is too short to be a secret is not masked, since that would tear holes in the log', async () => {
    const { environment } = atTwilio()
    await createReadHeaders(environment, mask)('/a?b=c')
    expect(masks).toEqual([])
  })
})

describe('in the sandbox', () => {
  it('its own origin alone is asked, without a credential, and the connection is given up after the headers', async () => {
    loopback = await startLoopback((response) => {
      response.writeHead(200, { 'x-amz-meta-a': 'b' })
      response.write('a film')
    })
    const { sandbox } = loopback.environment
    const readHeaders = createReadHeaders(loopback.environment, mask)
    expect(await readHeaders(`${sandbox}/a?${query}`)).toMatchObject({ headers: { 'x-amz-meta-a': 'b' } })
    expect(loopback.received).toMatchObject([{ method: 'GET', url: `/a?${query}` }])
    expect(Object.keys(loopback.received[0]?.headers ?? {})).toEqual(['host', 'connection', 'range'])
    for (const url of [
      `${sandbox}0/a`,
      `${sandbox}.evil.example/a`,
      `${sandbox}@evil.example/a`,
      'https://b.amazonaws.com/',
    ])
      expect(await readHeaders(url)).toMatchObject({ kind: 'unknown' })
    expect(loopback.received).toHaveLength(1)
  })

  it('frees its place in the throttle, whatever comes', async () => {
    loopback = await startLoopback((response, _, number) => {
      if (number === 1) response.socket?.resetAndDestroy()
      else json(response, 403, {})
    })
    const { throttle, sandbox } = loopback.environment
    const [enter, leave] = [vi.spyOn(throttle, 'enter'), vi.spyOn(throttle, 'leave')]
    const readHeaders = createReadHeaders(loopback.environment, mask)
    for (let time = 0; time < 3; time++) expect(await readHeaders(`${sandbox}/a`)).toMatchObject({ kind: 'unknown' })
    expect([enter.mock.calls.length, leave.mock.calls.length]).toEqual([3, 3])
  })

  it('that stops rejects with why it was stopped', async () => {
    loopback = await startLoopback(() => loopback?.stop.abort(new Error('cancelled')))
    const { sandbox } = loopback.environment
    await expect(createReadHeaders(loopback.environment, mask)(`${sandbox}/a`)).rejects.toThrow('The run was stopped.')
  })
})
