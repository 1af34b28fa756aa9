import { describe, expect, it } from 'vitest'
import { type Access, readAccess } from '../../src/inputs/credentials.ts'
import type { Event } from '../../src/inputs/event.ts'
import { inputReader } from '../../src/inputs/reader.ts'
import { maskSecrets } from '../../src/inputs/secrets.ts'
import { secretForms } from '../../src/shared/secrets.ts'
import { accountSid, apiKey, apiKeySecret, authToken, otherAccountSid } from '../action/fixtures.ts'
import { push } from '../builders.ts'

type Env = Record<string, string>
const fork: Event = { ...push, name: 'pull_request', isPullRequest: true, withoutSecrets: 'fork' }
const dependabot: Event = { ...fork, withoutSecrets: 'dependabot' }

function read(env: Env, event: Event = push): { access: Access; mistakes: string[]; masked: string[] } {
  const [mistakes, masked]: [string[], string[]] = [[], []]
  maskSecrets(env, (secret) => masked.push(secret))
  const access = readAccess(inputReader(env, mistakes), event)
  return { access, mistakes, masked }
}

const account: Env = { 'INPUT_ACCOUNT-SID': accountSid }
const token: Env = { 'INPUT_AUTH-TOKEN': authToken }
const key: Env = { 'INPUT_API-KEY': apiKey }
const keySecret: Env = { 'INPUT_API-KEY-SECRET': apiKeySecret }

describe('access is granted', () => {
  const byToken = { user: accountSid, password: authToken }
  const byKey = { user: apiKey, password: apiKeySecret }
  it.each<[string, Env, typeof byToken]>([
    ['by a token', { ...account, ...token }, byToken],
    ['by a key', { ...account, ...key, ...keySecret }, byKey],
    ['by a key that wins over a token', { ...account, ...token, ...key, ...keySecret }, byKey],
    ['by a token in the environment', { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken }, byToken],
    [
      'by a key in the environment',
      { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_KEY_SECRET: apiKeySecret },
      byKey,
    ],
    [
      'by a key with the older name of its secret',
      { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiKeySecret },
      byKey,
    ],
    [
      'by the newer name of the two',
      { ...account, ...key, TWILIO_API_KEY_SECRET: apiKeySecret, TWILIO_API_SECRET: 'another-secret' },
      byKey,
    ],
    [
      'by inputs that win over the environment',
      { ...account, ...token, TWILIO_ACCOUNT_SID: otherAccountSid, TWILIO_AUTH_TOKEN: 'another-token' },
      byToken,
    ],
    [
      'by a key in the environment that wins over a token among the inputs',
      { ...account, ...token, TWILIO_API_KEY: apiKey, TWILIO_API_KEY_SECRET: apiKeySecret },
      byKey,
    ],
    ['past empty inputs', { ...account, 'INPUT_AUTH-TOKEN': ' ', TWILIO_AUTH_TOKEN: authToken }, byToken],
    [
      'with white space around',
      { 'INPUT_ACCOUNT-SID': ` ${accountSid}\n`, 'INPUT_AUTH-TOKEN': `${authToken}\n` },
      byToken,
    ],
  ])('%s', (_, env, credential) => {
    expect(read(env)).toMatchObject({ access: { kind: 'granted', accountSid, credential }, mistakes: [] })
  })

  const ways = [
    ['a token', token],
    ['an API key', { ...key, ...keySecret }],
  ] as const
  const whens = ['auto', 'fail', 'skip'].flatMap((whenMissing) => ways.map(([way, env]) => ({ whenMissing, way, env })))
  it.each(whens)('by $way to every event that has one, with $whenMissing', ({ whenMissing, env }) => {
    for (const event of [push, fork, dependabot]) {
      expect(read({ ...account, ...env, 'INPUT_ON-MISSING-CREDENTIALS': whenMissing }, event)).toMatchObject({
        access: { kind: 'granted' },
        mistakes: [],
      })
    }
  })
})

describe('what is missing', () => {
  const noCredentials =
    'There are no credentials: set "auth-token", or "api-key" and "api-key-secret". An empty value often means that the secret is not visible to this workflow'
  const noAccount =
    '"account-sid" is missing: set it to the SID (AC…) of the account that must answer, also beside an API key'
  const noSecret =
    '"api-key" has no secret: set "api-key-secret" too. An empty value often means that the secret is not visible to this workflow'
  const noKey = '"api-key-secret" has no key: set "api-key" to the SID (SK…) of the API key'
  it.each<[string, Env, string[]]>([
    ['everything', {}, [noAccount, noCredentials]],
    ['a credential', account, [noCredentials]],
    ['the account', token, [noAccount]],
    ['the account beside a key', { ...key, ...keySecret }, [noAccount]],
    ['the secret', { ...account, ...key }, [noSecret]],
    ['the secret, though there is a token', { ...account, ...token, ...key }, [noSecret]],
    ['the key', { ...account, ...keySecret }, [noKey]],
    ['the key, though there is a token', { ...account, ...token, ...keySecret }, [noKey]],
  ])('is a mistake: %s', (_, env, mistakes) => {
    expect(read(env).mistakes).toEqual(mistakes)
  })

  const byFork = 'GitHub gives no secrets to a pull request from a fork'
  const byDependabot = 'GitHub gives no Actions secrets to a pull request of Dependabot'
  const bySkip = 'there are no credentials, and "on-missing-credentials" is "skip"'
  it.each<[string, Event, string | null]>([
    ['auto', push, null],
    ['auto', fork, byFork],
    ['auto', dependabot, byDependabot],
    ['fail', push, null],
    ['fail', fork, null],
    ['fail', dependabot, null],
    ['skip', push, bySkip],
    ['skip', fork, byFork],
    ['skip', dependabot, byDependabot],
  ])('on %j with %j', (whenMissing, event, reason) => {
    const { access, mistakes } = read({ ...account, 'INPUT_ON-MISSING-CREDENTIALS': whenMissing }, event)
    if (reason === null) expect(mistakes).toEqual([noCredentials])
    else expect({ access, mistakes }).toEqual({ access: { kind: 'missing', accountSid, reason }, mistakes: [] })
  })

  it('may be the account too, and the SID of a key alone is no credential', () => {
    expect(read({}, fork).access).toEqual({ kind: 'missing', accountSid: null, reason: byFork })
    expect(read({ ...account, ...key }, fork).access).toEqual({ kind: 'missing', accountSid, reason: byFork })
  })

  it('is not skipped where half of an API key is there', () => {
    expect(read({ ...account, ...keySecret, 'INPUT_ON-MISSING-CREDENTIALS': 'skip' }, fork).mistakes).toEqual([noKey])
  })

  it('hides no other mistake', () => {
    expect(read({ 'INPUT_ACCOUNT-SID': 'AC1' }, fork).mistakes).toEqual([
      '"account-sid" must be the SID of an account: AC and 32 hexadecimal digits',
    ])
  })
})

describe('a SID', () => {
  const notAccount = '"account-sid" must be the SID of an account: AC and 32 hexadecimal digits'
  const isKey =
    '"account-sid" is the SID of an API key (SK…): put that in "api-key", and the SID of the account (AC…) here'
  it.each<[string, string]>([
    [`AC${'a'.repeat(31)}`, notAccount],
    [`AC${'a'.repeat(33)}`, notAccount],
    [`AC${'g'.repeat(32)}`, notAccount],
    [`ac${'a'.repeat(32)}`, notAccount],
    [authToken, notAccount],
    [apiKey, isKey],
    ['SK', isKey],
  ])('of an account is not %s', (sid, mistake) => {
    expect(read({ ...token, 'INPUT_ACCOUNT-SID': sid }).mistakes).toEqual([mistake])
  })

  it.each([accountSid, `SK${'g'.repeat(32)}`, 'SK1', `${apiKey}x`, `x${apiKey}`])('of an API key is not %s', (sid) => {
    expect(read({ ...account, ...keySecret, 'INPUT_API-KEY': sid }).mistakes).toEqual([
      '"api-key" must be the SID of an API key: SK and 32 hexadecimal digits',
    ])
  })
})

describe('secrets', () => {
  it('are masked in every form, those that do not win included', () => {
    const { masked } = read({ ...account, ...token, ...key, ...keySecret })
    expect(masked).toEqual(
      expect.arrayContaining([
        ...secretForms({ user: apiKey, password: apiKeySecret }),
        ...secretForms({ user: accountSid, password: authToken }),
      ]),
    )
    expect(new Set(masked).size).toBe(masked.length)
  })

  it('are masked wherever they stand, also where another one is used', () => {
    const names = ['INPUT_AUTH-TOKEN', 'TWILIO_AUTH_TOKEN', 'INPUT_API-KEY-SECRET', 'TWILIO_API_KEY_SECRET']
    const all = [...names, 'TWILIO_API_SECRET', 'INPUT_GITHUB-TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN']
    const secretOf = (name: string): string => `secret-of-${name.toLowerCase()}`
    const { masked } = read({ ...account, ...Object.fromEntries(all.map((name) => [name, ` ${secretOf(name)}\n`])) })
    expect(masked).toEqual(expect.arrayContaining(all.map(secretOf)))
  })

  it.each(['a', 'error', '1234567'])(
    'too short to be one, such as %j, are a mistake and not masked, which would tear holes in the outputs',
    (short) => {
      const { mistakes, masked } = read({
        ...account,
        'INPUT_AUTH-TOKEN': short,
        'INPUT_API-KEY-SECRET': short,
        ...key,
      })
      expect(mistakes).toEqual(
        ['auth-token', 'api-key-secret'].map(
          (name) =>
            `"${name}" is too short: Twilio's have 32 characters. Check whether the secret is set to the right value`,
        ),
      )
      expect(mistakes.join()).not.toContain(`"${short}"`)
      expect(masked).toEqual([])
    },
  )
})
