import { describe, expect, it } from 'vitest'
import { accountSid, apiKey, apiKeySecret, authToken, forkEvent, safe, safeInputs } from './fixtures.ts'
import { annotated, onStage, play } from './scenario.ts'
import { startTls } from './tls.ts'

/** A secret that nobody has registered as one, longer than what a message would cut it to. */
const stray = `ghs_${'Ab1'.repeat(29)}`

describe.concurrent('a secret in the wrong input is not repeated', () => {
  it.each([
    [
      { 'pr-comment': stray },
      '"pr-comment" must be never, on-difference or always, and is something else, of 91 characters.',
    ],
    [{ mode: stray.slice(0, 32) }, '"mode" must be check, plan or apply, and is something else, of 32 characters.'],
    [
      { require: `encryption, ${stray}` },
      '"require" takes a list of encryption or external-storage, and has something else, of 91 characters.',
    ],
    [
      { resources: 'a1'.repeat(16) },
      '"resources" takes a list of compositions or recordings, and has something else, of 32 characters.',
    ],
  ])('%j', async (inputs, sentence) => {
    const scene = await play({ inputs: { ...safeInputs, ...inputs } })
    expect(annotated(scene, 'error')).toEqual([sentence])
  })

  it.each([
    'accounts',
    'shard',
    'drift-issue',
    'drift-issue-label',
    'friendly-name',
    'aws-s3-url',
    'expected-plan',
    'concurrency',
    'encryption-enabled',
    'encryption-key-sid',
    'encryption-public-key',
    'max-key-age-days',
    'on-missing-credentials',
    'allow-risky-changes',
    'account-sid',
    'api-key',
    'verify-credentials',
  ])('in %s', async (input) => {
    const scene = await play({ inputs: { mode: 'x', require: 'encryption', [input]: stray } })
    expect(scene.outputs['result']).toBe('error')
    expect(scene.everything).not.toContain(stray.slice(0, 12))
  })

  it('nor as a host, or as the name of an input', async () => {
    const host = 'a1b2c3d4'.repeat(4)
    const scene = await play({ inputs: { 'aws-s3-url': `https://${host}/x`, [host]: '1', mode: 'x' } })
    expect(scene.log).toContain(`A name of 32 characters is not an input of this action. Did you mean`)
    const warned = await play({ inputs: { 'aws-s3-url': `https://${host}/x` } })
    expect(annotated(warned, 'warning')).toEqual([
      'aws_s3_url is not in use, because external storage is off and not managed. To use it, set "aws-storage-enabled: true".',
      '"aws-s3-url" names a host that is not one of Amazon S3 (*.amazonaws.com). Twilio documents S3 only.',
    ])
    expect(scene.everything).not.toContain(host.slice(0, 12))
  })
})

const noSecrets: readonly (readonly [text: string, why: string])[] = [
  [`"${authToken}"`, 'is in quotes'],
  [`'${authToken}`, 'is in quotes'],
  [`${authToken.slice(0, 9)}\n${authToken.slice(9)}`, 'has control or invisible characters in it'],
  [`${authToken.slice(0, 9)}\u200b${authToken.slice(9)}`, 'has control or invisible characters in it'],
  [`Basic ${authToken}`, 'has white space in it'],
  ['$TWILIO_AUTH_TOKEN', 'begins with a "$" or "{", so it is a variable or a template that nothing has filled in'],
  ['{{ twilio_auth_token }}', 'begins with a "$" or "{", so it is a variable or a template that nothing has filled in'],
  ['op://vault/twilio/token', 'is a URL or a reference to another place, and nothing has looked it up'],
  [`TWILIO_AUTH_TOKEN=${'a'.repeat(32)}`, 'begins with a name and an equals sign'],
  ['********************************', 'is masked or cut off, as in a log'],
  ['<your auth token>', 'is a placeholder'],
  ['[auth-token]', 'is a placeholder'],
  [apiKey, 'is itself a SID, and a SID is no secret'],
  [accountSid, 'is itself a SID, and a SID is no secret'],
  [stray, 'is a token of GitHub'],
]

describe.concurrent('what can be no secret is not sent', () => {
  it.each(noSecrets)('%j', async (text, why) => {
    const ways = [
      ['auth-token', { with: { 'account-sid': accountSid, 'auth-token': text } }],
      ['auth-token', { env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: text } }],
      ['api-key-secret', { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': text } }],
      [
        'auth-token',
        { with: { 'account-sid': accountSid, 'auth-token': text, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
      ],
    ] as const
    for (const [input, credentials] of ways) {
      const scene = await play({ credentials, inputs: { ...safeInputs, mode: 'apply' } })
      expect(annotated(scene, 'error')).toEqual([
        `"${input}" ${why}, so it was not sent. Set it to what Twilio shows, and nothing else.`,
      ])
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', ''])
    }
  })

  it.each(['${{ github.token }}', '"ghs_aaaaaaaaaaaa"', '$GITHUB_TOKEN', '********', '<token-of-github>'])(
    'nor is %s to GitHub',
    async (text) => {
      const scene = await play({
        inputs: { ...safeInputs, 'drift-issue': 'true', 'github-token': text },
        event: { name: 'schedule' },
        env: { GITHUB_API_URL: 'http://127.0.0.1:9' },
      })
      expect(annotated(scene, 'error')).toEqual([
        '"github-token" is not a token of GitHub. Set "github-token: ${{ github.token }}".',
      ])
      expect([scene.methods, annotated(scene, 'warning')]).toEqual(['', []])
    },
  )
})

describe('with NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const sentence =
    'The environment variable "NODE_TLS_REJECT_UNAUTHORIZED" is 0, so that any certificate is trusted, and anybody in between could take the credential. Unset it. If a corporate proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its CA certificate.'

  it('nothing is sent to whoever answers in the name of Twilio or GitHub', async () => {
    await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
      const tls = await startTls({ isTrusted: false, origin: sandbox.url })
      try {
        const inputs = { ...safeInputs, mode: 'apply', 'drift-issue': 'true', 'github-token': stray }
        const scene = await run({ inputs, event: { name: 'schedule' }, env: { ...tls.env, ...env } })
        expect(annotated(scene, 'error')).toEqual([sentence])
        expect([scene.exitCode, scene.outputs['result'], tls.tunnels, sandbox.requests]).toEqual([1, 'error', [], []])
        expect(annotated(scene, 'warning')).toEqual([])
      } finally {
        tls.close()
      }
    })
  })

  it.each([{}, { TWILIO_SANDBOX_URL: 'http://127.0.0.1:9' }])('it is a mistake in every run: %j', async (more) => {
    const scene = await play({ inputs: safeInputs, env: { ...env, ...more } })
    expect([annotated(scene, 'error'), scene.methods]).toEqual([[sentence], ''])
    const skipped = await play({ inputs: safeInputs, credentials: {}, event: forkEvent, env: { ...env, ...more } })
    expect([annotated(skipped, 'error'), skipped.outputs['result']]).toEqual([[sentence], 'error'])
  })

  it.each(['1', '', 'false'])('it is none with %j, which Node takes for on', async (value) => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      env: { NODE_TLS_REJECT_UNAUTHORIZED: value },
    })
    expect(scene.outputs['result']).toBe('in-sync')
  })
})
