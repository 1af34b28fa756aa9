import { describe, expect, it } from 'vitest'
import { accountsOfFile } from './account-run.ts'
import type { StepResult } from './action.ts'
import { accountSid, awsSid, keySid, otherAccountSid, otherKeySid, safe, safeInputs } from './fixtures.ts'

const startAccount = accountsOfFile()
const findings = ({ outputs }: StepResult): unknown => JSON.parse(outputs['findings'] ?? '')

describe.concurrent('verify-credentials', () => {
  it('is content when both exist, with a request for each list beside the one for the settings', async () => {
    const { sandbox, step } = await startAccount({ compositionSettings: safe })
    const result = await step(safeInputs)
    expect(result.outputs).toMatchObject({ result: 'in-sync', findings: '[]' })
    expect(sandbox.requests.map(({ path }) => path).sort()).toEqual([
      '/v1/CompositionSettings/Default',
      '/v1/Credentials/AWS',
      '/v1/Credentials/PublicKeys',
    ])
  })

  it('asks for everything at once', async () => {
    // Twilio responds to none before all four have arrived.
    const { promise: allAreThere, resolve } = Promise.withResolvers<void>()
    let arrived = 0
    const onRequest = (): Promise<void> => {
      if (++arrived === 4) resolve()
      return allAreThere
    }
    const { sandbox, step } = await startAccount({ compositionSettings: safe, recordingSettings: safe }, { onRequest })
    const result = await step({ ...safeInputs, resources: 'compositions, recordings' })
    expect(result.outputs['result']).toBe('in-sync')
    expect(sandbox.requests).toHaveLength(4)
  })

  describe.each([
    ['a deleted key', { publicKeys: [{ sid: otherKeySid }] }, 'key-missing', 'encryption_key_sid'],
    ['a deleted AWS credential', { awsCredentials: [] }, 'aws-credential-missing', 'aws_credentials_sid'],
    [
      'an AWS credential for a key',
      { publicKeys: [], awsCredentials: [{ sid: awsSid }, { sid: keySid }] },
      'key-wrong-kind',
      'encryption_key_sid',
    ],
    [
      'a key for an AWS credential',
      { publicKeys: [{ sid: keySid }, { sid: awsSid }], awsCredentials: [] },
      'aws-credential-wrong-kind',
      'aws_credentials_sid',
    ],
  ])('%s', (_, seed, rule, setting) => {
    it('is not compliant in check', async () => {
      const { step } = await startAccount({ ...seed, compositionSettings: safe })
      const result = await step(safeInputs)
      expect(result.exitCode).toBe(1)
      expect(result.outputs).toMatchObject({ result: 'noncompliant', drift: 'false' })
      expect(findings(result)).toMatchObject([
        { account_sid: accountSid, resource: 'composition-settings', rule, severity: 'error' },
      ])
      expect(result.outputs['findings']).toContain(setting)
      expect(result.summary).toContain('fails for good and is not retried')
    })

    it('is shown in plan, which stays green', async () => {
      const { step } = await startAccount({ ...seed, compositionSettings: { ...safe, friendly_name: 'Old' } })
      const result = await step({ ...safeInputs, mode: 'plan' })
      expect(result.exitCode).toBe(0)
      expect(result.outputs['result']).toBe('drift')
      expect(findings(result)).toMatchObject([{ rule }])
    })

    it('is refused in apply, without a write', async () => {
      const { step, posts } = await startAccount({ ...seed, compositionSettings: { ...safe, friendly_name: 'Old' } })
      const result = await step({ ...safeInputs, mode: 'apply' })
      expect(result.exitCode).toBe(1)
      expect(result.outputs['result']).toBe('refused')
      expect(posts()).toEqual([])
    })
  })

  it('refuses a key that is deleted between plan and apply', async () => {
    const { sandbox, step, posts } = await startAccount()
    const plan = await step({ ...safeInputs, mode: 'plan' })
    expect(plan.outputs['findings']).toBe('[]')
    sandbox.account(accountSid).credentials.PublicKeys.delete(keySid)
    const apply = await step({ ...safeInputs, mode: 'apply', 'expected-plan': plan.outputs['plan-id'] ?? '' })
    expect(apply.outputs['result']).toBe('refused')
    expect(apply.summary).toContain('Refused: the public key does not exist')
    expect(posts()).toEqual([])
  })

  it('lets apply replace a deleted key by one that exists', async () => {
    const { step } = await startAccount({
      compositionSettings: { ...safe, encryption_key_sid: otherKeySid },
      publicKeys: [{ sid: keySid }],
    })
    const result = await step({ ...safeInputs, mode: 'apply', 'allow-risky-changes': 'encryption-key' })
    expect(result.outputs).toMatchObject({ result: 'applied', findings: '[]' })
  })

  it.each([401, 403])(
    'warns when a list is answered with %s, which is neither a pass nor a failure',
    async (status) => {
      const { sandbox, step } = await startAccount({ compositionSettings: safe })
      sandbox.fault({
        match: { path: 'Credentials/AWS' },
        times: Infinity,
        effect: { kind: 'status', status, code: 20403, message: 'Forbidden' },
      })
      const result = await step(safeInputs)
      expect(result.exitCode).toBe(0)
      expect(findings(result)).toMatchObject([{ rule: 'credentials-unknown', severity: 'warning' }])
      expect(result.summary).toContain('could not be told')
      expect(result.annotations.map(({ level }) => level)).toEqual(['warning'])
    },
  )

  it('is an error when a list fails otherwise', async () => {
    const { sandbox, step } = await startAccount({ compositionSettings: safe })
    sandbox.fault({
      match: { path: 'Credentials/AWS' },
      times: Infinity,
      effect: { kind: 'status', status: 400, code: 20001, message: 'Bad' },
    })
    const result = await step(safeInputs)
    expect(result.outputs).toMatchObject({ result: 'error', drift: '' })
  })

  it.each(['garbage', ' ', 'CR123'])(
    'is an error, and no pass, when the settings name the key %j',
    async (encryption_key_sid) => {
      const { step, posts } = await startAccount({ compositionSettings: { ...safe, encryption_key_sid } })
      for (const mode of ['check', 'apply']) {
        const result = await step({ mode, require: 'encryption', 'friendly-name': 'New', 'max-key-age-days': '1' })
        expect([result.exitCode, result.outputs['result']]).toEqual([1, 'error'])
        expect(result.log).toMatch(
          /GET \/v1\/CompositionSettings\/Default was answered with something other than Twilio documents, in encryption_key_sid \(request RQ\w+; tried once\)/,
        )
      }
      expect(posts()).toEqual([])
    },
  )

  it('never writes the SID of a key that is none', async () => {
    const { step, posts } = await startAccount({ publicKeys: [{ sid: 'not a sid', friendlyName: 'Media' }] })
    const result = await step({ mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-name': 'Media' })
    expect(result.outputs['result']).toBe('error')
    expect(posts()).toEqual([])
  })

  it('refuses when a list answers for another account', async () => {
    const { sandbox, step, posts } = await startAccount({ compositionSettings: safe })
    sandbox.fault({
      match: { path: 'Credentials/PublicKeys' },
      effect: {
        kind: 'body',
        body: JSON.stringify({
          credentials: [{ sid: keySid, account_sid: otherAccountSid }],
          meta: { next_page_url: null },
        }),
      },
    })
    const result = await step({ ...safeInputs, mode: 'apply', 'friendly-name': 'New' })
    expect(result.outputs['result']).toBe('refused')
    expect(posts()).toEqual([])
  })

  it.each([
    'https://evil.example/v1/Other?Page=1',
    'https://accounts.twilio.com/v1/Credentials/AWS?Page=1',
    'not a url at all://',
  ])('does not follow a next page to %s', async (link) => {
    const { sandbox, step } = await startAccount({ compositionSettings: safe })
    sandbox.fault({
      match: { path: 'Credentials/PublicKeys' },
      effect: { kind: 'body', body: JSON.stringify({ credentials: [], meta: { next_page_url: link } }) },
    })
    expect((await step(safeInputs)).outputs['result']).toBe('error')
    expect(sandbox.requests).toHaveLength(3)
  })

  it('follows links to the real host on the host that it was told to use', async () => {
    const { sandbox, step } = await startAccount(
      {
        compositionSettings: { ...safe, encryption_key_sid: `CR${'0'.repeat(29)}4d2` },
        publicKeys: Array.from({ length: 1500 }, (_, index) => ({ sid: `CR${index.toString(16).padStart(32, '0')}` })),
      },
      { realNextPageUrls: true },
    )
    const result = await step({ ...safeInputs, 'encryption-key-sid': `CR${'0'.repeat(29)}4d2` })
    expect(result.outputs['result']).toBe('in-sync')
    expect(sandbox.requests.filter(({ path }) => path.includes('PublicKeys'))).toHaveLength(2)
  })
})

describe.concurrent('max-key-age-days', () => {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

  it.each([
    ['a young key', daysAgo(10), 0, 'in-sync', []],
    ['a key of nearly that age', daysAgo(89.9), 0, 'in-sync', []],
    ['an old key', daysAgo(91), 1, 'noncompliant', [{ rule: 'key-age', severity: 'error' }]],
    [
      'an old key by RFC 2822',
      new Date(Date.now() - 400 * 86_400_000).toUTCString(),
      1,
      'noncompliant',
      [{ rule: 'key-age', severity: 'error' }],
    ],
    ['a key of the future', daysAgo(-30), 1, 'noncompliant', [{ rule: 'key-age-unknown', severity: 'error' }]],
    ['a key of unknown age', 'yesterday', 1, 'noncompliant', [{ rule: 'key-age-unknown', severity: 'error' }]],
  ])('judges %s', async (_, dateCreated, exitCode, result, expected) => {
    const { sandbox, step } = await startAccount({
      compositionSettings: safe,
      publicKeys: [{ sid: keySid, dateCreated }],
    })
    const run = await step({ ...safeInputs, 'max-key-age-days': '90', 'verify-credentials': 'false' })
    expect(run.exitCode).toBe(exitCode)
    expect(run.outputs['result']).toBe(result)
    expect(findings(run)).toMatchObject(expected)
    expect(sandbox.requests.map(({ path }) => path).sort()).toEqual([
      '/v1/CompositionSettings/Default',
      '/v1/Credentials/PublicKeys',
    ])
  })

  it('says since when the key is', async () => {
    const { step } = await startAccount({
      compositionSettings: safe,
      publicKeys: [{ sid: keySid, friendlyName: 'Old key', dateCreated: daysAgo(400) }],
    })
    const { summary } = await step({ ...safeInputs, 'max-key-age-days': '365' })
    expect(summary).toContain(`(&quot;Old key&quot;) was made on ${daysAgo(400).slice(0, 10)}, more than 365 days ago`)
  })
})
