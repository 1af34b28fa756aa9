import { describe, expect, it } from 'vitest'
import { accountSid, apiKey, apiKeySecret, authPaths, authToken, keySid, open, safe, safeInputs } from './fixtures.ts'
import { preloaded } from './preloaded.ts'
import { play, type Credentials, type Scenario, type Scene } from './scenario.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const basics = [`${accountSid}:${authToken}`, `${apiKey}:${apiKeySecret}`].map(base64)
const secrets = [authToken, apiKeySecret]

/**
 * Every shape of every secret in these tests; those in base64 also without their padding, which nothing
 * needs to read them.
 */
const forms = [
  ...secrets,
  ...secrets.map(encodeURIComponent),
  ...[...secrets.map(base64), ...basics].flatMap((text) => [text.replace(/=+$/, ''), encodeURIComponent(text)]),
]

/** What Twilio, or something in front of it, may repeat of a request. */
const inUrl = [...secrets, ...basics].map(encodeURIComponent).join(' ')
const inBase64 = secrets.map(base64).flatMap((text) => [text, encodeURIComponent(text)])
const echo = `You sent Authorization: Basic ${basics.join(' and ')}, that is ${secrets.join(' and ')}, or ${inUrl}, or ${inBase64.join(' ')}`

const inputs = { ...safeInputs, 'report-path': 'evidence.json' }
const ways: readonly (readonly [name: string, result: string, scenario: Scenario])[] = [
  ['in sync', 'in-sync', { seed: { compositionSettings: safe }, inputs }],
  ['drift', 'drift', { inputs }],
  ['apply', 'applied', { inputs: { ...inputs, mode: 'apply' } }],
  ['a refused credential', 'error', { inputs, faults: [{ effect: { kind: 'status', status: 401, code: 20003 } }] }],
  [
    'a refusal that repeats it',
    'error',
    {
      inputs,
      faults: [
        {
          effect: {
            kind: 'status',
            status: 403,
            code: 20403,
            message: echo,
            moreInfo: `https://example.com/?${authToken}&${apiKeySecret}`,
            headers: { 'twilio-request-id': authToken },
          },
        },
      ],
    },
  ],
  [
    'a refusal that repeats it late',
    'error',
    { inputs, faults: [{ effect: { kind: 'status', status: 400, code: 20001, message: 'x'.repeat(400) + echo } }] },
  ],
  [
    'a problem that repeats it',
    'error',
    { inputs, faults: [{ effect: { kind: 'status', status: 400, rfc9457: true, message: echo } }] },
  ],
  [
    'a page of HTML that repeats it',
    'error',
    { inputs, faults: [{ effect: { kind: 'body', body: `<p>${echo}</p>`, contentType: 'text/html' } }] },
  ],
  ['a setting that repeats it', 'drift', { seed: { compositionSettings: { ...open, friendly_name: echo } }, inputs }],
  [
    'an unmanaged setting that repeats it',
    'in-sync',
    {
      seed: { compositionSettings: { ...open, friendly_name: echo } },
      inputs: { 'encryption-enabled': 'false', 'report-path': 'evidence.json' },
    },
  ],
  [
    'an unmanaged setting that repeats it, where there is nothing to write',
    'in-sync',
    {
      seed: { compositionSettings: { ...open, friendly_name: echo } },
      inputs: { mode: 'apply', 'encryption-enabled': 'false' },
    },
  ],
  [
    'an account that repeats it',
    'refused',
    { inputs, faults: [{ effect: { kind: 'wrong-account', sid: authToken + apiKeySecret } }] },
  ],
  [
    'a type that nobody knows',
    'error',
    {
      inputs,
      faults: [
        { effect: { kind: 'body', body: JSON.stringify({ account_sid: accountSid, encryption_enabled: echo }) } },
      ],
    },
  ],
  [
    'a lost connection',
    'error',
    {
      inputs: { ...inputs, mode: 'apply' },
      faults: [{ match: { method: 'GET' }, skip: 1, effect: { kind: 'status', status: 401, message: echo } }],
    },
  ],
  [
    'mistakes in the inputs',
    'error',
    {
      inputs: {
        ...inputs,
        mode: authToken,
        require: apiKeySecret,
        'encryption-key-sid': base64(authToken),
        'expected-plan': basics[0] ?? '',
      },
    },
  ],
]

const debug = { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' }

function expectNoSecret({ everything }: Scene): void {
  expect(forms.filter((form) => everything.includes(form))).toEqual([])
}

describe.concurrent.each(Object.entries<Credentials>(authPaths))('by %s', (_, credentials) => {
  it.each(ways)('no secret comes to light: %s', async (_, result, scenario) => {
    const both = {
      with: { ...credentials.with },
      env: {
        TWILIO_AUTH_TOKEN: authToken,
        TWILIO_API_KEY_SECRET: apiKeySecret,
        TWILIO_API_KEY: apiKey,
        ...credentials.env,
      },
    }
    const scene = await play({ ...scenario, credentials: both, env: debug })
    expect(scene.outputs['result']).toBe(result)
    expectNoSecret(scene)
  })

  it('a setting that repeats a secret is not written back without it', async () => {
    const compositionSettings = { ...open, friendly_name: `Media ${authToken} ${apiKeySecret}` }
    const scene = await play({
      credentials,
      seed: { compositionSettings },
      inputs: { 'encryption-enabled': 'true', 'encryption-key-sid': keySid, mode: 'apply' },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET'])
    expect(scene.stored).toEqual(compositionSettings)
    expect(scene.log).toContain('The settings of the account have the secret of its credential in them.')
  })
})

describe.concurrent('each way of giving a credential by itself', () => {
  it.each(Object.entries<Credentials>(authPaths))(
    '%s: what is used is masked before anything else is printed',
    async (_, credentials) => {
      const scene = await play({ credentials, inputs, env: debug })
      const lines = scene.log.trimEnd().split('\n')
      const masks = lines.filter((line) => line.startsWith('::add-mask::'))
      expect(lines.slice(0, masks.length)).toEqual(masks)
      const [user = '', secret = ''] = Buffer.from(
        (scene.requests[0]?.headers['authorization'] ?? '').replace('Basic ', ''),
        'base64',
      )
        .toString()
        .split(':')
      expect(masks).toEqual(
        expect.arrayContaining(
          [secret, base64(secret), base64(`${user}:${secret}`)].map((form) => `::add-mask::${form}`),
        ),
      )
      expectNoSecret(scene)
    },
  )

  it.each([
    { with: { 'account-sid': accountSid, 'auth-token': ` \n${authToken}\t` } },
    { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': `\t${apiKeySecret} \r\n` } },
    { env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: `${authToken}\n` } },
  ])('white space around a secret is not part of what is sent, nor of what is masked', async (credentials) => {
    const scene = await play({ seed: { compositionSettings: safe }, credentials, inputs })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(
      scene.log.split('\n').filter((line) => secrets.some((secret) => line === `::add-mask::${secret}`)),
    ).toHaveLength(1)
    expectNoSecret(scene)
  })

  it('what is wrong with the inputs is no reason not to mask', async () => {
    const scene = await play({
      credentials: {
        with: { 'account-sid': 'AC1', 'auth-token': authToken, 'api-key': 'SK1', 'api-key-secret': apiKeySecret },
      },
      inputs: { mode: 'aply' },
    })
    expect(scene.log.split('\n')).toEqual(expect.arrayContaining(secrets.map((secret) => `::add-mask::${secret}`)))
    expectNoSecret(scene)
  })

  it('nothing is masked where nothing is secret', async () => {
    const scene = await play({
      credentials: { with: { 'account-sid': accountSid } },
      inputs: { ...inputs, 'on-missing-credentials': 'skip' },
    })
    expect([scene.outputs['result'], scene.log.includes('::add-mask::')]).toEqual(['skipped', false])
  })

  it('what is blotted out is nothing else: the rest of a text stays', async () => {
    const scene = await play({
      seed: { compositionSettings: { ...open, friendly_name: `before ${authToken} after` } },
      inputs: { 'friendly-name': 'Media' },
    })
    expect(JSON.parse(scene.outputs['changes'] ?? '')).toMatchObject([
      { current: 'before *** after', desired: 'Media' },
    ])
  })
})

/** Node makes no code of texts, and says so when somebody tries; a library that tries would go on without. */
const noCodeFromTexts = preloaded(
  `
    const told = (act) => (...call) => {
      console.log('code from a text')
      return Reflect[act](...call)
    }
    globalThis.Function = new Proxy(Function, { apply: told('apply'), construct: told('construct') })
    globalThis.eval = new Proxy(eval, { apply: told('apply') })`,
  '--disallow-code-generation-from-strings',
)

it.each(['check', 'apply'])('beside a credential no code is made of a text: %s', async (mode) => {
  const scene = await play({ inputs: { ...inputs, 'verify-credentials': 'true', mode }, env: noCodeFromTexts })
  expect(scene.outputs['result']).toBe(mode === 'check' ? 'drift' : 'applied')
  expect(scene.log).not.toContain('code from a text')
})

describe('a secret that is not in use', () => {
  it('is taken out of what Twilio answers before that is cut in the middle of it', async () => {
    const credentials = {
      with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret, 'auth-token': authToken },
    }
    const name = `${'x'.repeat(169)}${authToken}`
    const scene = await play({
      seed: { compositionSettings: { ...open, friendly_name: name } },
      credentials,
      inputs: { 'friendly-name': 'Media' },
    })
    expect(scene.outputs['result']).toBe('drift')
    expect(scene.everything).toContain(`${'x'.repeat(169)}***`)
    expect(scene.everything).not.toContain(authToken.slice(0, 12))
  })
})
