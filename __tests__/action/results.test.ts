import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/report/evidence.ts'
import type { Effect, Fault } from '../sandbox/sandbox.ts'
import { accountSid, forkEvent, keySid, open, otherAccountSid, safe, safeInputs } from './fixtures.ts'
import { headingOf, leadOf, play, type Scenario } from './scenario.ts'
import { settingNames } from '../../src/settings/settings.ts'

type Mode = 'check' | 'plan' | 'apply'

interface Cell {
  readonly why: string
  readonly scenario: Scenario
  readonly modes: readonly Mode[]
  readonly exitCode: 0 | 1
  readonly drift: 'true' | 'false' | ''
  readonly heading: string
  /** What was sent. */
  readonly methods: string
}

const every: readonly Mode[] = ['check', 'plan', 'apply']
const floorInputs = { require: 'encryption' }
const offInputs = { 'encryption-enabled': 'false' }
const noCredentials = { credentials: { with: { 'account-sid': accountSid } }, event: forkEvent }
const wrongAccount = { faults: [{ effect: { kind: 'wrong-account', sid: otherAccountSid } }] } as const
const refusedLogin = { faults: [{ effect: { kind: 'status', status: 401, code: 20003 } }] } as const

/**
 * Every cell that can occur with one target. In `apply` a difference is either written or stopped, so
 * `drift` is not a way to end.
 */
const cells: Readonly<Record<string, readonly Cell[]>> = {
  'in-sync': [
    {
      why: 'everything is as desired',
      scenario: { seed: { compositionSettings: safe }, inputs: safeInputs },
      modes: every,
      exitCode: 0,
      drift: 'false',
      heading: `✅ In sync: ${settingNames.length} settings match`,
      methods: 'GET',
    },
    {
      why: 'nothing is managed, and the floor is met',
      scenario: { seed: { compositionSettings: safe }, inputs: floorInputs },
      modes: every,
      exitCode: 0,
      drift: 'false',
      heading: '✅ Compliant: the account meets what is required',
      methods: 'GET',
    },
  ],
  drift: [
    {
      why: 'a setting differs',
      scenario: { inputs: safeInputs },
      modes: ['check'],
      exitCode: 1,
      drift: 'true',
      heading: '❌ Drift: encryption is off, and 4 more',
      methods: 'GET',
    },
    {
      why: 'a setting differs',
      scenario: { inputs: safeInputs },
      modes: ['plan'],
      exitCode: 0,
      drift: 'true',
      heading: '📝 Plan: 5 settings would change',
      methods: 'GET',
    },
    {
      why: 'a setting differs, and the live account is below the floor',
      scenario: { inputs: { ...safeInputs, ...floorInputs } },
      modes: ['check'],
      exitCode: 1,
      drift: 'true',
      heading: '❌ Drift: encryption is off, and 4 more',
      methods: 'GET',
    },
    {
      why: 'a setting differs, and the live account is below the floor',
      scenario: { inputs: { ...safeInputs, ...floorInputs } },
      modes: ['plan'],
      exitCode: 0,
      drift: 'true',
      heading: '📝 Plan: 5 settings would change',
      methods: 'GET',
    },
  ],
  noncompliant: [
    {
      why: 'only the live account is below the floor',
      scenario: { inputs: floorInputs },
      modes: ['check', 'apply'],
      exitCode: 1,
      drift: 'false',
      heading: '❌ Not compliant: encryption is not on',
      methods: 'GET',
    },
    {
      why: 'only the live account is below the floor',
      scenario: { inputs: floorInputs },
      modes: ['plan'],
      exitCode: 0,
      drift: 'false',
      heading: '⚠️ Not compliant: encryption is not on',
      methods: 'GET',
    },
    {
      why: 'what is desired matches, and both are below the floor',
      scenario: { inputs: { ...offInputs, ...floorInputs } },
      modes: every,
      exitCode: 1,
      drift: 'false',
      heading: '❌ Not compliant: the workflow asks for no encryption, and encryption is not on',
      methods: 'GET',
    },
    {
      why: 'what is desired differs, and is below the floor',
      scenario: { seed: { compositionSettings: safe }, inputs: { ...offInputs, ...floorInputs } },
      modes: ['check', 'plan'],
      exitCode: 1,
      drift: 'true',
      heading: '❌ Not compliant: the workflow asks for no encryption',
      methods: 'GET',
    },
    {
      why: 'it was written and read back, and is still below the floor',
      scenario: { inputs: { 'friendly-name': 'Renamed', ...floorInputs } },
      modes: ['apply'],
      exitCode: 1,
      drift: 'false',
      heading: '❌ Not compliant: encryption is not on',
      methods: 'GET POST GET',
    },
    {
      why: 'there are no credentials, and what is desired is below the floor',
      scenario: { ...noCredentials, inputs: { ...offInputs, ...floorInputs } },
      modes: every,
      exitCode: 1,
      drift: '',
      heading: '❌ Not compliant: the workflow asks for no encryption',
      methods: '',
    },
  ],
  applied: [
    {
      why: 'it was written, and reads back as desired',
      scenario: { inputs: safeInputs },
      modes: ['apply'],
      exitCode: 0,
      drift: 'false',
      heading: '✅ Applied: 5 settings written and read back',
      methods: 'GET POST GET',
    },
  ],
  unverified: [
    {
      why: 'it was written, and reads back different',
      scenario: { seed: { quirks: { ignores: ['encryption_enabled'] } }, inputs: safeInputs },
      modes: ['apply'],
      exitCode: 1,
      drift: 'true',
      heading: '❌ Not verified: after the write encryption is off',
      methods: 'GET POST GET GET GET GET GET GET',
    },
  ],
  refused: [
    {
      why: 'a guard stopped it',
      scenario: { seed: { compositionSettings: safe }, inputs: offInputs },
      modes: ['apply'],
      exitCode: 1,
      drift: 'true',
      heading: '🛑 Refused: encryption would be switched off',
      methods: 'GET',
    },
    {
      why: 'another account answered',
      scenario: { ...wrongAccount, inputs: safeInputs },
      modes: ['check', 'plan'],
      exitCode: 1,
      drift: '',
      heading: '🛑 Another account answered',
      methods: 'GET',
    },
    {
      why: 'another account answered',
      scenario: { ...wrongAccount, inputs: safeInputs },
      modes: ['apply'],
      exitCode: 1,
      drift: '',
      heading: '🛑 Refused: another account answered',
      methods: 'GET',
    },
  ],
  skipped: [
    {
      why: 'a fork has no credentials',
      scenario: { ...noCredentials, inputs: safeInputs },
      modes: every,
      exitCode: 0,
      drift: '',
      heading: '⚠️ Skipped: the live account was NOT checked',
      methods: '',
    },
  ],
  error: [
    {
      why: 'Twilio refuses the credential',
      scenario: { ...refusedLogin, inputs: safeInputs },
      modes: every,
      exitCode: 1,
      drift: '',
      heading: '❌ Error: Twilio refused the credential',
      methods: 'GET',
    },
    {
      why: 'an input is wrong',
      scenario: { inputs: { ...safeInputs, 'encryption-key-sid': 'CR1' } },
      modes: every,
      exitCode: 1,
      drift: '',
      heading: '❌ Error: 1 mistake in the workflow',
      methods: '',
    },
    {
      why: 'Twilio refuses the write',
      scenario: { seed: { quirks: { s3Probe: 'fails' } }, inputs: safeInputs },
      modes: ['apply'],
      exitCode: 1,
      drift: 'true',
      heading: '❌ Error: Twilio refused the request',
      methods: 'GET POST',
    },
  ],
}

describe.concurrent.each(Object.entries(cells))('%s', (result, ways) => {
  const rows = ways.flatMap(({ modes, ...way }) => modes.map((mode) => ({ ...way, mode })))
  it.each(rows)('$mode: $why', async ({ mode, scenario, exitCode, drift, heading, methods }) => {
    const scene = await play({ ...scenario, inputs: { ...scenario.inputs, mode } })
    expect(headingOf(scene)).toBe(heading)
    expect(scene.outputs).toMatchObject({ result, drift })
    expect(Object.keys(scene.outputs)).toEqual(['result', 'drift', 'changes', 'findings', 'plan-id', 'report'])
    expect(scene.exitCode).toBe(exitCode)
    expect(scene.methods).toBe(methods)
  })
})

describe.concurrent('apply to both resources of one account', () => {
  const both = {
    ...safeInputs,
    resources: 'compositions, recordings',
    'allow-risky-changes': 'recordings-uncomposable',
    mode: 'apply',
  }
  const start = { compositionSettings: open, recordingSettings: open }
  const post = (resource: 'Composition' | 'Recording', effect: Effect): Fault => ({
    match: { method: 'POST', path: `${resource}Settings` },
    times: Infinity,
    effect,
  })
  const refusesRecordings = post('Recording', { kind: 'status', status: 400, code: 20001 })
  const losesCompositions = post('Composition', { kind: 'reset' })
  const untaken = { ...start, quirks: { ignores: ['encryption_enabled'] } }
  const readBack = 'GET GET GET GET GET GET'
  /** After the five seconds of reading back, what is to be written next is looked at once more. */
  const lookAgain = 'GET'

  it.each<[why: string, scenario: Scenario, result: string, drift: string, each: string, methods: string]>([
    [
      'one applied, the other applied',
      { seed: start },
      'applied',
      'false',
      'applied, applied',
      'GET GET POST GET POST GET',
    ],
    [
      'one applied, the other refused by Twilio',
      { seed: start, faults: [refusesRecordings] },
      'partial',
      'true',
      'applied, error',
      'GET GET POST GET POST',
    ],
    [
      'one unverified, the other refused by Twilio',
      { seed: untaken, faults: [refusesRecordings] },
      'partial',
      'true',
      'unverified, error',
      `GET GET POST ${readBack} ${lookAgain} POST`,
    ],
    [
      'one not known, the other refused by Twilio',
      { seed: start, faults: [losesCompositions, refusesRecordings] },
      'partial',
      'true',
      'error, error',
      `GET GET POST ${readBack} POST ${readBack} ${lookAgain} POST`,
    ],
    [
      'one not known, the other applied',
      { seed: start, faults: [losesCompositions] },
      'partial',
      '',
      'error, applied',
      `GET GET POST ${readBack} POST ${readBack} ${lookAgain} POST GET`,
    ],
    [
      'both unverified',
      { seed: untaken },
      'unverified',
      'true',
      'unverified, unverified',
      `GET GET POST ${readBack} ${lookAgain} POST ${readBack}`,
    ],
  ])('%s', async (_, scenario, result, drift, each, methods) => {
    const scene = await play({ ...scenario, inputs: { ...both, 'report-path': 'evidence.json' } })
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift']]).toEqual([
      result === 'applied' ? 0 : 1,
      result,
      drift,
    ])
    const { drift: recorded, targets } = JSON.parse(scene.evidence ?? '') as Evidence
    expect(recorded).toBe({ true: true, false: false, '': null }[drift])
    expect(targets.map((target) => target.result).join(', ')).toBe(each)
    expect(scene.methods).toBe(methods)
  })
})

describe.concurrent('what noncompliant means', () => {
  const ofWorkflow = 'The workflow asks for no encryption ("encryption-enabled: false"), and "require" demands it.'
  const live = 'On the live account encryption is off, and "require" demands it.'

  it.each([
    ['what is desired matches', { inputs: { ...offInputs, ...floorInputs } }, ofWorkflow],
    ['it was written', { inputs: { 'friendly-name': 'Renamed', ...floorInputs, mode: 'apply' } }, live],
    [
      'what is desired differs',
      { seed: { compositionSettings: safe }, inputs: { ...offInputs, ...floorInputs } },
      ofWorkflow,
    ],
    ['nothing was read', { ...noCredentials, inputs: { ...offInputs, ...floorInputs } }, ofWorkflow],
  ] satisfies [string, Scenario, string][])('is told with what is known: %s', async (_, scenario, explanation) => {
    expect(leadOf(await play(scenario))).toContain(explanation)
  })
})

describe.concurrent('outputs', () => {
  it('give every change with what the account has, and its plan-id', async () => {
    const { outputs } = await play({ inputs: { 'encryption-enabled': 'true', 'encryption-key-sid': keySid } })
    const of = { account_sid: accountSid, resource: 'composition-settings' }
    expect(outputs['changes']).toBe(
      JSON.stringify([
        { ...of, setting: 'encryption_enabled', current: false, desired: true },
        { ...of, setting: 'encryption_key_sid', current: null, desired: keySid },
      ]),
    )
    expect(outputs['plan-id']).toMatch(/^[0-9a-f]{64}$/)
  })

  it('leave out the current value of what the account does not have', async () => {
    const { outputs } = await play({ seed: { quirks: { edition: false } }, inputs: { 'encryption-enabled': 'true' } })
    expect(outputs['changes']).toBe(
      JSON.stringify([
        { account_sid: accountSid, resource: 'composition-settings', setting: 'encryption_enabled', desired: true },
      ]),
    )
  })

  it('keep the changes of a refused and of a failed write', async () => {
    const refused = await play({ seed: { compositionSettings: safe }, inputs: { ...offInputs, mode: 'apply' } })
    expect(JSON.parse(refused.outputs['changes'] ?? '')).toHaveLength(1)
    const failed = await play({ seed: { quirks: { s3Probe: 'fails' } }, inputs: { ...safeInputs, mode: 'apply' } })
    expect(JSON.parse(failed.outputs['changes'] ?? '')).toHaveLength(5)
    expect(failed.outputs['plan-id']).toMatch(/^[0-9a-f]{64}$/)
    expect(failed.stored).toEqual(open)
  })

  it.each([
    ['wrong account', { ...wrongAccount, inputs: safeInputs }],
    ['error', { ...refusedLogin, inputs: safeInputs }],
    ['skipped', { ...noCredentials, inputs: safeInputs }],
    ['wrong input', { inputs: { mode: 'nope' } }],
  ] satisfies [string, Scenario][])('have no changes and no plan where nothing was read: %s', async (_, scenario) => {
    const { outputs } = await play(scenario)
    expect(outputs).toMatchObject({ changes: '[]', 'plan-id': '', report: '', drift: '' })
  })
})
