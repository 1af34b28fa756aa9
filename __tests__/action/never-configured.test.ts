import { describe, expect, it } from 'vitest'
import type { Fault } from '../sandbox/sandbox.ts'
import { accountSid, apiKey, apiKeySecret, bucket, keySid, open, otherKeySid, safe } from './fixtures.ts'
import { shortPauses } from './impatient.ts'
import { annotated, headingOf, play, type Scenario, type Scene } from './scenario.ts'

const notFound = { kind: 'status', status: 404, code: 20404 } as const
const keyCredentials = { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } }
const bare = { publicKeys: [], awsCredentials: [] }

/** HTTP 404 for so many reads of settings, after so many others. */
function absent(times: number, skip = 0): Fault {
  return { match: { method: 'GET', path: 'Settings' }, times, skip, effect: notFound }
}

function step(scenario: Scenario): Promise<Scene> {
  return play({ env: shortPauses, ...scenario })
}

const posts = ({ methods }: Scene): number => methods.split(' ').filter((method) => method === 'POST').length

describe.concurrent('one answer that there are no settings', () => {
  it('does not let apply switch encryption off without a guard', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: {
        mode: 'apply',
        'encryption-enabled': 'false',
        'aws-storage-enabled': 'true',
        'aws-s3-url': bucket,
        'aws-credentials-sid': safe.aws_credentials_sid,
      },
      faults: [absent(1)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'refused', 'GET GET'])
    expect(headingOf(scene)).toBe('🛑 Refused: encryption would be switched off')
    expect(scene.stored).toEqual(safe)
  })

  it('does not let apply replace the key without a guard', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: { mode: 'apply', 'encryption-key-sid': otherKeySid },
      faults: [absent(1)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.stored]).toEqual([1, 'refused', safe])
  })

  it('is not believed by check', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: { 'encryption-enabled': 'false' },
      faults: [absent(1)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'drift', 'GET GET'])
  })

  it('is believed if a second one says so, a pause later, with the own token of the account', async () => {
    const scene = await step({
      seed: { compositionSettings: null, quirks: { neverConfigured: 'not-found' } },
      inputs: { 'encryption-enabled': 'false' },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET GET'])
    expect(scene.log).toContain(
      `\nTwilio answers that ${accountSid} has no composition-settings; reading again in 1 s\n`,
    )
  })

  it('is asked for again of that resource only', async () => {
    const scene = await step({
      seed: { compositionSettings: safe, recordingSettings: safe },
      inputs: { resources: 'compositions, recordings', require: 'encryption' },
      faults: [{ match: { path: 'RecordingSettings' }, effect: notFound }],
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(scene.requests.map(({ path }) => path).sort()).toEqual([
      '/v1/CompositionSettings/Default',
      '/v1/RecordingSettings/Default',
      '/v1/RecordingSettings/Default',
    ])
  })
})

describe.concurrent('two answers that there are no settings', () => {
  it('do not let apply write over settings that show up before the write', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: { mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-sid': otherKeySid },
      faults: [absent(2)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET GET GET'])
    expect(headingOf(scene)).toBe('❌ Error: it was no longer safe to write')
    expect(annotated(scene, 'error')).toContainEqual(
      expect.stringMatching(/^Twilio answered twice that AC\w+ has no composition-settings, and then showed some: /),
    )
    expect(scene.stored).toEqual(safe)
  })

  it('write nothing where what shows up before the write is what is desired', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: { mode: 'apply', 'encryption-enabled': 'true', 'encryption-key-sid': keySid },
      faults: [absent(2)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET GET GET'])
  })
})

describe.concurrent('settings that were seen, and then answer 404', () => {
  const switchOff = { mode: 'apply', 'encryption-enabled': 'false', 'allow-risky-changes': 'encryption-off' }

  it('are not read back as switched off', async () => {
    const scene = await step({
      seed: { compositionSettings: safe, quirks: { ignores: ['encryption_enabled'] } },
      inputs: switchOff,
      faults: [absent(Infinity, 1)],
    })
    expect([scene.exitCode, scene.outputs['result'], posts(scene)]).toEqual([1, 'error', 1])
    expect(annotated(scene, 'error')).toContain(
      `Twilio answers that ${accountSid} has no composition-settings, and it showed some before, so what the account has is not known.`,
    )
    expect(annotated(scene, 'error')).toContain(
      'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
    )
  })

  it('are read back as soon as they show again', async () => {
    const scene = await step({ seed: { compositionSettings: safe }, inputs: switchOff, faults: [absent(2, 1)] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET GET GET'])
  })

  it('are not taken for switched off before a write is sent again', async () => {
    const scene = await step({
      seed: { compositionSettings: safe },
      inputs: switchOff,
      faults: [
        { match: { method: 'POST' }, effect: { kind: 'status', status: 429, code: 20429 } },
        absent(Infinity, 1),
      ],
    })
    expect([scene.exitCode, scene.outputs['result'], posts(scene)]).toEqual([1, 'error', 1])
    expect(scene.summary).toContain('Nothing was written.')
    expect(scene.stored).toEqual(safe)
  })

  it('are not read back as switched off either when they were made by this run', async () => {
    const scene = await step({
      seed: { compositionSettings: null, quirks: { neverConfigured: 'not-found' } },
      inputs: { mode: 'apply', 'friendly-name': 'Media', 'encryption-enabled': 'false' },
      faults: [absent(Infinity)],
    })
    expect([scene.exitCode, scene.outputs['result'], posts(scene)]).toEqual([1, 'error', 1])
  })
})

describe.concurrent('with an API key, where no answer names the account', () => {
  const seed = { ...bare, compositionSettings: open, recordingSettings: safe, quirks: {} }

  it.each(['check', 'plan', 'apply'])('%s is refused, as for a wrong account', async (mode) => {
    const scene = await step({
      seed,
      credentials: keyCredentials,
      inputs: {
        mode,
        resources: 'recordings',
        'encryption-enabled': 'false',
        'aws-storage-enabled': 'false',
        'verify-credentials': 'true',
      },
      faults: [absent(Infinity)],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.outputs['plan-id']]).toEqual([
      1,
      'refused',
      '',
      '',
    ])
    expect(headingOf(scene)).toBe(`🛑 ${mode === 'apply' ? 'Refused: no' : 'No'} answer names the account (recordings)`)
    expect(annotated(scene, 'error')).toEqual([
      `No answer of Twilio says which account it is about, and the workflow declares ${accountSid}. If its settings were never made, make them once in the Twilio Console, or use the auth token of the account instead of an API key.`,
    ])
  })

  it('the answer about another resource names it', async () => {
    const scene = await step({
      seed: { ...seed, compositionSettings: safe },
      credentials: keyCredentials,
      inputs: { resources: 'compositions, recordings', 'encryption-enabled': 'false' },
      faults: [{ match: { path: 'RecordingSettings' }, times: Infinity, effect: notFound }],
    })
    expect(scene.outputs['result']).toBe('drift')
    expect(scene.outputs['changes']).not.toContain('recording-settings')
  })
})
