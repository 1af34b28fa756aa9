import { describe, expect, it } from 'vitest'
import type { Sandbox, StoredSettings } from '../sandbox/sandbox.ts'
import { sdkClient } from '../sandbox/sdk.ts'
import { accountSid, authToken, bucket, keySid, open, otherKeySid, safe, safeInputs } from './fixtures.ts'
import { changesOf, onStage } from './scenario.ts'

/** What Twilio's own SDK says that the account has, by the names of Twilio's answers. */
async function readBySdk({ url }: Sandbox): Promise<Record<keyof StoredSettings, unknown>> {
  const { friendlyName, encryptionEnabled, encryptionKeySid, awsStorageEnabled, awsS3Url, awsCredentialsSid } =
    await sdkClient(url, accountSid, authToken).video.v1.compositionSettings().fetch()
  return {
    friendly_name: friendlyName,
    encryption_enabled: encryptionEnabled,
    encryption_key_sid: encryptionKeySid,
    aws_storage_enabled: awsStorageEnabled,
    aws_s3_url: awsS3Url,
    aws_credentials_sid: awsCredentialsSid,
  }
}

const states: readonly (readonly [name: string, settings: StoredSettings | null])[] = [
  ['is as desired', safe],
  ['has nothing', open],
  ['was never configured', null],
  ['has another key', { ...safe, encryption_key_sid: otherKeySid }],
  ['is encrypted, and stored with Twilio', { ...open, encryption_enabled: true, encryption_key_sid: keySid }],
]

describe.concurrent.each(states)('an account that %s', (_, compositionSettings) => {
  it("has the drift that Twilio's SDK sees", async () => {
    await onStage({ seed: { compositionSettings } }, async (sandbox, run) => {
      const seen = await readBySdk(sandbox)
      const differing = Object.entries(safe).filter(
        ([setting, desired]) => seen[setting as keyof StoredSettings] !== desired,
      )
      const scene = await run({ inputs: safeInputs })
      expect(changesOf(scene)).toEqual(
        expect.arrayContaining(
          differing.map(([setting, desired]) => ({
            account_sid: accountSid,
            resource: 'composition-settings',
            setting,
            current: seen[setting as keyof StoredSettings],
            desired,
          })),
        ),
      )
      expect(changesOf(scene)).toHaveLength(differing.length)
      expect(scene.outputs['result']).toBe(differing.length === 0 ? 'in-sync' : 'drift')
    })
  })

  it("gets what is desired, and Twilio's SDK reads that", async () => {
    await onStage({ seed: { compositionSettings } }, async (sandbox, run) => {
      const scene = await run({ inputs: { ...safeInputs, mode: 'apply', 'allow-risky-changes': 'encryption-key' } })
      expect(scene.exitCode).toBe(0)
      expect(await readBySdk(sandbox)).toEqual(safe)
    })
  })
})

describe.concurrent("what Twilio's SDK writes", () => {
  it('is drift until it is desired', async () => {
    await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
      await sdkClient(sandbox.url, accountSid, authToken).video.v1.compositionSettings().create({
        friendlyName: 'By the SDK',
        encryptionEnabled: false,
        encryptionKeySid: keySid,
        awsStorageEnabled: true,
        awsS3Url: bucket,
        awsCredentialsSid: safe.aws_credentials_sid,
      })
      const drift = await run({ inputs: safeInputs })
      expect(changesOf(drift)).toMatchObject([
        { setting: 'encryption_enabled', current: false, desired: true },
        { setting: 'friendly_name', current: 'By the SDK', desired: 'Media' },
      ])
      const inSync = await run({
        inputs: { ...safeInputs, 'encryption-enabled': 'false', 'friendly-name': 'By the SDK' },
      })
      expect(inSync.outputs['result']).toBe('in-sync')
    })
  })

  it('is sent by the action in the same words', async () => {
    await onStage({}, async (sandbox, run) => {
      const scene = await run({ inputs: { ...safeInputs, mode: 'apply' } })
      sandbox.setSettings(accountSid, 'composition', open)
      await sdkClient(sandbox.url, accountSid, authToken).video.v1.compositionSettings().create({
        friendlyName: 'Media',
        encryptionEnabled: true,
        encryptionKeySid: keySid,
        awsStorageEnabled: true,
        awsS3Url: bucket,
        awsCredentialsSid: safe.aws_credentials_sid,
      })
      const [ours, theirs] = [scene.requests[1], sandbox.requests.at(-1)]
      expect(ours).toMatchObject({ method: 'POST', path: theirs?.path, form: theirs?.form })
      expect(ours?.headers['authorization']).toBe(theirs?.headers['authorization'])
    })
  })
})
