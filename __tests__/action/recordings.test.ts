import { describe, expect, it } from 'vitest'
import { sdkClient } from '../sandbox/sdk.ts'
import { accountsOfFile } from './account-run.ts'
import { accountSid, authToken, open, safe, safeInputs } from './fixtures.ts'

const startAccount = accountsOfFile()
const both = { resources: 'compositions, recordings' }
const allowed = { 'allow-risky-changes': 'recordings-uncomposable' }

describe.concurrent('resources', () => {
  it('compares each with the same desired settings, by rows and changes of its own', async () => {
    const { step } = await startAccount({
      compositionSettings: safe,
      recordingSettings: { ...safe, encryption_enabled: false },
    })
    const { exitCode, outputs, summary } = await step({ ...safeInputs, ...both })
    expect(exitCode).toBe(1)
    expect(outputs['result']).toBe('drift')
    expect(JSON.parse(outputs['changes'] ?? '')).toEqual([
      {
        account_sid: accountSid,
        resource: 'recording-settings',
        setting: 'encryption_enabled',
        current: false,
        desired: true,
      },
    ])
    expect(summary).toContain('<h3>Composition settings</h3>')
    expect(summary).toContain('<h3>Recording settings</h3>')
  })

  it('reads and writes recordings alone when they alone are named', async () => {
    const { sandbox, step, posts } = await startAccount({
      compositionSettings: safe,
      recordingSettings: { ...open, friendly_name: 'R' },
    })
    const { outputs } = await step({ ...safeInputs, ...allowed, resources: 'recordings', mode: 'apply' })
    expect(outputs['result']).toBe('applied')
    expect(posts()).toEqual(['/v1/RecordingSettings/Default'])
    expect(sandbox.requests.some(({ path }) => path.includes('CompositionSettings'))).toBe(false)
  })

  it('names new recording settings after what they are', async () => {
    const { sandbox, step } = await startAccount({ recordingSettings: null })
    await step({
      ...allowed,
      resources: 'recordings',
      mode: 'apply',
      'encryption-enabled': 'true',
      'encryption-key-sid': safe.encryption_key_sid,
    })
    expect(sandbox.settings(accountSid, 'recording')?.friendly_name).toBe('Recording settings')
  })

  it('has another plan-id for other resources', async () => {
    const { step } = await startAccount({ compositionSettings: open, recordingSettings: open })
    const plans = await Promise.all(
      ['compositions', 'recordings', 'compositions,recordings'].map((resources) =>
        step({ ...safeInputs, resources, mode: 'plan' }),
      ),
    )
    expect(new Set(plans.map(({ outputs }) => outputs['plan-id'])).size).toBe(3)
  })
})

describe.concurrent('recordings that cannot be composed', () => {
  it.each(['check', 'plan'])('are a warning in %s', async (mode) => {
    const { step } = await startAccount({ compositionSettings: safe, recordingSettings: safe })
    const { exitCode, annotations } = await step({ ...safeInputs, ...both, mode })
    expect(exitCode).toBe(0)
    expect(annotations).toMatchObject([
      { level: 'warning', title: 'Twilio settings: Needs allow-risky-changes: recordings-uncomposable' },
    ])
  })

  it.each([
    ['both resources', both],
    ['recordings alone', { resources: 'recordings' }],
  ])('are refused in apply, for %s, without a write', async (_, resources) => {
    const { step, posts } = await startAccount({ compositionSettings: open, recordingSettings: open })
    const { exitCode, outputs, summary } = await step({ ...safeInputs, ...resources, mode: 'apply' })
    expect(exitCode).toBe(1)
    expect(outputs['result']).toBe('refused')
    expect(summary).toContain('allow-risky-changes: recordings-uncomposable')
    expect(posts()).toEqual([])
  })

  it("are nobody's concern while recordings stay as they are", async () => {
    const { step } = await startAccount({
      compositionSettings: { ...open, friendly_name: 'C' },
      recordingSettings: { ...open, friendly_name: 'R' },
    })
    const { outputs } = await step({ ...both, 'friendly-name': 'Media', mode: 'apply' })
    expect(outputs['result']).toBe('applied')
  })
})

describe.concurrent('apply to both', () => {
  it('writes and verifies both, the one that gains more protection first, and the SDK reads it', async () => {
    const { sandbox, step, posts } = await startAccount({
      compositionSettings: { ...safe, friendly_name: 'Old' },
      recordingSettings: { ...open, friendly_name: 'Old' },
    })
    const { outputs } = await step({ ...safeInputs, ...both, ...allowed, mode: 'apply' })
    expect(outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(posts()).toEqual(['/v1/RecordingSettings/Default', '/v1/CompositionSettings/Default'])
    const { video } = sdkClient(sandbox.url, accountSid, authToken)
    for (const settings of [await video.v1.compositionSettings().fetch(), await video.v1.recordingSettings().fetch()]) {
      expect(settings).toMatchObject({
        friendlyName: 'Media',
        encryptionEnabled: true,
        encryptionKeySid: safe.encryption_key_sid,
        awsStorageEnabled: true,
        awsS3Url: safe.aws_s3_url,
        awsCredentialsSid: safe.aws_credentials_sid,
      })
    }
  })

  it('is partial when the second write fails, and says which', async () => {
    const { sandbox, step } = await startAccount({ compositionSettings: open, recordingSettings: open })
    sandbox.fault({
      match: { method: 'POST', path: 'RecordingSettings' },
      effect: { kind: 'status', status: 400, code: 20001, message: 'Invalid parameter' },
    })
    const { exitCode, outputs, summary, evidence } = await step({
      ...safeInputs,
      ...both,
      ...allowed,
      mode: 'apply',
      'report-path': 'report.json',
    })
    expect(exitCode).toBe(1)
    expect(outputs['result']).toBe('partial')
    expect(summary).toContain(
      '<h2>❌ Partly applied: composition settings written and read back, recording settings not written',
    )
    expect(summary).toContain('Invalid parameter')
    expect(sandbox.settings(accountSid, 'composition')).toEqual(safe)
    expect(sandbox.settings(accountSid, 'recording')).toEqual(open)
    expect(JSON.parse(evidence ?? '')).toMatchObject({
      result: 'partial',
      targets: [
        { resource: 'composition-settings', result: 'applied' },
        { resource: 'recording-settings', result: 'error' },
      ],
    })
  })

  it('refuses both when one is refused', async () => {
    const { step, posts } = await startAccount({
      compositionSettings: { ...safe, encryption_enabled: true },
      recordingSettings: open,
    })
    const { outputs } = await step({ ...both, mode: 'apply', 'encryption-enabled': 'false', 'friendly-name': 'New' })
    expect(outputs['result']).toBe('refused')
    expect(posts()).toEqual([])
  })
})
