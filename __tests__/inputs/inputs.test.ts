import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/shared/errors.ts'
import { inputNames } from '../../src/inputs/defaults.ts'
import { type Inputs, readInputs, type WorkflowInputs } from '../../src/inputs/inputs.ts'
import {
  accountSid,
  apiKey,
  authToken,
  awsSid,
  bucket,
  keySid,
  otherAccountSid,
  safe,
  safeInputs,
} from '../action/fixtures.ts'
import { rsaPair } from '../keys.ts'

const { publicPem } = rsaPair()

type Env = Record<string, string>
/** The environment in which a runner starts the action with these inputs. */
const asEnv = (inputs: Env): Env =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
const account = { 'account-sid': accountSid, 'auth-token': authToken }
const readFile = (): never => expect.unreachable('no file is read')
const right = ({ inputs }: WorkflowInputs): Inputs => {
  if (inputs.kind === 'wrong') throw inputs.error
  return inputs.value
}
const read = (inputs: Env, env: Env = {}): Inputs =>
  right(readInputs({ env: { ...asEnv({ ...account, ...inputs }), ...env }, payload: null, readFile, mask: () => {} }))

function mistakesOf(inputs: Env, env: Env = {}): readonly string[] {
  try {
    read(inputs, env)
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.mistakes
    throw thrown
  }
  return []
}

describe('what is right', () => {
  it('is read, and what is not set has its default', () => {
    expect(read({ 'encryption-enabled': 'true' })).toEqual({
      mode: 'check',
      isRead: false,
      access: { kind: 'granted', accountSid, credential: { user: accountSid, password: authToken } },
      desired: { encryption_enabled: true },
      fleet: { accounts: { kind: 'self' }, concurrency: 8, shard: null },
      resources: ['composition-settings'],
      key: { kind: 'unmanaged' },
      credentials: { verify: true, maxKeyAgeDays: null },
      mediaHours: null,
      requirements: [],
      allowed: [],
      expectedPlan: null,
      sandbox: null,
      proxies: { httpProxy: '', httpsProxy: '', noProxy: '' },
      hasRegion: false,
      warnings: [],
    })
  })

  it('may be everything at once', () => {
    const { encryption_key_sid: sid, ...desired } = safe
    const plan = '0123456789abcdef'.repeat(4)
    const inputs = read({
      ...safeInputs,
      mode: 'apply',
      require: 'encryption,external-storage',
      'allow-risky-changes': 'storage-off',
      'expected-plan': plan,
    })
    expect(inputs).toMatchObject({
      mode: 'apply',
      desired,
      key: { kind: 'sid', sid },
      requirements: ['encryption', 'external-storage'],
      allowed: ['storage-off'],
      expectedPlan: plan,
    })
  })

  it.each([
    ['a missing one', {}],
    ['the word for it', { 'encryption-enabled': ' unmanaged\n' }],
  ])('manages nothing by %s', (_, inputs) => {
    expect(read({ ...inputs, 'friendly-name': 'Media' }).desired).toStrictEqual({ friendly_name: 'Media' })
  })

  it('is trimmed, and kept as it is inside', () => {
    expect(read({ 'friendly-name': '  A  name \n', 'aws-s3-url': ` ${bucket}\n`, mode: ' plan ' })).toMatchObject({
      mode: 'plan',
      desired: { friendly_name: 'A  name', aws_s3_url: bucket },
    })
  })

  it.each([
    ['encryption', ['encryption']],
    ['external-storage, encryption', ['encryption', 'external-storage']],
    ['encryption\nexternal-storage\n', ['encryption', 'external-storage']],
    ['\r\n encryption,\r\n,encryption', ['encryption']],
    [' none', []],
  ])('takes lists by commas or lines: %j', (text, requirements) => {
    expect(read({ ...safeInputs, require: text }).requirements).toEqual(requirements)
  })

  it('needs no setting where something is required', () => {
    expect(read({ require: 'encryption' }).desired).toStrictEqual({})
  })

  const alone: readonly Env[] = [
    ...Object.entries(safeInputs).map(([name, value]) => ({ [name]: value })),
    { 'encryption-key-name': 'media' },
    { 'encryption-public-key': rsaPair().publicPem },
    { 'encryption-public-key': rsaPair().publicPem, 'encryption-key-name': 'x'.repeat(40) },
    { 'max-key-age-days': '90' },
    { require: 'encryption' },
    { require: 'external-storage' },
  ]
  it.each(alone.map((inputs) => [Object.keys(inputs).join(), inputs] as const))(
    'needs nothing beside %s',
    (_, inputs) => {
      expect(mistakesOf(inputs)).toEqual([])
    },
  )

  it.each([
    'http://127.0.0.1:8787',
    'http://localhost:8787',
    'https://LOCALHOST:8787',
    'http://127.255.255.254',
    'http://[::1]:8787',
    ' http://127.0.0.1:8787/ ',
  ])('may be a sandbox at %j', (url) => {
    expect(read(safeInputs, { TWILIO_SANDBOX_URL: url }).sandbox).toBe(new URL(url).origin)
  })

  it.each(['', ' \n'])('is no sandbox where the environment has %j for one', (url) => {
    expect(read(safeInputs, { TWILIO_SANDBOX_URL: url }).sandbox).toBe(null)
  })

  it.each([
    ['1', 1],
    ['90', 90],
    ['36500', 36_500],
  ])('may be an age of %s days', (text, maxKeyAgeDays) => {
    expect(read({ ...safeInputs, 'max-key-age-days': text, 'verify-credentials': 'false' }).credentials).toEqual({
      verify: false,
      maxKeyAgeDays,
    })
  })

  it.each(['all', otherAccountSid])('warns of one credential for several accounts: %s', (accounts) => {
    const warned = (inputs: Env): (string | undefined)[] =>
      read({ ...inputs, accounts }).warnings.map((warning) => /"(.+?)"/.exec(warning)?.[1])
    expect(warned(safeInputs)).toEqual(['encryption-key-sid', 'aws-credentials-sid'])
    expect(warned({ 'encryption-key-name': 'media' })).toEqual([])
  })

  it('may warn', () => {
    expect(read({ 'aws-s3-url': 'https://media.example.com/x' }).warnings).toEqual([
      '"aws-s3-url" names the host media.example.com, which is not one of Amazon S3 (*.amazonaws.com). Twilio documents S3 only.',
    ])
    expect(read(safeInputs).warnings).toEqual([])
  })
})

describe('a mistake', () => {
  it.each<[Env, string]>([
    [{ mode: 'aply' }, '"mode" must be check, plan or apply, and is "aply".'],
    [{ mode: 'Check' }, '"mode" must be check, plan or apply, and is "Check".'],
    [{ mode: 'x'.repeat(41) }, `"mode" must be check, plan or apply, and is something else, of 41 characters.`],
    [{ mode: 'x'.repeat(15) }, `"mode" must be check, plan or apply, and is "${'x'.repeat(15)}".`],
    [
      { require: 'encryption external-storage' },
      '"require" takes a list of encryption or external-storage, and has "encryption external-storage".',
    ],
    [
      { require: 'encryption, storage' },
      '"require" takes a list of encryption or external-storage, and has "storage".',
    ],
    [
      { 'allow-risky-changes': 'all' },
      '"allow-risky-changes" takes a list of encryption-off, encryption-key, storage-off, storage-location, recordings-uncomposable or apply-from-pull-request, and has "all".',
    ],
    [{ 'on-missing-credentials': 'ignore' }, '"on-missing-credentials" must be auto, fail or skip, and is "ignore".'],
    [{ 'encryption-enabled': 'yes' }, '"encryption-enabled" must be true or false.'],
    [{ 'aws-storage-enabled': '0' }, '"aws-storage-enabled" must be true or false.'],
    [
      { 'encryption-key-sid': accountSid },
      '"encryption-key-sid" must be the SID of a public key: CR and 32 hexadecimal digits, and AC… is the SID of an account. Twilio\'s Console lists them under Account > Credentials.',
    ],
    [
      { 'aws-credentials-sid': apiKey },
      '"aws-credentials-sid" must be the SID of an AWS credential: CR and 32 hexadecimal digits, and SK… is the SID of an API key. Twilio\'s Console lists them under Account > Credentials.',
    ],
    [
      { 'aws-s3-url': 's3://media' },
      '"aws-s3-url" must begin with https://, as in https://my-bucket.s3.amazonaws.com/compositions.',
    ],
    [
      { 'encryption-key-sid': awsSid, 'aws-credentials-sid': awsSid.toUpperCase() },
      '"encryption-key-sid" and "aws-credentials-sid" are the same SID, but no credential is both a public key and an AWS credential.',
    ],
    [
      { 'expected-plan': 'A'.repeat(64) },
      '"expected-plan" must be the output "plan-id" of a run with "mode: plan": 64 hexadecimal digits.',
    ],
    [
      { 'expected-plan': 'a'.repeat(63) },
      '"expected-plan" must be the output "plan-id" of a run with "mode: plan": 64 hexadecimal digits.',
    ],
    [
      { 'encryption-key': keySid },
      '"encryption-key" is not an input of this action. Did you mean "encryption-key-sid"? (If it is an environment variable of yours, do not begin its name with INPUT_.)',
    ],
    ...['Media\u200b', 'Med\nia', '\u202eaideM'].map((name): [Env, string] => [
      { 'encryption-key-name': name },
      '"encryption-key-name" has characters that cannot be seen. Write the name on one line.',
    ]),
    [
      { 'encryption-key-name': 'x'.repeat(41), 'encryption-public-key': rsaPair().publicPem },
      '"encryption-key-name" has 41 characters, and as a label beside "encryption-public-key" at most 40.',
    ],
    [
      { 'auth-token': 'short' },
      '"auth-token" is too short: Twilio\'s have 32 characters. Check whether the secret is set to the right value.',
    ],
  ])('has its own sentence: %j', (inputs, sentence) => {
    expect(mistakesOf({ 'friendly-name': 'Media', ...inputs })).toEqual([sentence])
  })

  it.each(['0', '36501', '99999', '100000', '-1', '1.5', '1e3', '90 days'])('is an age of %s days', (text) => {
    expect(mistakesOf({ 'friendly-name': 'Media', 'max-key-age-days': text })).toEqual([
      '"max-key-age-days" must be a whole number of days, from 1 to 36500.',
    ])
  })

  it.each<[string, Env]>([
    ['nothing at all', {}],
    ['no requirement', { require: 'none' }],
    ['a mode', { mode: 'apply' }],
    ['how credentials are verified', { 'verify-credentials': 'true' }],
    ['what may be risked', { 'allow-risky-changes': 'encryption-off' }],
  ])('is a workflow with nothing to check: %s', (_, inputs) => {
    expect(mistakesOf(inputs)).toEqual([
      'There is nothing to check: set at least one setting, such as "encryption-enabled: true", or "require: encryption". To see what the account has, use "mode: plan".',
    ])
  })

  it.each([
    'https://video.twilio.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://user:password@127.0.0.1',
    'http://user@127.0.0.1',
    'http://:password@127.0.0.1',
    'http://127.0.0.1@example.com',
    'http://0.0.0.0:8787',
    'http://10.0.0.1',
    'http://[::]:8787',
    'http://[::ffff:10.0.0.1]',
    'file:///127.0.0.1',
    'ftp://127.0.0.1',
    'xhttp://127.0.0.1',
    '127.0.0.1:8787',
    'localhost',
    'nonsense',
  ])('is a sandbox that is not on this machine: %s', (url) => {
    expect(mistakesOf(safeInputs, { TWILIO_SANDBOX_URL: url })).toEqual([
      'The environment variable "TWILIO_SANDBOX_URL" must be a URL on this machine, such as http://127.0.0.1:8787. Credentials are sent to Twilio and nowhere else; unset it to use Twilio.',
    ])
  })

  it.each([
    'proxy.local:3128',
    '127.0.0.1:3128',
    'garbage',
    ' ',
    'ftp://proxy.local',
    'http://proxy.local:99999',
    'xhttp://proxy.local',
    'socks5://',
    'http://user:%zz@proxy.local',
  ])('is a proxy that is no URL: %j, whichever variable names it', (text) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
      expect(mistakesOf(safeInputs, { [name]: text })).toEqual([
        `The environment variable "${name}" must be the URL of a proxy, such as http://proxy.example.com:3128, with what is special in its password percent-encoded; or unset it.`,
      ])
    }
    expect(read(safeInputs, { HTTPS_PROXY: text, TWILIO_SANDBOX_URL: 'http://127.0.0.1:8787' }).sandbox).toBe(
      'http://127.0.0.1:8787',
    )
  })

  it('is no proxy that is a URL', () => {
    for (const url of [
      '',
      'http://proxy.local:3128',
      'https://user:p%40ss@proxy.local',
      'socks5://127.0.0.1:1080',
      'socks://h:1',
    ])
      expect(read(safeInputs, { HTTPS_PROXY: url }).warnings).toEqual([])
  })

  it('is a private key, which is masked as a whole and by each line of 16 characters and more', () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${'a'.repeat(16)}\n${'b'.repeat(15)}\n-----END PRIVATE KEY-----`
    const masked: string[] = []
    const env = asEnv({ ...account, 'encryption-public-key': pem })
    const { inputs } = readInputs({ env, payload: null, readFile, mask: (secret) => masked.push(secret) })
    expect(inputs.kind).toBe('wrong')
    expect(masked).toEqual(expect.arrayContaining([pem, 'a'.repeat(16)]))
    expect(masked).not.toContain('b'.repeat(15))
  })

  it('comes with all the others, in one error that repeats no secret', () => {
    const inputs = {
      mode: 'x',
      'encryption-enabled': 'y',
      require: 'z',
      'account-sid': apiKey,
      'api-key': 'secret-in-the-wrong-place',
      'api-key-secret': 'q',
      'aws-s3-url': 'w',
    }
    const mistakes = mistakesOf(inputs)
    expect(mistakes.map((mistake) => /"(.+?)"/.exec(mistake)?.[1])).toEqual([
      'account-sid',
      'api-key',
      'api-key-secret',
      'encryption-enabled',
      'aws-s3-url',
      'mode',
      'require',
    ])
    expect(mistakes.join()).not.toContain('secret-in-the-wrong-place')
    expect(() => read(inputs)).toThrow(`7 mistakes in the workflow:\n- ${mistakes[0]}\n- ${mistakes[1]}\n`)
  })

  it('that is alone is the whole message', () => {
    expect(() => read({ ...safeInputs, mode: 'x' })).toThrow(
      new InputError(['"mode" must be check, plan or apply, and is "x".']),
    )
  })
})

it('masks every secret before it looks at anything else', () => {
  const masked: string[] = []
  expect(() =>
    right(
      readInputs({
        env: asEnv({ ...account, mode: 'x' }),
        payload: null,
        readFile,
        mask: (secret) => masked.push(secret),
      }),
    ),
  ).toThrow(InputError)
  expect(masked).toContain(authToken)
})

it.each<[Env, string | null]>([
  [{}, null],
  [{ 'report-path': ' ' }, null],
  [{ 'report-path': ' a/b.json ', mode: 'x' }, 'a/b.json'],
])('knows where the evidence goes, whatever else is wrong: %j', (inputs, path) => {
  expect(readInputs({ env: asEnv(inputs), payload: null, readFile, mask: () => {} }).reportPath).toBe(path)
})

it('takes every input that it names, and no other', () => {
  const unknown = (name: string): readonly string[] => mistakesOf({ 'friendly-name': 'Media', [name]: '' })
  for (const name of inputNames)
    expect(unknown(name).filter((mistake) => mistake.includes('is not an input'))).toEqual([])
  expect(unknown('moed')).toHaveLength(1)
})

describe('what goes together', () => {
  const none = '"require" is a list or "none", and not both.'
  it.each([
    ['none', []],
    ['none, none', []],
    ['none, encryption', [none]],
    ['encryption\nnone', [none]],
  ])('%j is required', (require, mistakes) => {
    expect(mistakesOf({ 'encryption-enabled': 'true', require })).toEqual(mistakes)
  })

  const alone = expect.stringMatching(/^"encryption-key-sid" stands alone: /) as unknown
  it.each<[Env, unknown[]]>([
    [{ 'encryption-key-sid': keySid }, []],
    [{ 'encryption-key-sid': keySid, 'encryption-key-name': 'Media' }, [alone]],
    [{ 'encryption-key-sid': keySid, 'encryption-public-key': publicPem }, [alone]],
    [{ 'encryption-key-name': 'Media', 'encryption-public-key': publicPem }, []],
    [{ 'encryption-key-name': 'x'.repeat(64) }, []],
    [{ 'encryption-key-name': 'x'.repeat(65) }, [expect.stringMatching(/ has 65 characters, /)]],
  ])('the key of %j', (inputs, mistakes) => {
    expect(mistakesOf(inputs)).toEqual(mistakes)
  })
})

describe('an input that is empty by accident', () => {
  const fork = {
    pull_request: { head: { repo: { full_name: 'x/app' } }, base: { repo: { full_name: 'your-org/app' } } },
  }
  const of = (payload: unknown, inputs: Env): WorkflowInputs['inputs'] =>
    readInputs({
      env: {
        ...asEnv({ 'account-sid': accountSid, 'encryption-enabled': '', ...inputs }),
        GITHUB_EVENT_NAME: 'pull_request',
      },
      payload,
      readFile,
      mask: () => {},
    }).inputs

  it('is a warning only where GitHub gives the run less, and it has no credentials', () => {
    expect(of(fork, {})).toMatchObject({
      kind: 'right',
      value: {
        access: { kind: 'missing' },
        warnings: [expect.stringMatching(/^"encryption-enabled" is empty, and could/)],
      },
    })
  })

  it.each<[string, unknown, Env]>([
    ['a fork that has credentials', fork, { 'auth-token': authToken }],
    ['a branch of the repository', null, { 'auth-token': authToken }],
    ['a branch that skips', null, { 'on-missing-credentials': 'skip' }],
  ])('is a mistake on %s', (_, payload, inputs) => {
    expect(of(payload, inputs)).toMatchObject({
      kind: 'wrong',
      error: { message: expect.stringMatching(/"encryption-enabled" is empty\. An expression is empty if/) as unknown },
    })
  })
})
