import { describe, expect, it } from 'vitest'
import {
  accountSid,
  apiKey,
  apiKeySecret,
  authPaths,
  awsSid,
  bucket,
  keySid,
  open,
  otherAccountSid,
  otherBucket,
  otherKeySid,
  safe,
  safeInputs,
} from './fixtures.ts'
import { annotated, headingOf, onStage, play, type Scenario } from './scenario.ts'

const paths = Object.entries(authPaths).map(([path, credentials]) => ({ path, credentials }))
const rows = paths.flatMap((row) => ['check', 'plan', 'apply'].map((mode) => ({ ...row, mode })))

describe.concurrent('with every kind of credential', () => {
  it.each(rows)('$mode by $path works', async ({ mode, credentials }) => {
    const scene = await play({ credentials, inputs: { ...safeInputs, mode } })
    expect(scene.outputs['result']).toBe(mode === 'apply' ? 'applied' : 'drift')
    expect(scene.requests.map(({ account }) => account)).toEqual(scene.requests.map(() => accountSid))
  })

  it.each(rows)(
    '$mode by $path is refused when another account answers, and nothing is written',
    async ({ mode, credentials }) => {
      const scene = await play({
        credentials,
        inputs: { ...safeInputs, mode },
        faults: [{ times: Infinity, effect: { kind: 'wrong-account', sid: otherAccountSid } }],
      })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET'])
      expect(annotated(scene, 'error')).toEqual([
        `Account ${otherAccountSid} answered, and the workflow declares ${accountSid}.`,
      ])
    },
  )

  it.each(rows)('$mode by $path is refused when the answer names no account', async ({ mode, credentials }) => {
    const scene = await play({
      credentials,
      inputs: { ...safeInputs, mode },
      faults: [{ times: Infinity, effect: { kind: 'wrong-account', sid: null } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET'])
  })
})

describe.concurrent('a key of another account', () => {
  it.each(['check', 'plan', 'apply'])('is refused in %s, and nothing of what it answered is shown', async (mode) => {
    const scene = await play({
      seed: {
        sid: otherAccountSid,
        authToken: 'token-of-account-b-bbbbbbbbbbbbb',
        compositionSettings: { ...safe, friendly_name: 'Of somebody else' },
      },
      credentials: { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
      inputs: { ...safeInputs, mode },
    })
    expect([
      scene.exitCode,
      scene.outputs['result'],
      scene.outputs['changes'],
      scene.outputs['plan-id'],
      scene.methods,
    ]).toEqual([1, 'refused', '[]', '', 'GET'])
    expect(scene.everything).not.toContain('Of somebody else')
  })
})

describe.concurrent('identity', () => {
  it('is the same account in another case of its digits', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      faults: [{ effect: { kind: 'wrong-account', sid: `AC${'A'.repeat(32)}` } }],
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
  })

  it('is checked on the answer to a write too: it is an error, and nothing is written a second time', async () => {
    const fault = { match: { method: 'POST' }, effect: { kind: 'wrong-account', sid: otherAccountSid } } as const
    const scene = await play({ inputs: { ...safeInputs, mode: 'apply' }, faults: [fault] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST'])
    expect(headingOf(scene)).toBe(
      '❌ Error: Twilio answered otherwise than documented, and it is unknown whether the settings were written',
    )
    expect(annotated(scene, 'error')).toContain(
      `The account ${otherAccountSid} answered to a write for ${accountSid}. Check by hand which account has the new settings.`,
    )
  })

  it('is checked on the read back too', async () => {
    const fault = {
      match: { method: 'GET' },
      skip: 1,
      effect: { kind: 'wrong-account', sid: otherAccountSid },
    } as const
    const scene = await play({ inputs: { ...safeInputs, mode: 'apply' }, faults: [fault] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST GET'])
    expect(annotated(scene, 'error')).toContain(
      'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
    )
  })
})

describe.concurrent('expected-plan', () => {
  it('is the plan-id of check and of plan alike, whoever runs it, wherever, and lets apply write', async () => {
    await onStage({}, async (_, run) => {
      const check = await run({ inputs: safeInputs })
      const plan = await run({
        inputs: { ...safeInputs, mode: 'plan' },
        event: { name: 'schedule', actor: 'somebody' },
        env: { GITHUB_SHA: 'd'.repeat(40), GITHUB_RUN_ID: '2', GITHUB_RUN_ATTEMPT: '3' },
      })
      expect(plan.outputs['plan-id']).toBe(check.outputs['plan-id'])
      expect(plan.summary).toContain(
        `To write exactly this, run with &quot;mode: apply&quot; and &quot;expected-plan: ${plan.outputs['plan-id']}&quot;.`,
      )
      const apply = await run({
        inputs: { ...safeInputs, mode: 'apply', 'expected-plan': plan.outputs['plan-id'] ?? '' },
      })
      expect([apply.exitCode, apply.outputs['result'], apply.outputs['plan-id'], apply.methods]).toEqual([
        0,
        'applied',
        plan.outputs['plan-id'],
        'GET POST GET',
      ])
    })
  })

  it.each([
    ['the account changed', {}, { friendly_name: 'Somebody was here' }],
    ['the inputs changed', { 'aws-s3-url': 'https://other.s3.amazonaws.com/' }, {}],
  ])('refuses once %s in between, and allows by no word', async (_, inputs, change) => {
    await onStage({}, async (sandbox, run) => {
      const plan = await run({ inputs: { ...safeInputs, mode: 'plan' } })
      sandbox.setSettings(accountSid, 'composition', change)
      const allowed = 'encryption-off encryption-key storage-off storage-location apply-from-pull-request'.replaceAll(
        ' ',
        ',',
      )
      const apply = await run({
        inputs: {
          ...safeInputs,
          ...inputs,
          mode: 'apply',
          'expected-plan': plan.outputs['plan-id'] ?? '',
          'allow-risky-changes': allowed,
        },
      })
      expect([apply.exitCode, apply.outputs['result'], apply.methods]).toEqual([1, 'refused', 'GET'])
      expect(headingOf(apply)).toBe('🛑 Refused: the plan is not the reviewed one')
      expect(annotated(apply, 'error')).toContain(
        `The plan is not the one that was reviewed: its plan-id is ${apply.outputs['plan-id']}, expected-plan is ${plan.outputs['plan-id']}. The inputs or the account changed in between. Review a new plan.`,
      )
    })
  })

  it.each([
    ['encryption-enabled', { encryption_key_sid: keySid }, { encryption_key_sid: otherKeySid }],
    [
      'aws-storage-enabled',
      { aws_s3_url: bucket, aws_credentials_sid: awsSid },
      { aws_s3_url: otherBucket, aws_credentials_sid: awsSid },
    ],
  ])('refuses where %s alone is managed, and what it switches on was moved', async (input, before, moved) => {
    await onStage({ seed: { compositionSettings: { ...open, ...before } } }, async (sandbox, run) => {
      const plan = await run({ inputs: { [input]: 'true', mode: 'plan' } })
      sandbox.setSettings(accountSid, 'composition', moved)
      const expected = plan.outputs['plan-id'] ?? ''
      const apply = await run({ inputs: { [input]: 'true', mode: 'apply', 'expected-plan': expected } })
      expect([apply.exitCode, apply.outputs['result'], apply.methods]).toEqual([1, 'refused', 'GET'])
    })
  })

  it('does not mind another spelling of the same', async () => {
    await onStage({}, async (_, run) => {
      const managed = { 'encryption-enabled': 'false', 'aws-s3-url': 'https://media.s3.amazonaws.com/compositions' }
      const before = await run({ inputs: { ...managed, mode: 'plan' } })
      const after = await run({
        inputs: { ...managed, 'aws-s3-url': 'https://MEDIA.s3.amazonaws.com/compositions/', mode: 'plan' },
      })
      expect(after.outputs['plan-id']).toBe(before.outputs['plan-id'])
    })
  })

  it.each([
    ['check', 1],
    ['plan', 0],
  ])('that does not match is shown by %s', async (mode, exitCode) => {
    const scene = await play({ inputs: { ...safeInputs, mode, 'expected-plan': '0'.repeat(64) } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([exitCode, 'drift'])
    expect(annotated(scene, 'warning')[0]).toMatch(
      /^"mode: apply" would refuse\. The plan is not the one that was reviewed: /,
    )
  })
})

describe('an account whose settings were never made', () => {
  const seed: Scenario['seed'] = {
    compositionSettings: null,
    quirks: { neverConfigured: 'not-found' },
    publicKeys: [],
    awsCredentials: [],
  }
  const inputs = { mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-sid': keySid }

  it('is not written with an API key, since nothing says whose it is', async () => {
    const scene = await play({
      seed,
      inputs,
      credentials: { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
    })
    expect([scene.outputs['result'], scene.methods]).toEqual(['refused', 'GET GET'])
    expect(headingOf(scene)).toBe('🛑 Refused: no answer names the account')
  })

  it('is a refusal with an API key also where there is nothing to write', async () => {
    const scene = await play({
      seed,
      inputs: { mode: 'apply', 'encryption-enabled': 'false' },
      credentials: { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET GET'])
  })

  it('is written with its own auth token', async () => {
    const scene = await play({ seed, inputs })
    expect([scene.outputs['result'], scene.methods]).toEqual(['applied', 'GET GET GET POST GET'])
  })

  it('is written with an API key when a listed credential says whose it is', async () => {
    const scene = await play({
      seed: { ...seed, publicKeys: [{ sid: keySid }] },
      inputs: { ...inputs, 'verify-credentials': 'true' },
      credentials: { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
    })
    expect(scene.outputs['result']).toBe('applied')
  })
})
