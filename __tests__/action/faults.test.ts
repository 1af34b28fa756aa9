import { describe, expect, it } from 'vitest'
import type { Effect, FaultStatus } from '../sandbox/faults.ts'
import { apiKey, apiKeySecret, accountSid, safe, safeInputs, startAccount } from './fixtures.ts'
import { annotated, headingOf, leadOf, play } from './scenario.ts'

const path = '/v1/CompositionSettings/Default'
const docs = 'https://www.twilio.com/docs/errors'
const wrongPair =
  'The account SID and the auth token do not belong together: the token of a parent account does not work for a subaccount, a rotated token not at all. Copy both again.'
const rotated =
  'Twilio accepted this auth token before in this run, so it was right. Look in the Twilio Console whether it was rotated in the meantime, or the account suspended. '
const lacking =
  'The auth token may not do this on this account. Look at the status of the account in the Twilio Console.'
const tooMany =
  'Twilio limits how many requests an account makes at once. Run fewer workflows at the same time, or try again later.'
const atTwilio = 'This is a failure at Twilio: see https://status.twilio.com, and run the job again.'
const status = (status: number, code?: number, more: Partial<FaultStatus> = {}): FaultStatus => ({
  kind: 'status',
  status,
  ...(code === undefined ? {} : { code }),
  ...more,
})

interface Refused {
  readonly effect: FaultStatus
  /** How often it is sent. */
  readonly tries: 1 | 5
  /** What stands between the path and what is known of the request. */
  readonly says: string
  readonly page: string
  readonly advice: string
}

const refusals: readonly Refused[] = [
  {
    effect: status(401, 20003),
    tries: 1,
    says: 'HTTP 401, Twilio code 20003: The sandbox was told to fail',
    page: `; see ${docs}/20003`,
    advice: `${wrongPair} `,
  },
  {
    effect: status(403, 20403),
    tries: 1,
    says: 'HTTP 403, Twilio code 20403: The sandbox was told to fail',
    page: `; see ${docs}/20403`,
    advice: `${lacking} `,
  },
  { effect: status(403), tries: 1, says: 'HTTP 403: The sandbox was told to fail', page: '', advice: `${lacking} ` },
  {
    effect: status(403, 20008),
    tries: 1,
    says: 'HTTP 403, Twilio code 20008: The sandbox was told to fail',
    page: `; see ${docs}/20008`,
    advice: 'These are test credentials, which cannot reach Video settings. Use the live credentials of the account. ',
  },
  {
    effect: status(403, 20005),
    tries: 1,
    says: 'HTTP 403, Twilio code 20005: The sandbox was told to fail',
    page: `; see ${docs}/20005`,
    advice: 'The account is not active. Look at its status in the Twilio Console. ',
  },
  { effect: status(404), tries: 1, says: 'HTTP 404: The sandbox was told to fail', page: '', advice: '' },
  { effect: status(404, undefined, { html: true }), tries: 1, says: 'HTTP 404', page: '', advice: '' },
  {
    effect: status(429, 20429, { headers: { 'retry-after': '0' } }),
    tries: 5,
    says: 'HTTP 429, Twilio code 20429: The sandbox was told to fail',
    page: `; see ${docs}/20429`,
    advice: `${tooMany} `,
  },
  {
    effect: status(429, undefined, { headers: { 'retry-after': new Date(0).toUTCString() } }),
    tries: 5,
    says: 'HTTP 429: The sandbox was told to fail',
    page: '',
    advice: `${tooMany} `,
  },
  {
    effect: status(500, 20500),
    tries: 5,
    says: 'HTTP 500, Twilio code 20500: The sandbox was told to fail',
    page: `; see ${docs}/20500`,
    advice: `${atTwilio} `,
  },
  { effect: status(502, undefined, { html: true }), tries: 5, says: 'HTTP 502', page: '', advice: `${atTwilio} ` },
  {
    effect: status(503, 20503, { rfc9457: true }),
    tries: 5,
    says: 'HTTP 503, Twilio code 20503: The sandbox was told to fail',
    page: `; see ${docs}/20503`,
    advice: `${atTwilio} `,
  },
  {
    effect: status(400, 20001, { message: 'No.', moreInfo: 'https://example.com/help' }),
    tries: 1,
    says: 'HTTP 400, Twilio code 20001: No',
    page: '; see https://example.com/help',
    advice:
      'Twilio did not accept a value. Encryption needs the Enterprise or Security Edition; the key and the AWS credential must exist on this very account; the AWS credential must be allowed to write to the bucket. ',
  },
]

const tried = (tries: number): string => (tries === 1 ? 'tried once' : `tried ${tries} times`)

describe.concurrent('a GET that is refused', () => {
  it.each(refusals)(
    '$effect is told with all that Twilio says, and what to do',
    async ({ effect, tries, says, page, advice }) => {
      const scene = await play({ inputs: safeInputs, faults: [{ times: Infinity, effect }] })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
        1,
        'error',
        Array(tries).fill('GET').join(' '),
      ])
      expect(annotated(scene, 'error')).toEqual([
        `GET ${path} failed with ${says} (request ${scene.requests.at(-1)?.requestId}; ${tried(tries)}${page}).`,
      ])
      expect(leadOf(scene).replace(/^Twilio says: "[^"]*"\. /, '')).toBe(
        `${advice}This run proves nothing about the account.`,
      )
    },
  )

  it('names the API key in its advice, if it is one, and the permission that a Restricted one needs', async () => {
    const credentials = { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } }
    const wrong = await play({ credentials, inputs: safeInputs, faults: [{ effect: status(401, 20003) }] })
    expect(leadOf(wrong)).toContain(
      'The API key and its secret do not belong together, or the key was deleted, or it is one of another account. Copy both again, or make a new key on this very account.',
    )
    const restricted = await play({
      seed: { restrictedKeys: { [apiKey]: { secret: apiKeySecret, permissions: [] } }, apiKeys: {} },
      credentials,
      inputs: safeInputs,
    })
    expect(leadOf(restricted)).toContain(
      'The API key may not do this. Use a Standard key, or grant the Restricted key the permission /twilio/video/compositions.composition-settings/read.',
    )
  })
})

describe.concurrent('a GET without an answer that can be used', () => {
  const broken: readonly (readonly [name: string, effect: Effect, tries: 1 | 5, says: RegExp])[] = [
    ['reset', { kind: 'reset' }, 5, /^GET \S+ got no answer from video\.twilio\.com: .+ \(tried 5 times\)\.$/],
    ['truncated', { kind: 'truncate' }, 5, /^GET \S+ got no answer from video\.twilio\.com: .+ \(tried 5 times\)\./],
    [
      'more than 1 MiB',
      { kind: 'huge', bytes: 1024 * 1024 + 1 },
      1,
      /^GET \S+ was answered with more than 1 MiB \(request RQ0{31}1; tried once\)\. Is there a proxy in between\?$/,
    ],
    [
      'HTML with 200',
      { kind: 'body', body: '<html></html>', contentType: 'text/html' },
      1,
      /^GET \S+ was answered with something that is not JSON \(request RQ0{31}1; tried once\)\. Is there a proxy in between\?$/,
    ],
    ['empty', { kind: 'body', body: '' }, 1, /^GET \S+ was answered with something that is not JSON /],
    [
      'an array',
      { kind: 'body', body: '[]' },
      1,
      /^GET \S+ was answered with something other than Twilio documents, in the body \(request RQ0{31}1; tried once\)\.$/,
    ],
    [
      'a boolean as text',
      { kind: 'body', body: JSON.stringify({ account_sid: accountSid, ...safe, encryption_enabled: 'true' }) },
      1,
      /^GET \S+ was answered with something other than Twilio documents, in encryption_enabled /,
    ],
  ]
  it.each(broken)('%s is an error, and never drift', async (_, effect, tries, says) => {
    const scene = await play({ inputs: safeInputs, faults: [{ times: Infinity, effect }] })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.methods]).toEqual([
      1,
      'error',
      '',
      Array(tries).fill('GET').join(' '),
    ])
    expect(annotated(scene, 'error')).toEqual([expect.stringMatching(says)])
  })

  it('exactly 1 MiB is read', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [{ effect: { kind: 'huge', bytes: 1024 * 1024 } }],
    })
    expect(scene.outputs['result']).toBe('in-sync')
  })
})

describe.concurrent('a GET that fails at first', () => {
  it.each([
    status(429, 20429),
    status(500),
    status(503, undefined, { html: true }),
    { kind: 'reset' },
    { kind: 'truncate' },
  ] satisfies Effect[])('is sent again, and nobody is troubled: %o', async (effect) => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [{ times: 2, effect }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods, scene.annotations]).toEqual([
      0,
      'in-sync',
      'GET GET GET',
      [],
    ])
    expect(scene.log).toMatch(/; trying again in \d+\.\d s \(attempt 3 of 5\)$/m)
  })
})

describe.concurrent('a redirect', () => {
  it.each(['check', 'apply'])('is not followed: %s', async (mode) => {
    const target = await startAccount()
    try {
      const match = { method: mode === 'check' ? 'GET' : 'POST' } as const
      const scene = await play({
        inputs: { ...safeInputs, mode },
        faults: [{ match, times: Infinity, effect: { kind: 'redirect', location: `${target.url}${path}` } }],
      })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
        1,
        'error',
        mode === 'check' ? 'GET' : 'GET POST',
      ])
      expect(annotated(scene, 'error')).toContain(
        `${match.method} ${path} failed with HTTP 307 (request ${scene.requests.at(-1)?.requestId}; tried once).`,
      )
      expect(leadOf(scene)).toContain(
        'Redirects are not followed, so that the credential goes nowhere else. Is there a proxy in between?',
      )
      expect(target.connections).toBe(0)
    } finally {
      await target.close()
    }
  })
})

describe.concurrent('a POST that is refused', () => {
  it.each(refusals.filter(({ effect }) => effect.status < 500))(
    '$effect ends the run, and says that nothing was written',
    async ({ effect, tries, says, page, advice }) => {
      const scene = await play({
        inputs: { ...safeInputs, mode: 'apply' },
        faults: [{ match: { method: 'POST' }, times: Infinity, effect }],
      })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
        1,
        'error',
        Array<string>(tries).fill('GET POST').join(' '),
      ])
      expect(annotated(scene, 'error')[0]).toBe(
        `POST ${path} failed with ${says} (request ${scene.requests.at(-1)?.requestId}; ${tried(tries)}${page}).`,
      )
      const refused = effect.status === 401 || effect.status === 403 ? 'credential' : 'request'
      const cause = effect.status === 429 ? 'Twilio takes no more requests for now' : `Twilio refused the ${refused}`
      expect(headingOf(scene)).toBe(`❌ Error: ${cause}`)
      // Twilio has taken the credential by then, for the read.
      const told = effect.code === 20003 ? rotated : advice
      expect(leadOf(scene).replace(/^Twilio says: "[^"]*"\. /, '')).toBe(`${told}Nothing was written.`)
    },
  )

  it('for too many requests is sent again', async () => {
    const scene = await play({
      inputs: { ...safeInputs, mode: 'apply' },
      faults: [{ match: { method: 'POST' }, times: 2, effect: status(429, 20429) }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
      0,
      'applied',
      'GET POST GET POST GET POST GET',
    ])
  })

  it('for want of a permission names it', async () => {
    const permissions = ['/twilio/video/compositions.composition-settings/read']
    const credentials = { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } }
    const scene = await play({
      seed: { restrictedKeys: { [apiKey]: { secret: apiKeySecret, permissions } }, apiKeys: {} },
      credentials,
      inputs: { ...safeInputs, mode: 'apply' },
    })
    expect(leadOf(scene)).toContain(
      'grant the Restricted key the permission /twilio/video/compositions.composition-settings/update.',
    )
  })
})
