import { describe, expect, it } from 'vitest'
import type { Effect } from '../sandbox/sandbox.ts'
import { accountSid, keySid, open, safe, safeInputs } from './fixtures.ts'
import { annotated, headingOf, leadOf, play, type Scenario } from './scenario.ts'

const match = { method: 'POST' } as const
const apply = { ...safeInputs, mode: 'apply' }
const unknown =
  'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.'

/** Every way to lose the response to a write that Twilio may have carried out. */
const losses: readonly Effect[] = [
  { kind: 'reset' },
  { kind: 'truncate' },
  { kind: 'huge', bytes: 2 * 1024 * 1024 },
  { kind: 'body', body: '<html></html>', contentType: 'text/html' },
  { kind: 'body', body: '[]' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, code: 20503 },
  { kind: 'status', status: 504, html: true },
]

/** One read before, six in about five seconds after. */
const sixReads = 'GET GET GET GET GET GET'

describe.concurrent.each(losses)('the answer to a write lost by %o', (effect) => {
  it('is no reason to write again when the change is there', async () => {
    const scene = await play({ inputs: apply, faults: [{ match, carriedOut: true, effect }] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
    expect(scene.stored).toEqual(safe)
    expect(scene.log).toContain('The answer to the write was lost; reading back whether it took')
  })

  it('is a reason to write once more when it is not there, after every read back', async () => {
    const scene = await play({ inputs: apply, faults: [{ match, effect }] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
      0,
      'applied',
      `GET POST ${sixReads} POST GET`,
    ])
    expect(scene.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      scene.requests[1]?.body,
      scene.requests[1]?.body,
    ])
    expect(scene.stored).toEqual(safe)
    expect(scene.log).toContain('The write is not there, so it is sent again')
  })
})

describe.concurrent('what somebody else changes in the meantime', () => {
  const renaming = { 'friendly-name': 'Renamed', mode: 'apply' }
  /** Somebody switches encryption on when the request arrives that has this number, counted from 1. */
  const encryptedAt = (number: number): NonNullable<Scenario['options']> => ({
    onRequest: (_, sandbox) => {
      if (sandbox.requests.length === number)
        sandbox.setSettings(accountSid, 'composition', { encryption_enabled: true, encryption_key_sid: keySid })
    },
  })
  const conflict = `encryption_enabled, encryption_key_sid changed after the composition-settings of ${accountSid} were read, and sending the settings would have overwritten that.`

  it('is not switched off by sending a lost write again', async () => {
    const scene = await play({
      inputs: renaming,
      options: encryptedAt(4),
      faults: [{ match, effect: { kind: 'reset' } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', `GET POST ${sixReads}`])
    expect(annotated(scene, 'error')).toEqual([conflict, unknown])
    expect(scene.stored).toMatchObject({ encryption_enabled: true, friendly_name: open.friendly_name })
  })

  it('is not switched off by sending a write that Twilio put off', async () => {
    const scene = await play({
      inputs: renaming,
      options: encryptedAt(3),
      faults: [{ match, effect: { kind: 'status', status: 429 } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST GET'])
    expect(headingOf(scene)).toBe('❌ Error: it was no longer safe to write')
    expect(leadOf(scene)).toBe(
      'Run it again: it then starts from what the account has. With "expected-plan", review a new plan first. Nothing was written.',
    )
    expect(annotated(scene, 'error')).toContain(conflict)
    expect(scene.stored).toMatchObject({ encryption_enabled: true, friendly_name: open.friendly_name })
  })

  it('needs no write where it is what is desired', async () => {
    const options: Scenario['options'] = {
      onRequest: (_, sandbox) =>
        sandbox.requests.length === 3 && sandbox.setSettings(accountSid, 'composition', { friendly_name: 'Renamed' }),
    }
    const scene = await play({
      inputs: renaming,
      options,
      faults: [{ match, effect: { kind: 'status', status: 429 } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['changes'], scene.methods]).toEqual([
      0,
      'in-sync',
      '[]',
      'GET POST GET',
    ])
  })

  it('does not hide why a write was put off, where that cannot be told', async () => {
    const scene = await play({
      inputs: renaming,
      faults: [
        { match, effect: { kind: 'status', status: 429 } },
        { match: { method: 'GET' }, skip: 1, effect: { kind: 'status', status: 403 } },
      ],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST GET'])
    expect(headingOf(scene)).toBe('❌ Error: it was no longer safe to write')
    expect(annotated(scene, 'error').at(-1)).toMatch(
      /^POST \S+ failed with HTTP 429: .*\. It was not sent again, since what the account has by now could not be read: GET \S+ failed with HTTP 403/,
    )
    expect(leadOf(scene)).toMatch(/^The auth token may not do this.* Nothing was written\.$/)
  })
})

describe.concurrent('a write', () => {
  it('that is lost twice is not sent a third time, and nobody claims to know what became of it', async () => {
    const scene = await play({ inputs: apply, faults: [{ match, times: Infinity, effect: { kind: 'reset' } }] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([
      1,
      'error',
      `GET POST ${sixReads} POST ${sixReads}`,
    ])
    expect(headingOf(scene)).toBe(
      '❌ Error: Twilio did not answer, and it is unknown whether the settings were written',
    )
    expect(annotated(scene, 'error').slice(-2)).toEqual([
      expect.stringMatching(/^POST \S+ got no answer from video\.twilio\.com: /),
      unknown,
    ])
    expect(scene.stored).toEqual(open)
  })

  it.each([
    ['lost', { match, carriedOut: true, effect: { kind: 'reset' } }, unknown],
    [
      'answered',
      null,
      'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
    ],
  ] as const)('that is %s, and cannot be read back, is an error that says so', async (_, fault, says) => {
    const denied = { match: { method: 'GET' }, skip: 1, effect: { kind: 'status', status: 401, code: 20003 } } as const
    const scene = await play({ inputs: apply, faults: [...(fault === null ? [] : [fault]), denied] })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET POST GET'])
    expect(annotated(scene, 'error').at(-1)).toBe(says)
    expect(scene.stored).toEqual(safe)
  })

  it('that is lost, then refused, is not known to have done nothing', async () => {
    const faults = [
      { match, effect: { kind: 'reset' } },
      { match, effect: { kind: 'status', status: 400, code: 20001 } },
    ] as const
    const scene = await play({ inputs: apply, faults })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', `GET POST ${sixReads} POST`])
    expect(annotated(scene, 'error').at(-1)).toBe(unknown)
  })

  it('that does not take is told field by field, with the edition if it is encryption', async () => {
    const scene = await play({ seed: { quirks: { ignores: ['encryption_enabled', 'aws_s3_url'] } }, inputs: apply })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.methods]).toEqual([
      1,
      'unverified',
      'true',
      `GET POST ${sixReads}`,
    ])
    expect(headingOf(scene)).toBe('❌ Not verified: after the write encryption is off, and the bucket URL is missing')
    expect(annotated(scene, 'error')).toEqual([
      `Twilio accepted the write, but the account has encryption_enabled: false, not true; aws_s3_url: blank, not "${safe.aws_s3_url}".`,
      "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
      'On the live account external storage is on, but aws_s3_url is blank, so it cannot work. Apply the desired settings.',
    ])
    expect(annotated(scene, 'warning')).toEqual([])
  })

  it('that someone else crosses is applied, with a warning for what they changed', async () => {
    const crossing: Scenario['options'] = {
      onRequest: ({ method }, sandbox) => {
        if (method === 'GET' && sandbox.requests.length === 3)
          sandbox.setSettings(accountSid, 'composition', { friendly_name: 'Theirs' })
      },
    }
    const { 'friendly-name': _, ...managed } = apply
    const scene = await play({ options: crossing, inputs: managed })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
    expect(annotated(scene, 'warning')).toEqual([
      'friendly_name is not managed and was not written, but changed during the run: somebody else wrote in the meantime. Run "mode: check".',
    ])
  })
})
