import { describe, expect, it } from 'vitest'
import type { AccountSeed } from '../sandbox/seeds.ts'
import type { StepResult } from './action.ts'
import { awsSid, bucket, keySid, open, otherKeySid, safe } from './fixtures.ts'
import { headingOf, play, type Scene } from './scenario.ts'

const day = 86_400_000
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString()
const verify = { 'verify-credentials': 'true' }

/** The findings of a step, as rule and severity. */
function found({ outputs }: StepResult): string[] {
  const findings = JSON.parse(outputs['findings'] ?? '') as { rule: string; severity: string }[]
  return findings.map(({ rule, severity }) => `${severity}: ${rule}`)
}

function messages({ outputs }: StepResult): string[] {
  return (JSON.parse(outputs['findings'] ?? '') as { message: string }[]).map(({ message }) => message)
}

describe.concurrent('an age that cannot be told is not met', () => {
  const check = (publicKeys: AccountSeed['publicKeys'], inputs = {}): Promise<Scene> =>
    play({
      seed: { compositionSettings: safe, ...(publicKeys === undefined ? {} : { publicKeys }) },
      inputs: { 'encryption-enabled': 'true', 'max-key-age-days': '90', ...inputs },
    })

  it.each([
    ['garbage', 'yesterday', 'Twilio gave no date that can be read.'],
    ['the future', '2099-01-01T00:00:00Z', 'its date, 2099-01-01, is in the future.'],
  ])('where the date is %s', async (_, dateCreated, why) => {
    const scene = await check([{ sid: keySid, dateCreated }])
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([
      1,
      'noncompliant',
      ['error: key-age-unknown'],
    ])
    expect(headingOf(scene)).toBe('❌ Not compliant: the age of the public key is not known')
    expect(messages(scene)).toEqual([
      `The age of the public key ${keySid} is not known: ${why} Without it, "max-key-age-days: 90" is not met.`,
    ])
  })

  it.each([{}, verify])('where the key is not in the list: %j', async (inputs) => {
    const scene = await check([{ sid: otherKeySid }], inputs)
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'noncompliant'])
    // One fact is one finding.
    expect(found(scene)).toHaveLength(1)
  })

  it.each(['check', 'plan'])('where the list is refused, in %s', async (mode) => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: { mode, 'encryption-enabled': 'true', 'max-key-age-days': '90' },
      faults: [{ match: { path: 'PublicKeys' }, effect: { kind: 'status', status: 403, code: 20403 } }],
    })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([
      mode === 'check' ? 1 : 0,
      'noncompliant',
      ['error: key-age-unknown'],
    ])
  })

  it('where encryption is on without a key', async () => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, encryption_key_sid: null } },
      inputs: { 'max-key-age-days': '90' },
    })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([
      1,
      'noncompliant',
      ['error: key-age-unknown'],
    ])
  })

  it('and counts exactly', async () => {
    const results = await Promise.all(
      [30 * day - 60_000, 30 * day + 60_000, 30 * day + 23 * 3_600_000].map(async (age) => {
        const { outputs } = await check([{ sid: keySid, dateCreated: ago(age) }], { 'max-key-age-days': '30' })
        return outputs['result']
      }),
    )
    expect(results).toEqual(['in-sync', 'noncompliant', 'noncompliant'])
  })
})

describe.concurrent('a switch that is on without what it needs', () => {
  const rows = [
    ['encryption-enabled', 'encryption_key_sid', 'encryption-without-key', 'encryption is on without a key'],
    ['aws-storage-enabled', 'aws_s3_url', 'storage-without-url', 'external storage is on without a bucket URL'],
    [
      'aws-storage-enabled',
      'aws_credentials_sid',
      'storage-without-credential',
      'external storage is on without an AWS credential',
    ],
  ] as const

  it.each(rows.flatMap((row) => (['check', 'plan'] as const).map((mode) => [mode, ...row] as const)))(
    'is not compliant in %s: %s without %s',
    async (mode, input, setting, rule, title) => {
      const scene = await play({
        seed: { compositionSettings: { ...safe, [setting]: null } },
        inputs: { mode, [input]: 'true' },
      })
      expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([
        mode === 'check' ? 1 : 0,
        'noncompliant',
        [`error: ${rule}`],
      ])
      expect(headingOf(scene)).toContain(`Outage: ${title}`)
    },
  )

  it.each(rows)('is red in apply, and nothing is written: %s without %s', async (input, setting) => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, [setting]: null } },
      inputs: { mode: 'apply', [input]: 'true', 'friendly-name': 'Another' },
    })
    expect([scene.exitCode, scene.methods]).toEqual([1, 'GET'])
    const still = await play({
      seed: { compositionSettings: { ...safe, [setting]: null } },
      inputs: { mode: 'apply', [input]: 'true' },
    })
    expect([still.exitCode, still.methods]).toEqual([1, 'GET'])
  })

  it('is written by an apply that sets the missing part', async () => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, encryption_key_sid: null } },
      inputs: { mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-sid': keySid },
    })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([0, 'applied', []])
  })

  it('is nobody else’s business where nobody manages or requires it', async () => {
    const scene = await play({
      seed: { compositionSettings: { ...safe, encryption_key_sid: null } },
      inputs: { 'friendly-name': 'Media' },
    })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([0, 'in-sync', []])
  })
})

describe.concurrent('what is not in use', () => {
  const idle = { ...open, encryption_key_sid: keySid, aws_s3_url: bucket, aws_credentials_sid: awsSid }

  it.each([
    ['encryption-key-sid', keySid, 'encryption_key_sid', 'encryption is off', 'encryption-enabled: true'],
    ['aws-s3-url', bucket, 'aws_s3_url', 'external storage is off', 'aws-storage-enabled: true'],
    ['aws-credentials-sid', awsSid, 'aws_credentials_sid', 'external storage is off', 'aws-storage-enabled: true'],
  ])('is a warning: %s', async (input, value, setting, state, remedy) => {
    const scene = await play({ seed: { compositionSettings: idle }, inputs: { [input]: value } })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([0, 'in-sync', ['warning: not-in-use']])
    expect(messages(scene)).toEqual([
      `${setting} is not in use, because ${state} and not managed. To use it, set "${remedy}".`,
    ])
    const managed = await play({
      seed: { compositionSettings: idle },
      inputs: { [input]: value, 'encryption-enabled': 'false', 'aws-storage-enabled': 'false' },
    })
    expect([managed.outputs['result'], found(managed)]).toEqual(['in-sync', []])
  })

  it('is a warning after a write, too', async () => {
    const scene = await play({ inputs: { mode: 'apply', 'encryption-key-sid': keySid } })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([0, 'applied', ['warning: not-in-use']])
  })

  it('has no age to judge, which is said', async () => {
    const scene = await play({ inputs: { 'max-key-age-days': '1' } })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([0, 'in-sync', ['warning: not-in-use']])
    expect(messages(scene)).toEqual(['"max-key-age-days" judged no key, because encryption is off.'])
    const old = await play({
      seed: { compositionSettings: idle, publicKeys: [{ sid: keySid, dateCreated: ago(400 * day) }] },
      inputs: { 'max-key-age-days': '1' },
    })
    expect([old.exitCode, found(old)]).toEqual([0, ['warning: not-in-use']])
  })

  it('does no harm though it was deleted', async () => {
    const scene = await play({
      seed: { compositionSettings: idle, publicKeys: [], awsCredentials: [] },
      inputs: { ...verify, 'encryption-enabled': 'false' },
    })
    expect([scene.exitCode, scene.outputs['result'], found(scene)]).toEqual([
      0,
      'in-sync',
      ['warning: key-missing', 'warning: aws-credential-missing'],
    ])
    expect(messages(scene)[0]).toBe(
      `encryption_key_sid names ${keySid}, which is not among the account's public keys, so it was deleted or is another account's. Encryption is off, so it is not in use: name an existing one before you switch it on.`,
    )
  })

  it('does not keep encryption from being switched on or off', async () => {
    const on = await play({
      seed: { compositionSettings: { ...idle, encryption_key_sid: null }, awsCredentials: [] },
      inputs: { ...verify, mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-sid': keySid },
    })
    expect([on.exitCode, on.outputs['result'], on.stored]).toMatchObject([0, 'applied', { encryption_enabled: true }])
    const off = await play({
      seed: { compositionSettings: safe, publicKeys: [] },
      inputs: {
        ...verify,
        mode: 'apply',
        'encryption-enabled': 'false',
        'allow-risky-changes': 'encryption-off',
      },
    })
    expect([off.exitCode, off.outputs['result'], found(off)]).toEqual([0, 'applied', ['warning: key-missing']])
  })

  it('is not written if it does not exist', async () => {
    const scene = await play({
      seed: { compositionSettings: idle },
      inputs: { ...verify, mode: 'apply', 'encryption-key-sid': `CR${'9'.repeat(32)}` },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.stored]).toEqual([1, 'refused', idle])
  })
})
