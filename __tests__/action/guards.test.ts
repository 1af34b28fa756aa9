import { describe, expect, it } from 'vitest'
import {
  awsSid,
  bucket,
  keySid,
  open,
  otherAwsSid,
  otherBucket,
  otherKeySid,
  pullRequest,
  safe,
  safeInputs,
} from './fixtures.ts'
import { annotated, headingOf, leadOf, play, type Scenario } from './scenario.ts'

interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly heading: string
  readonly message: string
}

const onSafe = (inputs: Record<string, string>): Scenario => ({ seed: { compositionSettings: safe }, inputs })
const elsewhere = 'What is made from then on would be stored in another bucket, or with another AWS credential.'

const allowable: readonly (Row & { readonly word: string; readonly sent: Record<string, string> })[] = [
  {
    name: 'encryption on → off',
    word: 'encryption-off',
    scenario: onSafe({ 'encryption-enabled': 'false' }),
    heading: 'encryption would be switched off',
    message: 'Encryption would be switched off. What is made from then on stays unencrypted for good.',
    sent: { EncryptionEnabled: 'false' },
  },
  {
    name: 'another key while encryption is on',
    word: 'encryption-key',
    scenario: onSafe({ 'encryption-key-sid': otherKeySid }),
    heading: 'another key would encrypt',
    message: 'Another key would encrypt. Only the holder of its private key can read what is made from then on.',
    sent: { EncryptionKeySid: otherKeySid },
  },
  {
    name: 'storage on → off',
    word: 'storage-off',
    scenario: onSafe({ 'aws-storage-enabled': 'false' }),
    heading: 'external storage would be switched off',
    message: "External storage would be switched off. What is made from then on is stored in Twilio's cloud.",
    sent: { AwsStorageEnabled: 'false' },
  },
  {
    name: 'another bucket while storage is on',
    word: 'storage-location',
    scenario: onSafe({ 'aws-s3-url': otherBucket }),
    heading: 'media would be stored elsewhere',
    message: elsewhere,
    sent: { AwsS3Url: otherBucket },
  },
  {
    name: 'another AWS credential while storage is on',
    word: 'storage-location',
    scenario: onSafe({ 'aws-credentials-sid': otherAwsSid }),
    heading: 'media would be stored elsewhere',
    message: elsewhere,
    sent: { AwsCredentialsSid: otherAwsSid },
  },
]

const sensible: readonly Row[] = [
  {
    name: 'encryption on with no key',
    scenario: { inputs: { 'encryption-enabled': 'true' } },
    heading: 'the settings would not work together',
    message: 'Encryption would be on without a key, and every composition would fail. Set "encryption-key-sid".',
  },
  {
    name: 'storage on with no URL',
    scenario: { inputs: { 'aws-storage-enabled': 'true', 'aws-credentials-sid': awsSid } },
    heading: 'the settings would not work together',
    message: 'External storage would be on without a bucket URL, and every composition would fail. Set "aws-s3-url".',
  },
  {
    name: 'storage on with no AWS credential',
    scenario: { inputs: { 'aws-storage-enabled': 'true', 'aws-s3-url': bucket } },
    heading: 'the settings would not work together',
    message:
      'External storage would be on without an AWS credential, and every composition would fail. Set "aws-credentials-sid".',
  },
  {
    name: 'what is left over from before makes no sense',
    scenario: {
      seed: { compositionSettings: { ...open, encryption_enabled: true } },
      inputs: { 'friendly-name': 'Renamed' },
    },
    heading: 'the settings would not work together',
    message: 'Encryption would be on without a key, and every composition would fail. Set "encryption-key-sid".',
  },
]

const refusals = (warnings: readonly string[]): string[] => warnings.filter((text) => text.startsWith('"mode: apply" '))

describe.concurrent.each([...allowable, ...sensible])('$name', ({ scenario, heading, message, ...row }) => {
  const remedy = 'word' in row ? ` To allow it, run once with "allow-risky-changes: ${String(row.word)}".` : ''

  it('is refused by apply, which sends no POST', async () => {
    const scene = await play({ ...scenario, inputs: { ...scenario.inputs, mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET'])
    expect(headingOf(scene)).toBe(`🛑 Refused: ${heading}`)
    expect(annotated(scene, 'error')).toContain(`${message}${remedy}`)
  })

  it.each([
    ['check', 1],
    ['plan', 0],
  ])('is shown by %s, with what allows it in the first sentences', async (mode, exitCode) => {
    const scene = await play({ ...scenario, inputs: { ...scenario.inputs, mode } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([exitCode, 'drift', 'GET'])
    const word = 'word' in row ? `"allow-risky-changes: ${String(row.word)}"` : null
    const barrier = word === null ? 'would refuse' : `needs ${word}`
    expect(refusals(annotated(scene, 'warning'))).toEqual([`"mode: apply" ${barrier}. ${message}`])
    expect(leadOf(scene)).toContain(word ?? message)
  })
})

describe.concurrent.each(allowable)('$name', ({ scenario, word, message, sent }) => {
  it('is applied with its word, and the summary says that it was allowed', async () => {
    const scene = await play({
      ...scenario,
      inputs: { ...scenario.inputs, mode: 'apply', 'allow-risky-changes': word },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
    expect(scene.requests[1]?.form).toMatchObject(sent)
    expect(scene.summary).toContain(`${message} Allowed by &quot;allow-risky-changes: ${word}&quot;.`)
  })

  it('is refused with every other word', async () => {
    const others = [
      'encryption-off',
      'encryption-key',
      'storage-off',
      'storage-location',
      'apply-from-pull-request',
    ].filter((other) => other !== word)
    const scene = await play({
      ...scenario,
      inputs: { ...scenario.inputs, mode: 'apply', 'allow-risky-changes': others.join('\n') },
    })
    expect([scene.outputs['result'], scene.methods]).toEqual(['refused', 'GET'])
  })
})

describe.concurrent('what is not risky', () => {
  it.each([
    [
      'another key while encryption is off',
      { ...open, encryption_key_sid: keySid },
      { 'encryption-key-sid': otherKeySid },
    ],
    ['the first key while encryption is on', { ...open, encryption_enabled: true }, { 'encryption-key-sid': keySid }],
    [
      'another bucket and credential while storage is off',
      { ...safe, aws_storage_enabled: false },
      { 'aws-s3-url': otherBucket, 'aws-credentials-sid': otherAwsSid },
    ],
    ['switching everything on', open, safeInputs],
  ])('is applied without a word: %s', async (_, compositionSettings, inputs) => {
    const scene = await play({ seed: { compositionSettings }, inputs: { ...inputs, mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
  })

  it('several guards are all named, and one word allows only its own', async () => {
    const inputs = {
      'encryption-enabled': 'false',
      'aws-storage-enabled': 'false',
      mode: 'apply',
      'allow-risky-changes': 'storage-off',
    }
    const scene = await play(onSafe(inputs))
    expect(headingOf(scene)).toBe('🛑 Refused: encryption would be switched off')
    expect(scene.methods).toBe('GET')
    const without = await play(onSafe({ ...inputs, 'allow-risky-changes': '' }))
    expect(headingOf(without)).toBe(
      '🛑 Refused: encryption would be switched off, and external storage would be switched off',
    )
  })
})

describe.concurrent('the floor', () => {
  const below =
    'The workflow asks for no encryption ("encryption-enabled: false"), and "require" demands it. Change one of the two.'
  const noStorage =
    'The workflow asks for no external storage ("aws-storage-enabled: false"), and "require" demands it. Change one of the two.'

  it.each([
    [
      'encryption',
      { require: 'encryption', 'encryption-enabled': 'false', 'allow-risky-changes': 'encryption-off' },
      below,
    ],
    [
      'external storage',
      { require: 'external-storage', 'aws-storage-enabled': 'false', 'allow-risky-changes': 'storage-off' },
      noStorage,
    ],
  ])('stands against apply, whatever is allowed: %s', async (_, inputs, message) => {
    const scene = await play(onSafe({ ...inputs, mode: 'apply' }))
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET'])
    expect(annotated(scene, 'error')).toContain(message)
  })

  it.each([
    [
      'encryption is off',
      'encryption',
      open,
      'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply.',
    ],
    [
      'encryption was never configured',
      'encryption',
      null,
      'On the live account encryption is not on, and not available or never configured, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply.',
    ],
    [
      'encryption has no key',
      'encryption',
      { ...safe, encryption_key_sid: null },
      'On the live account encryption is on, but encryption_key_sid is blank, so it cannot work. Set "encryption-key-sid" and apply.',
    ],
    [
      'storage is off',
      'external-storage',
      open,
      'On the live account external storage is off, and "require" demands it. Set "aws-storage-enabled: true", "aws-s3-url" and "aws-credentials-sid", and apply.',
    ],
    [
      'storage has no bucket',
      'external-storage',
      { ...safe, aws_s3_url: null },
      'On the live account external storage is on, but aws_s3_url is blank, so it cannot work. Set "aws-s3-url" and apply.',
    ],
    [
      'storage has no credential',
      'external-storage',
      { ...safe, aws_credentials_sid: null },
      'On the live account external storage is on, but aws_credentials_sid is blank, so it cannot work. Set "aws-credentials-sid" and apply.',
    ],
  ])('judges the live account, though nothing is managed: %s', async (_, require, compositionSettings, message) => {
    const check = await play({ seed: { compositionSettings }, inputs: { require } })
    expect([check.exitCode, check.outputs['result'], annotated(check, 'error')]).toEqual([1, 'noncompliant', [message]])
    const plan = await play({ seed: { compositionSettings }, inputs: { require, mode: 'plan' } })
    expect([plan.exitCode, plan.outputs['result'], annotated(plan, 'error')]).toEqual([0, 'noncompliant', []])
    expect(annotated(plan, 'warning')).toContain(message)
  })

  it('is met by an account that has all of it', async () => {
    const scene = await play(onSafe({ require: 'encryption, external-storage' }))
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
  })

  it('does not keep apply from lifting the account onto it', async () => {
    const scene = await play({ inputs: { ...safeInputs, require: 'encryption\nexternal-storage', mode: 'apply' } })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error')]).toEqual([0, 'applied', []])
  })
})

describe.concurrent.each<[string, object, string]>([
  ['pull_request', pullRequest('your-org/app'), 'refs/pull/7/merge'],
  ['pull_request_target', pullRequest('your-org/app'), 'refs/heads/main'],
  ['pull_request_review', pullRequest('your-org/app'), 'refs/pull/7/merge'],
  ['pull_request_review_comment', pullRequest('your-org/app'), 'refs/pull/7/merge'],
  ['merge_group', { merge_group: {} }, 'refs/heads/gh-readonly-queue/main/pr-7-c0ffee'],
  ['workflow_dispatch', {}, 'refs/pull/7/merge'],
  ['an_event_to_come', pullRequest('your-org/app'), 'refs/heads/main'],
])('apply on %s with %j on %s', (name, payload, ref) => {
  const event = { name, payload }
  const env = { GITHUB_REF: ref }
  const message =
    'A pull request or a merge queue triggered this run, so code that is not merged could change the account. Use plan there, and apply after the merge.'

  it('is refused, with the word that allows it', async () => {
    const scene = await play({ inputs: { ...safeInputs, mode: 'apply' }, event, env })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET'])
    expect(annotated(scene, 'error')).toContain(
      `${message} To allow it, run once with "allow-risky-changes: apply-from-pull-request".`,
    )
  })

  it('is done with the word', async () => {
    const scene = await play({
      inputs: { ...safeInputs, mode: 'apply', 'allow-risky-changes': 'apply-from-pull-request' },
      event,
      env,
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
    expect(scene.summary).toContain(`${message} Allowed by`)
  })

  it('is nothing that plan would warn of', async () => {
    const scene = await play({ inputs: { ...safeInputs, mode: 'plan' }, event, env })
    expect([scene.exitCode, scene.outputs['result'], refusals(annotated(scene, 'warning'))]).toEqual([0, 'drift', []])
  })
})

it.concurrent.each([
  ['push', 'refs/heads/feature'],
  ['workflow_dispatch', 'refs/heads/feature'],
  ['schedule', 'refs/heads/main'],
])('apply on %s of %s is not refused', async (name, ref) => {
  const scene = await play({
    inputs: { ...safeInputs, mode: 'apply' },
    event: { name, payload: {} },
    env: { GITHUB_REF: ref },
  })
  expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'applied'])
})
