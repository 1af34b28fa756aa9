import { describe, expect, it } from 'vitest'
import {
  accountSid,
  apiKey,
  apiKeySecret,
  authToken,
  awsSid,
  bucket,
  keySid,
  otherAccountSid,
  safe,
  safeInputs,
} from './fixtures.ts'
import { annotated, headingOf, play, tokenInputs } from './scenario.ts'

const desired = { 'encryption-enabled': 'true' }
const noKey = 'must be the SID of a public key: CR and 32 hexadecimal digits'
const console = "Twilio's Console lists them under Account > Credentials."
const missing = 'An empty value often means that the secret is not visible to this workflow.'
const nothing =
  'There is nothing to check: set at least one setting, such as "encryption-enabled: true", or "require: encryption". To see what the account has, use "mode: plan".'
const dns =
  '"aws-s3-url" has a host that is not DNS-compliant. Each part between dots is 1 to 63 letters, digits and inner hyphens.'
const hostAndPath = '"aws-s3-url" must be a host and a path only, without a user, a query or a fragment.'

/**
 * What the step says, and what it is told. An empty string is what a runner gives for an input that is
 * not set.
 */
const mistakes: readonly (readonly [inputs: Record<string, string>, sentence: string])[] = [
  [{ mode: 'aply' }, '"mode" must be check, plan or apply, and is "aply".'],
  [{ mode: 'Check' }, '"mode" must be check, plan or apply, and is "Check".'],
  [{ 'on-missing-credentials': 'ignore' }, '"on-missing-credentials" must be auto, fail or skip, and is "ignore".'],
  [{ require: 'encryption, storage' }, '"require" takes a list of encryption or external-storage, and has "storage".'],
  [
    { 'allow-risky-changes': 'all' },
    '"allow-risky-changes" takes a list of encryption-off, encryption-key, storage-off, storage-location, recordings-uncomposable or apply-from-pull-request, and has "all".',
  ],
  [
    { 'expected-plan': 'abc' },
    '"expected-plan" must be the output "plan-id" of a run with "mode: plan": 64 hexadecimal digits.',
  ],
  [{ 'encryption-enabled': 'unmanaged' }, nothing],
  [
    { 'account-sid': '' },
    '"account-sid" is missing: set it to the SID (AC…) of the account that must answer, also beside an API key.',
  ],
  [
    { 'account-sid': '', 'auth-token': '', 'api-key': apiKey, 'api-key-secret': apiKeySecret },
    '"account-sid" is missing: set it to the SID (AC…) of the account that must answer, also beside an API key.',
  ],
  [
    { 'account-sid': apiKey },
    '"account-sid" is the SID of an API key (SK…): put that in "api-key", and the SID of the account (AC…) here.',
  ],
  [{ 'account-sid': 'AC123' }, '"account-sid" must be the SID of an account: AC and 32 hexadecimal digits.'],
  [{ 'auth-token': '' }, `There are no credentials: set "auth-token", or "api-key" and "api-key-secret". ${missing}`],
  [
    { 'auth-token': 'short' },
    `"auth-token" is too short: Twilio's have 32 characters. Check whether the secret is set to the right value.`,
  ],
  [{ 'api-key': apiKey }, `"api-key" has no secret: set "api-key-secret" too. ${missing}`],
  [{ 'api-key-secret': apiKeySecret }, '"api-key-secret" has no key: set "api-key" to the SID (SK…) of the API key.'],
  [
    { 'api-key': accountSid, 'api-key-secret': apiKeySecret },
    '"api-key" must be the SID of an API key: SK and 32 hexadecimal digits.',
  ],
  [
    { 'api-key': apiKey, 'api-key-secret': 'short' },
    `"api-key-secret" is too short: Twilio's have 32 characters. Check whether the secret is set to the right value.`,
  ],
  [{ 'encryption-key-sid': 'CR123' }, `"encryption-key-sid" ${noKey}. ${console}`],
  [{ 'encryption-key-sid': accountSid }, `"encryption-key-sid" ${noKey}, and AC… is the SID of an account. ${console}`],
  [{ 'encryption-key-sid': apiKey }, `"encryption-key-sid" ${noKey}, and SK… is the SID of an API key. ${console}`],
  [
    { 'encryption-key-sid': '-----BEGIN PUBLIC KEY-----\nAAAA' },
    `"encryption-key-sid" ${noKey}, and this is a key itself. ${console}`,
  ],
  [
    { 'aws-credentials-sid': 'AKIAAAAAAAAAAAAAAAAA' },
    `"aws-credentials-sid" must be the SID of an AWS credential: CR and 32 hexadecimal digits. ${console}`,
  ],
  [
    { 'encryption-key-sid': `CR${'a'.repeat(32)}`, 'aws-credentials-sid': `CR${'A'.repeat(32)}` },
    '"encryption-key-sid" and "aws-credentials-sid" are the same SID, but no credential is both a public key and an AWS credential.',
  ],
  [
    { 'aws-s3-url': 'http://media.s3.amazonaws.com' },
    '"aws-s3-url" must begin with https://, as in https://my-bucket.s3.amazonaws.com/compositions.',
  ],
  [
    { 'aws-s3-url': 's3://media' },
    '"aws-s3-url" must begin with https://, as in https://my-bucket.s3.amazonaws.com/compositions.',
  ],
  [
    { 'aws-s3-url': 'https://media.s3.amazonaws.com/a b' },
    '"aws-s3-url" has characters that RFC 3986 does not allow in a URL. Percent-encode them.',
  ],
  [{ 'aws-s3-url': 'https://my_bucket.s3.amazonaws.com' }, dns],
  [{ 'aws-s3-url': `https://${'a'.repeat(64)}.s3.amazonaws.com` }, dns],
  [{ 'aws-s3-url': 'https://user@media.s3.amazonaws.com' }, hostAndPath],
  [{ 'aws-s3-url': 'https://media.s3.amazonaws.com/?x=1' }, hostAndPath],
  [{ 'aws-s3-url': 'https://media.s3.amazonaws.com/#x' }, hostAndPath],
  [
    { 'encrypt-enabled': 'true' },
    '"encrypt-enabled" is not an input of this action. Did you mean "encryption-enabled"? (If it is an environment variable of yours, do not begin its name with INPUT_.)',
  ],
  ...['yes', 'on', '1', 'tRUE', 'y', 'null', '${{ true }}'].map(
    (text) => [{ 'encryption-enabled': text }, '"encryption-enabled" must be true or false.'] as const,
  ),
  [{ 'aws-storage-enabled': '0' }, '"aws-storage-enabled" must be true or false.'],
  [{ require: 'none, encryption' }, '"require" is a list or "none", and not both.'],
  ...['friendly-name', 'encryption-key-name', 'encryption-public-key', 'aws-s3-url'].map(
    (input) =>
      [
        { [input]: 'Unmanaged' },
        `"${input}" must be "unmanaged" in small letters, which is no name and means that it is not managed.`,
      ] as const,
  ),
]

describe.concurrent('a mistake', () => {
  it.each(mistakes)('by %j is told', async (inputs, sentence) => {
    const scene = await play({ inputs: { ...desired, ...inputs } })
    expect(annotated(scene, 'error')).toContain(sentence)
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', ''])
    expect(headingOf(scene)).toBe('❌ Error: 1 mistake in the workflow')
  })

  it('does not hide another: all come in one error, with outputs, summary and evidence', async () => {
    const inputs = {
      mode: 'aply',
      'account-sid': apiKey,
      'encryption-enabled': 'yes',
      'aws-s3-url': 'http://x',
      require: 'a\nb',
      'report-path': 'reports/evidence.json',
    }
    const scene = await play({ inputs })
    const sentences = annotated(scene, 'error')
    expect(sentences.map((sentence) => sentence.split(' ')[0])).toEqual([
      '"account-sid"',
      '"encryption-enabled"',
      '"aws-s3-url"',
      '"mode"',
      '"require"',
      '"require"',
    ])
    expect(scene.outputs).toEqual({
      result: 'error',
      drift: '',
      changes: '[]',
      findings: '[]',
      'plan-id': '',
      report: 'reports/evidence.json',
    })
    expect(scene.summary.match(/<li>/g)).toHaveLength(sentences.length)
    expect(JSON.parse(scene.evidence ?? '')).toMatchObject({
      mode: null,
      result: 'error',
      drift: null,
      targets: [],
      errors: sentences,
    })
  })

  it('in the mode does not hide that nothing is asked for', async () => {
    const scene = await play({ inputs: { mode: 'aply' } })
    expect(annotated(scene, 'error')).toEqual(['"mode" must be check, plan or apply, and is "aply".', nothing])
  })

  it.each([{ 'encryption-enabled': 'yes' }, { require: 'storage' }, { 'encryption-key-sid': 'CR1' }])(
    'in the only thing that is asked for is not told as nothing: %o',
    async (inputs) => {
      expect(annotated(await play({ inputs }), 'error')).toHaveLength(1)
    },
  )

  it('is told once for each unknown input', async () => {
    const scene = await play({ inputs: { ...desired, 'friendly-nam': 'Media', wholly: 'different' } })
    expect(annotated(scene, 'error').map((sentence) => sentence.split(' ')[0])).toEqual(['"friendly-nam"', '"wholly"'])
  })
})

describe.concurrent('a value', () => {
  it.each([
    ['true', 'in-sync'],
    ['True', 'in-sync'],
    ['TRUE', 'in-sync'],
    ['false', 'drift'],
    ['False', 'drift'],
    ['FALSE', 'drift'],
  ])('is a boolean as Actions spells them: %s', async (text, result) => {
    const { outputs } = await play({ seed: { compositionSettings: safe }, inputs: { 'encryption-enabled': text } })
    expect(outputs['result']).toBe(result)
  })

  it('may have white space around it, whichever input it is', async () => {
    const padded = Object.fromEntries(
      Object.entries({
        ...tokenInputs,
        ...safeInputs,
        mode: 'apply',
        require: 'encryption',
        'allow-risky-changes': 'encryption-off',
        'on-missing-credentials': 'fail',
      }).map(([name, value]) => [name, ` \t\n${value}\r\n `]),
    )
    const scene = await play({ inputs: padded })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'applied'])
    expect(scene.stored).toEqual(safe)
  })

  it('is a list by commas and by lines, in any order, with gaps and repetitions', async () => {
    const scene = await play({ inputs: { require: ' external-storage,\n,encryption , encryption\n\n' } })
    expect(annotated(scene, 'error').map((text) => text.split(',')[0])).toEqual([
      'On the live account encryption is off',
      'On the live account external storage is off',
    ])
  })

  it.each([
    ['https://minio.example.com/media', 'minio.example.com'],
    ['https://media.s3.amazonaws.com.evil.example/', 'media.s3.amazonaws.com.evil.example'],
    ['https://s3-amazonaws.com', 's3-amazonaws.com'],
  ])('that is a URL of another host warns: %s', async (url, host) => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, aws_s3_url: url } },
      inputs: { 'aws-s3-url': url },
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(annotated(scene, 'warning')).toEqual([
      `"aws-s3-url" names the host ${host}, which is not one of Amazon S3 (*.amazonaws.com). Twilio documents S3 only.`,
    ])
  })

  const rest = 'such as https://my-bucket.s3.us-east-1.amazonaws.com.'
  const website = `names the website endpoint of a bucket, which takes no uploads. Use its REST endpoint, ${rest}`
  const noS3 = `names a host of Amazon that is not S3. Use the REST endpoint of a bucket, ${rest}`
  const noBucket = 'names no bucket. Put its name before the host, as in https://my-bucket.s3.us-east-1.amazonaws.com.'
  it.each([
    ['https://media.s3-website-us-east-1.amazonaws.com/x', website],
    ['https://media.s3-website.eu-central-1.amazonaws.com', website],
    ['https://s3.amazonaws.com', noBucket],
    ['https://s3.us-east-1.amazonaws.com/', noBucket],
    ['https://s3-us-west-2.amazonaws.com', noBucket],
    ['https://ec2.us-east-1.amazonaws.com/media', noS3],
    ['https://media.execute-api.us-east-1.amazonaws.com/x', noS3],
    ['https://media.s3-control.us-east-1.amazonaws.com/x', noS3],
    ['https://media.s3.sqs.us-east-1.amazonaws.com/x', noS3],
    ['https://media.vpce-1a.s3.us-east-1.vpce.amazonaws.com/x', noS3],
    ['https://amazonaws.com/media', noS3],
  ])('that is a host of Amazon, but not of a bucket, warns: %s', async (url, sentence) => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, aws_s3_url: url } },
      inputs: { 'aws-s3-url': url },
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(annotated(scene, 'warning')).toEqual([`"aws-s3-url" ${sentence}`])
  })

  it.each([
    [bucket, 'https://media.s3.amazonaws.com:443/compositions'],
    ['https://MEDIA.s3.amazonaws.com:443/compositions/', bucket],
  ])('that is a URL with the port 443 is the one without: %s and %s', async (live, url) => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, aws_s3_url: live } },
      inputs: { 'aws-s3-url': url },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.annotations]).toEqual([0, 'in-sync', []])
  })

  it.each([
    bucket,
    'https://media.s3.eu-west-1.amazonaws.com/',
    'https://s3.cn-north-1.amazonaws.com.cn/media/%C3%A4',
    'https://media.s3-us-east-2.amazonaws.com',
    'https://media.s3.dualstack.us-gov-west-1.amazonaws.com/x',
    'https://media.of.s3.s3-fips.us-east-1.amazonaws.com/x',
    'https://media.s3-accelerate.amazonaws.com/x',
    'https://s3.us-east-1.amazonaws.com/media/x',
  ])('that is a URL of Amazon does not: %s', async (url) => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, aws_s3_url: url } },
      inputs: { 'aws-s3-url': url },
    })
    expect([scene.exitCode, scene.annotations]).toEqual([0, []])
  })
})

describe.concurrent('credentials', () => {
  const sentBy = async (inputs: Record<string, string>, env: Record<string, string>): Promise<string> => {
    const { requests } = await play({
      credentials: { with: inputs, env },
      inputs: { 'encryption-key-sid': keySid, 'aws-credentials-sid': awsSid },
    })
    return Buffer.from((requests[0]?.headers['authorization'] ?? '').replace('Basic ', ''), 'base64').toString()
  }
  const environment = { TWILIO_ACCOUNT_SID: otherAccountSid, TWILIO_AUTH_TOKEN: 'another-token-bbbbbbbbbbbbbbbbbb' }
  const byToken = `${accountSid}:${authToken}`
  const byKey = `${apiKey}:${apiKeySecret}`

  it.each([
    ['an input wins over the environment', tokenInputs, environment, byToken],
    [
      'an empty input leaves it to the environment',
      { 'account-sid': ' ', 'auth-token': '' },
      { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
      byToken,
    ],
    [
      'account by input, token from the environment',
      { 'account-sid': accountSid },
      { TWILIO_AUTH_TOKEN: authToken },
      byToken,
    ],
    ['a key wins over a token', { ...tokenInputs, 'api-key': apiKey, 'api-key-secret': apiKeySecret }, {}, byKey],
    [
      'a key in the environment wins over a token as an input',
      tokenInputs,
      { TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiKeySecret },
      byKey,
    ],
    [
      'TWILIO_API_KEY_SECRET wins over TWILIO_API_SECRET',
      { 'account-sid': accountSid },
      {
        TWILIO_API_KEY: apiKey,
        TWILIO_API_KEY_SECRET: apiKeySecret,
        TWILIO_API_SECRET: 'of-another-key-bbbbbbbbbbbbbbbbb',
      },
      byKey,
    ],
    [
      'white space in the environment is trimmed',
      {},
      { TWILIO_ACCOUNT_SID: ` ${accountSid}\n`, TWILIO_AUTH_TOKEN: `\t${authToken}\r\n` },
      byToken,
    ],
  ])('%s', async (_, inputs, env, sent) => {
    expect(await sentBy(inputs, env)).toBe(sent)
  })

  it('that are too short are no reason to blot out every such letter', async () => {
    const scene = await play({ inputs: { ...desired, 'auth-token': 'r' } })
    expect(scene.outputs['result']).toBe('error')
    expect(annotated(scene, 'error')).toEqual([
      `"auth-token" is too short: Twilio's have 32 characters. Check whether the secret is set to the right value.`,
    ])
  })
})
