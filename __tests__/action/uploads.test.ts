import { describe, expect, it } from 'vitest'
import { rsaPair } from '../keys.ts'
import type { Fault } from '../sandbox/sandbox.ts'
import { accountSid, open, otherAccountSid } from './fixtures.ts'
import { impatient } from './impatient.ts'
import { annotated, changesOf, headingOf, leadOf, onStage, type Scenario, type Scene } from './scenario.ts'

const inputs = {
  mode: 'apply',
  'encryption-enabled': 'true',
  'encryption-public-key': rsaPair().publicPem,
  'report-path': 'evidence.json',
}
const upload = { method: 'POST', path: 'PublicKeys' } as const
const hang = { kind: 'hang' } as const
const unknown = 'It is unknown whether the public key was uploaded. The next apply checks first.'
const unknownLead =
  'The settings were not written; it is unknown whether the public key was uploaded. The next apply checks first.'
const another = `The account ${otherAccountSid} answered to an upload for ${accountSid}. Check by hand which account has the public key now.`

interface Uploaded extends Scene {
  /** How many public keys the account has at the end; two are there at the start. */
  readonly keys: number
}

/** One `apply` that is to upload a key, and fails. */
async function fail(
  faults: readonly Fault[],
  step: Omit<Scenario, 'inputs'> & { readonly signalAt?: string } = {},
): Promise<Uploaded> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const { signalAt, options = {}, ...rest } = step
  const onRequest: NonNullable<Scenario['options']>['onRequest'] = ({ method, path }) => {
    if (signalAt !== undefined && `${method} ${path}`.includes(signalAt)) resolve('SIGTERM')
  }
  return onStage({ seed: {}, options: { onRequest, ...options }, faults }, async (sandbox, run) => {
    const scene = await run({ ...rest, inputs, ...(signalAt === undefined ? {} : { signal: promise }) })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.outputs['report']]).toEqual([
      1,
      'error',
      'true',
      'evidence.json',
    ])
    expect(changesOf(scene)).toHaveLength(2)
    expect(scene.summary).not.toContain('Nothing was written')
    expect(scene.stored).toEqual(open)
    return { ...scene, keys: sandbox.account(accountSid).credentials.PublicKeys.size }
  })
}

const recordOf = ({ evidence }: Scene): unknown => JSON.parse(evidence ?? 'true')

/** Nobody knows whether the key is there, and every output says so. */
function expectUnknown(scene: Scene, cause: string): void {
  const stopped = /^(Cancelled|Time limit)$/.test(cause)
  expect(headingOf(scene)).toBe(
    stopped
      ? `❌ ${cause}: unknown whether the key was uploaded`
      : `❌ Error: ${cause}, and it is unknown whether the key was uploaded`,
  )
  expect(leadOf(scene)).toContain(unknownLead)
  expect(annotated(scene, 'error')).toContain(unknown)
  expect(scene.summary).toContain(unknown)
  expect(recordOf(scene)).toMatchObject({
    targets: [{ written: 'no', uploaded: 'unknown', uploadedKey: null }],
    errors: expect.arrayContaining([unknown]),
  })
}

describe.concurrent('an upload', () => {
  it('that is held when the job is cancelled is known, and no settings are written', async () => {
    const scene = await fail([{ match: upload, effect: { kind: 'delay', ms: 2_000 } }], {
      signalAt: 'POST /v1/Credentials/PublicKeys',
    })
    const sid = /the public key was uploaded as (CR\w{32})\.$/.exec(leadOf(scene))?.[1]
    expect([scene.methods, scene.keys]).toEqual(['GET GET POST', 3])
    expect(recordOf(scene)).toMatchObject({ targets: [{ written: 'no', uploaded: 'yes', uploadedKey: sid }] })
  })

  it.each([
    [true, 3],
    [false, 2],
  ])('that hangs when the job is cancelled, carried out: %s: nobody claims to know', async (carriedOut, keys) => {
    const scene = await fail([{ match: upload, carriedOut, effect: hang }], {
      signalAt: 'POST /v1/Credentials/PublicKeys',
    })
    expect([scene.methods, scene.keys]).toEqual(['GET GET POST', keys])
    expect(annotated(scene, 'error')).toContain('The job was cancelled. Twilio did not answer within 5 s after that.')
    expectUnknown(scene, 'Cancelled')
  })

  it('that nobody answers within the time for the whole run is not known either', async () => {
    const scene = await fail(
      [
        { match: upload, carriedOut: true, effect: hang },
        { match: { path: 'PublicKeys' }, skip: 1, times: Infinity, effect: hang },
      ],
      { env: impatient },
    )
    expect(scene.methods).toMatch(/^GET GET POST GET/)
    expect(scene.keys).toBe(3)
    expect(annotated(scene, 'error')).toContainEqual(
      expect.stringMatching(/^The run took more than 2 minutes\. Before that: GET \S+ got no answer/),
    )
    expectUnknown(scene, 'Time limit')
  })

  it('whose answer is lost is not repeated when the keys may no longer be listed', async () => {
    const scene = await fail([
      { match: upload, carriedOut: true, effect: { kind: 'reset' } },
      {
        match: { method: 'GET', path: 'PublicKeys' },
        skip: 1,
        times: Infinity,
        effect: { kind: 'status', status: 403, code: 20403 },
      },
    ])
    expect([scene.methods, scene.keys]).toEqual(['GET GET POST GET', 3])
    expect(annotated(scene, 'error')).toContainEqual(
      expect.stringMatching(/^POST \/v1\/Credentials\/PublicKeys got no answer from accounts\.twilio\.com: /),
    )
    expect(scene.log).toContain(
      'The keys cannot be listed, so nobody knows whether it is there: GET /v1/Credentials/PublicKeys',
    )
    expectUnknown(scene, 'Twilio did not answer')
  })

  it('whose answer is lost is not repeated when the list fails', async () => {
    const scene = await fail([
      { match: upload, carriedOut: true, effect: { kind: 'reset' } },
      {
        match: { method: 'GET', path: 'PublicKeys' },
        skip: 1,
        times: Infinity,
        effect: { kind: 'status', status: 400, code: 20001 },
      },
    ])
    expect([scene.methods, scene.keys]).toEqual(['GET GET POST GET', 3])
    expectUnknown(scene, 'Twilio refused the request')
  })

  it('that another account answers is not sent again, and no settings are written', async () => {
    const scene = await fail([
      { match: upload, carriedOut: true, effect: { kind: 'wrong-account', sid: otherAccountSid } },
    ])
    expect(scene.methods).toBe('GET GET POST')
    expect(annotated(scene, 'error')).toContain(another)
    expectUnknown(scene, 'Twilio answered otherwise than documented')
  })

  it('that is answered without a SID is looked for, and no settings are written', async () => {
    const body = JSON.stringify({ sid: '', account_sid: accountSid, friendly_name: 'x', date_created: null })
    const scene = await fail([{ match: upload, times: Infinity, effect: { kind: 'body', status: 201, body } }])
    const looks = 'GET GET GET GET GET GET'
    expect(scene.methods).toBe(`GET GET POST ${looks} POST ${looks}`)
    expectUnknown(scene, 'Twilio answered otherwise than documented')
  })

  it('that is done is named when the settings are refused', async () => {
    const scene = await fail([
      { match: { method: 'POST', path: 'CompositionSettings' }, effect: { kind: 'status', status: 400, code: 20001 } },
    ])
    const sid = /The settings were not written; the public key was uploaded as (CR\w{32})\.$/.exec(leadOf(scene))?.[1]
    expect([scene.methods, scene.keys]).toEqual(['GET GET POST POST', 3])
    expect(headingOf(scene)).toBe('❌ Error: Twilio refused the request')
    expect(annotated(scene, 'warning')).toContain(
      `The public key was uploaded as ${sid}. The next apply finds it there.`,
    )
    expect(recordOf(scene)).toMatchObject({ targets: [{ written: 'no', uploaded: 'yes', uploadedKey: sid }] })
  })
})

it('an upload that Twilio refuses wrote nothing', async () => {
  const scene = await onStage(
    { faults: [{ match: upload, effect: { kind: 'status', status: 400, code: 20001 } }] },
    (_, run) => run({ inputs }),
  )
  expect([scene.outputs['result'], scene.methods]).toEqual(['error', 'GET GET POST'])
  expect(leadOf(scene)).toMatch(/Nothing was written\.$/)
  expect(recordOf(scene)).toMatchObject({
    targets: [{ written: 'no', uploaded: 'no', uploadedKey: null }],
    run: { requestIds: scene.requests.map(({ requestId }) => requestId) },
  })
})
