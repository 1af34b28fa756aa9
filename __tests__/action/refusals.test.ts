import { describe, expect, it } from 'vitest'
import { accountSid, apiKey, apiKeySecret, safe, safeInputs } from './fixtures.ts'
import { rsaPair } from '../keys.ts'
import { play, type Scenario, type Scene } from './scenario.ts'

const credentials = { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } }
const doubts = /do not belong together|Copy both again/
const read = '/twilio/video/compositions.composition-settings/read'

/** One step with an API key, of which Twilio refuses the requests to a path. */
function refused(
  match: { readonly method?: 'GET' | 'POST'; readonly path: string },
  body: object,
  status: number,
  more: Omit<Scenario, 'faults' | 'credentials'> = {},
): Promise<Scene> {
  return play({
    seed: { compositionSettings: safe },
    inputs: safeInputs,
    credentials,
    ...more,
    faults: [{ match, times: Infinity, effect: { kind: 'body', status, body: JSON.stringify(body) } }],
  })
}

const denial = { code: 70051, message: "Authorization Error: actor doesn't have any assertions" }
const apply = { ...safeInputs, mode: 'apply', 'friendly-name': 'Renamed', 'verify-credentials': 'false' }

describe.concurrent('HTTP 401 with code 70051 to an API key', () => {
  it.each([
    ['the settings', { path: 'CompositionSettings' }, safeInputs, read],
    [
      'a write',
      { method: 'POST', path: 'CompositionSettings' },
      apply,
      '/twilio/video/compositions.composition-settings/update',
    ],
    [
      'the recording settings',
      { path: 'RecordingSettings' },
      { ...safeInputs, resources: 'recordings' },
      '/twilio/video/recordings.recording-settings/read',
    ],
    [
      'the public keys',
      { path: 'PublicKeys' },
      { ...safeInputs, 'verify-credentials': 'true' },
      '/twilio/iam/public-keys/list',
    ],
  ] as const)('names the permission: %s', async (_, match, inputs, permission) => {
    const scene = await refused(match, denial, 401, { inputs })
    expect(scene.everything).toContain(`grant the Restricted key the permission ${permission}.`)
    expect(scene.everything).not.toMatch(doubts)
  })

  it.each([
    ['the AWS credentials', { path: 'Credentials/AWS' }, { ...safeInputs, 'verify-credentials': 'true' }],
    [
      'an upload',
      { method: 'POST', path: 'PublicKeys' },
      {
        mode: 'apply',
        'encryption-enabled': 'true',
        'encryption-public-key': rsaPair().publicPem,
        'allow-risky-changes': 'encryption-key',
      },
    ],
  ] as const)('names none where no source has one: %s', async (_, match, inputs) => {
    const scene = await refused(match, denial, 401, { inputs })
    expect(scene.everything).toContain('Twilio documents no permission for this that a Restricted key can have')
    expect(scene.everything).not.toMatch(/belong together|public-keys\/create/)
  })
})

describe.concurrent('a refusal by its code', () => {
  it.each([400, 401, 403])('70052 with HTTP %i says that only signed requests are taken', async (status) => {
    const scene = await refused({ path: 'CompositionSettings' }, { code: 70052, message: 'Only PKCV' }, status)
    expect([scene.outputs['result'], scene.exitCode]).toEqual(['error', 1])
    expect(scene.everything).toContain('Twilio takes signed requests only, which this action cannot send')
    expect(scene.everything).toContain('Twilio refused the credential')
    expect(scene.everything).not.toMatch(doubts)
  })

  it.each(['70051', '20403'])('is read where the code comes as text: %s', async (code) => {
    const scene = await refused({ path: 'CompositionSettings' }, { code, message: 'No' }, 401)
    expect(scene.everything).toContain(`Twilio code ${code}`)
    expect(scene.everything).toContain(`the permission ${read}.`)
    expect(scene.everything).not.toMatch(doubts)
  })

  it('20003 names the permission, too, since a Restricted key may want it', async () => {
    const scene = await refused({ path: 'CompositionSettings' }, { code: 20003, message: 'Authenticate' }, 401)
    expect(scene.everything).toMatch(doubts)
    expect(scene.everything).toContain(`the permission ${read}.`)
  })

  it('20003 is no wrong pair after Twilio took it in the same run', async () => {
    const scene = await refused(
      { method: 'POST', path: 'CompositionSettings' },
      { code: 20003, message: 'Authenticate' },
      401,
      { inputs: apply },
    )
    expect(scene.everything).toContain('Twilio accepted this API key before in this run')
    expect(scene.everything).not.toMatch(doubts)
  })

  it('says of TWILIO_REGION what it does not do', async () => {
    const body = { code: 20003, message: 'Authenticate' }
    const [set, unset] = await Promise.all(
      ['ie1', ''].map((region) =>
        refused({ path: 'CompositionSettings' }, body, 401, { env: { TWILIO_REGION: region } }),
      ),
    )
    expect(set?.everything).toContain('TWILIO_REGION does nothing here')
    expect(unset?.everything).not.toContain('TWILIO_REGION')
  })
})
