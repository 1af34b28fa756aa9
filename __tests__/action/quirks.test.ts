import { describe, expect, it } from 'vitest'
import type { Quirks, StoredSettings } from '../sandbox/sandbox.ts'
import { accountSid, bucket, keySid, open, safe, safeInputs } from './fixtures.ts'
import { render } from './rendered.ts'
import { annotated, changesOf, leadOf, onStage, play } from './scenario.ts'

const edition = "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account."
const of = { account_sid: accountSid, resource: 'composition-settings' }
const withoutEdition = { quirks: { edition: false } }
const key = { 'encryption-key-sid': keySid }

describe.concurrent('an account without the edition', () => {
  it.each([
    ['check', 1, 'error'],
    ['plan', 0, 'warning'],
  ] as const)('lacks what is desired on, and %s names the edition', async (mode, exitCode, level) => {
    const scene = await play({ seed: withoutEdition, inputs: { 'encryption-enabled': 'true', ...key, mode } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([exitCode, 'drift'])
    expect(changesOf(scene)).toEqual([
      { ...of, setting: 'encryption_enabled', desired: true },
      { ...of, setting: 'encryption_key_sid', desired: keySid },
    ])
    expect(annotated(scene, level)).toContain(
      `The account does not have encryption_enabled, encryption_key_sid. ${edition}`,
    )
    expect(render(scene.summary).settings[0]?.[0]).toEqual([
      `${mode === 'check' ? '❌' : '📝'} encryption_enabled`,
      'not available',
      'true',
    ])
  })

  it("refuses it in Twilio's words when it is applied", async () => {
    const scene = await play({ seed: withoutEdition, inputs: { 'encryption-enabled': 'true', ...key, mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST'])
    expect(annotated(scene, 'error')[0]).toContain(
      'HTTP 400, Twilio code 20001: Encryption is not available on this account (',
    )
    expect(leadOf(scene)).toContain('Encryption needs the Enterprise or Security Edition')
  })

  it.each(['check', 'plan', 'apply'])('matches what is desired off in %s, with a note', async (mode) => {
    const scene = await play({
      seed: withoutEdition,
      inputs: { 'encryption-enabled': 'false', 'aws-storage-enabled': 'false', mode },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET'])
    expect(scene.summary).toContain(
      'encryption_enabled is not available on this account, which counts as the desired false.',
    )
    expect(scene.summary).toContain(
      'aws_storage_enabled is not available on this account, which counts as the desired false.',
    )
  })

  it('is sent none of what it does not have', async () => {
    const scene = await play({ seed: withoutEdition, inputs: { 'friendly-name': 'Renamed', mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'applied'])
    expect(scene.requests[1]?.form).toEqual({ FriendlyName: 'Renamed' })
  })

  it('is below the floor', async () => {
    const scene = await play({ seed: withoutEdition, inputs: { require: 'encryption' } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'noncompliant'])
  })
})

describe.concurrent('a property that is not shown', () => {
  it('is absent and never false: a desired true differs', async () => {
    const scene = await play({
      seed: { compositionSettings: safe, quirks: { hidden: ['encryption_enabled'] } },
      inputs: { 'encryption-enabled': 'true' },
    })
    expect(changesOf(scene)).toEqual([{ ...of, setting: 'encryption_enabled', desired: true }])
  })

  it('is left alone by a write of something else', async () => {
    const scene = await play({
      seed: { compositionSettings: safe, quirks: { hidden: ['encryption_enabled', 'aws_s3_url'] } },
      inputs: { 'friendly-name': 'Renamed', 'aws-s3-url': bucket, mode: 'apply' },
    })
    expect(scene.requests[1]?.form).toEqual({
      FriendlyName: 'Renamed',
      EncryptionKeySid: keySid,
      AwsStorageEnabled: 'true',
      AwsS3Url: bucket,
      AwsCredentialsSid: safe.aws_credentials_sid,
    })
    expect(scene.stored).toEqual({ ...safe, friendly_name: 'Renamed' })
  })
})

const shapes = ['not-found', 'nulls', 'empty-strings', 'absent'] as const

describe.concurrent.each(shapes)('an account that was never configured, answering %s', (neverConfigured) => {
  const seed = { compositionSettings: null, quirks: { neverConfigured } }
  // That there are no settings is asked for once more, and again before a write.
  const [reads, again] = neverConfigured === 'not-found' ? ['GET GET', 'GET '] : ['GET', '']

  it('has everything blank or absent, and never false', async () => {
    const scene = await play({ seed, inputs: safeInputs })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'drift', reads])
    const blank = neverConfigured === 'absent' ? {} : { current: null }
    expect(changesOf(scene)).toEqual(
      (
        [
          'encryption_enabled',
          'encryption_key_sid',
          'aws_storage_enabled',
          'aws_s3_url',
          'aws_credentials_sid',
          'friendly_name',
        ] as const
      ).map((setting) => ({ ...of, setting, ...blank, desired: safe[setting] })),
    )
  })

  it('is in sync with what is desired off', async () => {
    const scene = await play({ seed, inputs: { 'encryption-enabled': 'false' } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
  })

  it('gets all that is desired, and a name, and is in sync from then on', async () => {
    await onStage({ seed }, async (_, run) => {
      const first = await run({ inputs: { 'encryption-enabled': 'true', ...key, mode: 'apply' } })
      expect([first.exitCode, first.outputs['result'], first.methods]).toEqual([
        0,
        'applied',
        `${reads} ${again}POST GET`,
      ])
      expect(first.requests.find(({ method }) => method === 'POST')?.form).toEqual({
        FriendlyName: 'Composition settings',
        EncryptionEnabled: 'true',
        EncryptionKeySid: keySid,
      })
      const second = await run({ inputs: { 'encryption-enabled': 'true', ...key, mode: 'apply' } })
      expect([second.outputs['result'], second.methods]).toEqual(['in-sync', 'GET'])
    })
  })
})

/** Every way in which an account may respond that still lets a write take. */
const accounts: readonly (readonly [name: string, quirks: Partial<Quirks>])[] = [
  ['nothing special', {}],
  ['POST keeps what it leaves out', { omitted: 'keep' }],
  ['POST resets what it leaves out', { omitted: 'reset' }],
  ['an empty parameter is rejected', { emptyParameter: 'rejected' }],
  ['201 for a write', { createdStatus: 201 }],
  ['URLs come back with a slash', { normalisesUrl: true }],
  ['blanks come back as empty strings', { blankAs: 'empty-string' }],
  ['one read too early', { lagReads: 1 }],
  [
    'all at once',
    {
      omitted: 'reset',
      emptyParameter: 'rejected',
      createdStatus: 201,
      normalisesUrl: true,
      blankAs: 'empty-string',
      lagReads: 1,
    },
  ],
]

describe.concurrent.each(accounts)('with %s', (_, quirks) => {
  it('apply takes, and a second apply sends no POST', async () => {
    await onStage({ seed: { quirks } }, async (_, run) => {
      const first = await run({ inputs: { ...safeInputs, mode: 'apply' } })
      expect([first.exitCode, first.outputs['result'], first.outputs['drift']]).toEqual([0, 'applied', 'false'])
      expect(first.methods).toBe(quirks.lagReads === 1 ? 'GET POST GET GET' : 'GET POST GET')
      const second = await run({ inputs: { ...safeInputs, mode: 'apply' } })
      expect([second.exitCode, second.outputs['result'], second.methods]).toEqual([0, 'in-sync', 'GET'])
    })
  })

  it.each([
    ['everything', safe, { 'friendly-name': 'Renamed' }, { friendly_name: 'Renamed' }],
    [
      'little',
      { ...open, friendly_name: null, encryption_key_sid: keySid },
      { 'encryption-enabled': 'true' },
      { encryption_enabled: true, friendly_name: 'Composition settings' },
    ],
    [
      'a bucket that is not used',
      { ...safe, aws_storage_enabled: false },
      { 'encryption-enabled': 'true', 'friendly-name': 'Renamed' },
      { friendly_name: 'Renamed' },
    ],
  ] satisfies [string, StoredSettings, Record<string, string>, Partial<StoredSettings>][])(
    'a setting that is not named is never changed, where the account has %s',
    async (_, before, inputs, changed) => {
      const scene = await play({ seed: { compositionSettings: before, quirks }, inputs: { ...inputs, mode: 'apply' } })
      expect([scene.outputs['result'], annotated(scene, 'warning')]).toEqual(['applied', []])
      const { aws_s3_url: url, ...stored } = { ...before, ...changed }
      const { aws_s3_url: storedUrl, ...rest } = scene.stored ?? open
      expect(rest).toEqual(stored)
      expect(storedUrl?.replace(/\/$/, '') ?? null).toBe(url)
    },
  )
})

describe.concurrent('a write', () => {
  it('that does not show in five seconds is not verified', async () => {
    const scene = await play({ seed: { quirks: { lagReads: 99 } }, inputs: { ...safeInputs, mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.methods]).toEqual([
      1,
      'unverified',
      'true',
      'GET POST GET GET GET GET GET GET',
    ])
    expect(scene.log.match(/reading again in/g)).toHaveLength(5)
  })

  it('that Twilio refuses after trying the bucket writes nothing', async () => {
    const scene = await play({ seed: { quirks: { s3Probe: 'fails' } }, inputs: { ...safeInputs, mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST'])
    expect(annotated(scene, 'error')[0]).toContain('Twilio code 20001: Could not write to the AWS S3 bucket (')
    expect(scene.stored).toEqual(open)
  })

  it.each(['https://MEDIA.s3.amazonaws.com/compositions', `${bucket}/`])(
    'is not needed for another spelling of one URL: %s',
    async (url) => {
      const scene = await play({
        seed: { compositionSettings: { ...safe, aws_s3_url: url } },
        inputs: { 'aws-s3-url': bucket, mode: 'apply' },
      })
      expect([scene.outputs['result'], scene.methods]).toEqual(['in-sync', 'GET'])
    },
  )

  it.each(['https://media.s3.amazonaws.com/Compositions', `${bucket}//`])(
    'is needed for another path: %s',
    async (url) => {
      const scene = await play({
        seed: { compositionSettings: { ...safe, aws_s3_url: url } },
        inputs: { 'aws-s3-url': bucket },
      })
      expect(scene.outputs['result']).toBe('drift')
    },
  )
})
