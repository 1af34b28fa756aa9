import { describe, expect, it } from 'vitest'
import type { Effect, Fault } from '../sandbox/sandbox.ts'
import { accountSid, safe, safeInputs } from './fixtures.ts'
import { annotated, headingOf, leadOf, play } from './scenario.ts'

const path = '/v1/CompositionSettings/Default'
const apply = { ...safeInputs, mode: 'apply' }
const post = { method: 'POST' } as const
/** A response from somebody other than Twilio. */
const foreign = (effect: Effect, more: Omit<Fault, 'effect'> = {}): Fault => ({ ...more, isForeign: true, effect })
const page = (status: number): Effect => ({ kind: 'status', status, html: true })

describe.concurrent('an answer to a GET that is not from Twilio', () => {
  it.each([
    ['401', page(401), 1],
    ['403', page(403), 1],
    ['404', page(404), 1],
    ['407', page(407), 1],
    ['451', page(451), 1],
    ['503', page(503), 5],
    ['a redirect', { kind: 'redirect', location: 'https://login.example.com/' }, 1],
    ['HTML with 200', { kind: 'body', body: '<html></html>', contentType: 'text/html' }, 1],
    ["JSON with 200 that is somebody else's", { kind: 'body', body: '{"error":"Please log in"}' }, 1],
    ['an empty body with 200', { kind: 'body', body: '' }, 1],
    ["a gateway's JSON", { kind: 'body', status: 403, body: '{"message":"Forbidden"}' }, 1],
    ["a framework's JSON", { kind: 'body', status: 404, body: '{"status":404,"message":"Not found"}' }, 1],
    [
      "somebody else's problem",
      { kind: 'body', status: 403, body: '{"type":"about:blank","title":"Forbidden","status":403}' },
      1,
    ],
  ] as const)('is told as that, without the advice for Twilio: %s', async (_, effect, tries) => {
    const scene = await play({ inputs: safeInputs, faults: [foreign(effect, { times: Infinity })] })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.requests.length]).toEqual([
      1,
      'error',
      '',
      tries,
    ])
    expect(headingOf(scene)).toBe('❌ Error: Twilio did not answer')
    expect(annotated(scene, 'error')).toEqual([
      expect.stringMatching(
        /^GET \/v1\/CompositionSettings\/Default got HTTP \d{3}, but not from Twilio: the response has neither a Twilio-Request-Id nor Twilio's JSON \(tried (once|5 times)\)\.$/,
      ),
    ])
    expect(leadOf(scene)).toContain('Is there a proxy in between?')
    expect(scene.everything).not.toMatch(/Copy both again|status\.twilio\.com|permission|together/)
  })

  it.each([
    [407, 'The proxy asks for a user and a password'],
    [403, 'Ask whoever runs the proxy to let the runner reach video.twilio.com on port 443'],
    [451, 'Ask whoever runs the proxy to let the runner reach video.twilio.com on port 443'],
  ])('says what to do about %i', async (status, says) => {
    const scene = await play({ inputs: safeInputs, faults: [foreign(page(status))] })
    expect(leadOf(scene)).toContain(says)
  })

  it('is an error for a list of credentials too, and not one that is hidden', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: { ...safeInputs, 'verify-credentials': 'true' },
      faults: [foreign(page(403), { match: { path: 'PublicKeys' } })],
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
  })

  it.each([
    ['no id, but the members of an error of Twilio', { kind: 'status', status: 401, code: 20003 }, 'HTTP 401'],
    ['no id, but a code as text', { kind: 'body', status: 400, body: '{"code":"20001","message":"No"}' }, 'HTTP 400'],
    ['no id, but a problem of Twilio', { kind: 'status', status: 400, code: 20001, rfc9457: true }, 'HTTP 400'],
  ] as const)("is none if it has %s: that is Twilio's", async (_, effect, says) => {
    const scene = await play({ inputs: safeInputs, faults: [foreign(effect)] })
    expect(annotated(scene, 'error').join()).toContain(`failed with ${says}`)
  })

  it('is none if it has the settings, and no id', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [foreign({ kind: 'altered' })],
    })
    expect(scene.outputs['result']).toBe('in-sync')
  })
})

describe.concurrent('an answer to a POST that is not from Twilio', () => {
  const statuses = [200, 301, 401, 403, 404, 407, 429, 451, 503]
  it.each(statuses)('is a lost one after a write that took: HTML with %i', async (status) => {
    const scene = await play({ inputs: apply, faults: [foreign(page(status), { match: post, carriedOut: true })] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
    expect(scene.stored).toEqual(safe)
    expect(scene.everything).not.toContain('Nothing was written')
  })

  it('is one after a write that did not take, and is told as what it is', async () => {
    const scene = await play({ inputs: apply, faults: [foreign(page(403), { match: post, times: Infinity })] })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
    expect(scene.methods.match(/POST/g)).toHaveLength(2)
    expect(annotated(scene, 'error').join('\n')).toContain(`POST ${path} got HTTP 403, but not from Twilio`)
    expect(scene.everything).not.toContain('Nothing was written')
  })
})

describe.concurrent("an answer that is Twilio's, and not to be believed", () => {
  const altered: readonly (readonly [name: string, effect: Omit<Extract<Effect, { kind: 'altered' }>, 'kind'>])[] = [
    ['with HTTP 206', { status: 206 }],
    ['with HTTP 203', { status: 203 }],
    ['with HTTP 204', { status: 204 }],
    ['from a cache', { headers: { age: '999999' } }],
    ['from a cache, a second old', { headers: { age: '1' } }],
    ['with an age that is none', { headers: { age: 'old' } }],
    ['that is not UTF-8', { properties: { friendly_name: 'Médiathèque' }, encoding: 'latin1' }],
    ['of another resource', { properties: { url: 'https://video.twilio.com/v1/RecordingSettings/Default' } }],
    ['of another resource, as a path', { properties: { url: '/v1/RecordingSettings/Default' } }],
  ]
  it.each(altered)('to a GET is an error: %s', async (_, effect) => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [{ times: Infinity, effect: { kind: 'altered', ...effect } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.methods]).toEqual([
      1,
      'error',
      '',
      'GET',
    ])
  })

  it.each(altered)('to a POST is a lost one: %s', async (_, effect) => {
    const scene = await play({ inputs: apply, faults: [{ match: post, effect: { kind: 'altered', ...effect } }] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
  })

  it.each([
    ['is fresh', { headers: { age: '0' } }],
    ['has no address', { properties: { url: undefined } }],
    ['has an empty address', { properties: { url: null } }],
    ['has an address with another host and a slash', { properties: { url: `https://video.us1.twilio.com${path}/` } }],
  ])('is believed if it %s', async (_, effect) => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [{ effect: { kind: 'altered', ...effect } }],
    })
    expect(scene.outputs['result']).toBe('in-sync')
  })

  it('is an error for a list of credentials, whose addresses are those of the other list', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: { ...safeInputs, 'verify-credentials': 'true' },
      faults: [
        {
          match: { path: 'PublicKeys' },
          effect: {
            kind: 'altered',
            properties: {
              credentials: [
                {
                  sid: safe.encryption_key_sid,
                  account_sid: accountSid,
                  url: `https://accounts.twilio.com/v1/Credentials/AWS/${safe.encryption_key_sid}`,
                },
              ],
            },
          },
        },
      ],
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
  })
})

it('every request asks caches to ask Twilio', async () => {
  const { requests } = await play({ inputs: { ...apply, 'verify-credentials': 'true' } })
  expect(requests.map(({ headers }) => headers['cache-control'])).toEqual(requests.map(() => 'no-cache'))
})
