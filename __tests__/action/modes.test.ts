import { describe, expect, it } from 'vitest'
import { accountsOfFile } from './account-run.ts'
import { accountSid, bucket, keySid, open, safe, safeInputs } from './fixtures.ts'

const startAccount = accountsOfFile({ 'verify-credentials': 'false' })

describe.concurrent('check', () => {
  it('is green and in sync when everything is as desired, with one request', async () => {
    const { step, methods } = await startAccount({ compositionSettings: safe })
    const { exitCode, outputs, summary } = await step(safeInputs)
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ result: 'in-sync', drift: 'false', changes: '[]', report: '' })
    expect(outputs['plan-id']).toMatch(/^[0-9a-f]{64}$/)
    expect(summary).toContain('<h2>✅ In sync')
    expect(methods()).toBe('GET')
  })

  it('is red on drift and never writes', async () => {
    const { step, methods } = await startAccount()
    const { exitCode, outputs, summary, annotations } = await step(safeInputs)
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ result: 'drift', drift: 'true' })
    expect(JSON.parse(outputs['changes'] ?? '')).toEqual([
      {
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'encryption_enabled',
        current: false,
        desired: true,
      },
      {
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'encryption_key_sid',
        current: null,
        desired: keySid,
      },
      {
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'aws_storage_enabled',
        current: false,
        desired: true,
      },
      {
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'aws_s3_url',
        current: null,
        desired: bucket,
      },
      {
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'aws_credentials_sid',
        current: null,
        desired: safe.aws_credentials_sid,
      },
    ])
    expect(summary).toContain('<h2>❌ Drift: encryption is off, and 4 more')
    expect(summary).toContain('New compositions are not encrypted')
    expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(2)
    expect(methods()).toBe('GET')
  })
})

describe.concurrent('plan', () => {
  it('shows the same drift, stays green and never writes', async () => {
    const { step, methods } = await startAccount()
    const { exitCode, outputs, summary } = await step({ ...safeInputs, mode: 'plan' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ result: 'drift', drift: 'true' })
    expect(summary).toContain('<h2>📝 Plan: 5 settings would change')
    expect(summary).toContain(`expected-plan: ${outputs['plan-id']}`)
    expect(methods()).toBe('GET')
  })
})

describe.concurrent('apply', () => {
  it('writes all six, reads back and is green, with three requests on one connection', async () => {
    const { sandbox, step, methods } = await startAccount()
    const { exitCode, outputs } = await step({ ...safeInputs, mode: 'apply' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(JSON.parse(outputs['changes'] ?? '')).toHaveLength(5)
    expect(methods()).toBe('GET POST GET')
    expect(sandbox.connections).toBe(1)
    expect(sandbox.requests[1]?.form).toEqual({
      FriendlyName: 'Media',
      EncryptionEnabled: 'true',
      EncryptionKeySid: keySid,
      AwsStorageEnabled: 'true',
      AwsS3Url: bucket,
      AwsCredentialsSid: safe.aws_credentials_sid,
    })
    expect(sandbox.settings(accountSid, 'composition')).toEqual(safe)
  })

  it('writes nothing when nothing differs, and has one request then', async () => {
    const { step, methods } = await startAccount({ compositionSettings: safe })
    const { exitCode, outputs } = await step({ ...safeInputs, mode: 'apply' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ result: 'in-sync', drift: 'false' })
    expect(methods()).toBe('GET')
  })

  it('sends what is not managed as the account has it', async () => {
    const { sandbox, step } = await startAccount({
      compositionSettings: { ...safe, encryption_enabled: false, aws_s3_url: `${bucket}/` },
    })
    const { outputs } = await step({ mode: 'apply', 'encryption-enabled': 'true' })
    expect(outputs['result']).toBe('applied')
    expect(sandbox.requests[1]?.form).toMatchObject({
      AwsStorageEnabled: 'true',
      AwsS3Url: `${bucket}/`,
      EncryptionKeySid: keySid,
      FriendlyName: 'Media',
    })
  })

  it('never sends what is blank and not asked for, and names the settings when nobody did', async () => {
    const { sandbox, step } = await startAccount({ compositionSettings: { ...open, friendly_name: null } })
    const { outputs, annotations } = await step({
      mode: 'apply',
      'encryption-enabled': 'true',
      'encryption-key-sid': keySid,
    })
    expect(outputs['result']).toBe('applied')
    expect(sandbox.requests[1]?.form).toEqual({
      FriendlyName: 'Composition settings',
      EncryptionEnabled: 'true',
      EncryptionKeySid: keySid,
      AwsStorageEnabled: 'false',
    })
    expect(annotations.map(({ level }) => level)).toEqual(['notice'])
  })
})
