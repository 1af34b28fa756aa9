import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/report/evidence.ts'
import type { Fault } from '../sandbox/sandbox.ts'
import { accountSid, bucket, forkEvent, keySid, open, otherAccountSid, safe, safeInputs } from './fixtures.ts'
import { preloaded } from './preloaded.ts'
import { annotated, headingOf, onStage, play, type Scenario, type Scene, tokenInputs } from './scenario.ts'
import { settingNames } from '../../src/settings/settings.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const reported = { ...safeInputs, 'report-path': 'reports/evidence.json' }
const evidenceOf = ({ evidence }: Scene): Record<string, unknown> =>
  JSON.parse(evidence ?? 'null') as Record<string, unknown>

const ways: readonly (readonly [result: string, scenario: Scenario])[] = [
  ['in-sync', { seed: { compositionSettings: safe }, inputs: reported }],
  ['drift', { inputs: reported }],
  ['noncompliant', { inputs: { require: 'encryption', 'report-path': 'reports/evidence.json' } }],
  ['applied', { inputs: { ...reported, mode: 'apply' } }],
  ['unverified', { seed: { quirks: { ignores: ['encryption_enabled'] } }, inputs: { ...reported, mode: 'apply' } }],
  [
    'refused',
    { seed: { compositionSettings: safe }, inputs: { ...reported, 'encryption-enabled': 'false', mode: 'apply' } },
  ],
  ['refused', { inputs: reported, faults: [{ effect: { kind: 'wrong-account', sid: otherAccountSid } }] }],
  ['skipped', { inputs: reported, credentials: {}, event: forkEvent }],
  ['error', { inputs: reported, faults: [{ effect: { kind: 'status', status: 401, code: 20003 } }] }],
  ['error', { inputs: { ...reported, mode: 'aply' } }],
  [
    'error',
    {
      inputs: { ...reported, mode: 'apply' },
      faults: [{ match: { method: 'POST' }, effect: { kind: 'status', status: 400, code: 20001 } }],
    },
  ],
]

describe.concurrent('the evidence file', () => {
  it.each(ways)('is written, with the same verdict as the outputs: %s', async (result, scenario) => {
    const scene = await play(scenario)
    expect(scene.outputs).toMatchObject({ result, report: 'reports/evidence.json' })
    expect(evidenceOf(scene)).toMatchObject({
      schemaVersion: 2,
      action: { name: 'twilio-composition-settings', version },
      result,
      drift: { true: true, false: false, '': null }[scene.outputs['drift'] ?? ''],
      planId: scene.outputs['plan-id'] === '' ? null : scene.outputs['plan-id'],
      run: {
        repository: 'your-org/app',
        commit: 'c'.repeat(40),
        ref: 'refs/heads/main',
        workflow: 'Media settings',
        url: 'https://github.com/your-org/app/actions/runs/1',
        attempt: 1,
        actor: 'octocat',
        event: scenario.event?.name ?? 'push',
      },
    })
    expect(scene.evidence?.endsWith('}\n')).toBe(true)
  })

  it('is not written when nobody asks for it', async () => {
    const scene = await play({ inputs: safeInputs })
    expect([scene.outputs['report'], scene.evidence]).toEqual(['', null])
  })

  it('holds what was desired, was there, and is there now, the changes, the guards and what allowed them', async () => {
    const inputs = {
      'encryption-enabled': 'true',
      'encryption-key-sid': keySid,
      'aws-storage-enabled': 'false',
      mode: 'apply',
      'allow-risky-changes': 'storage-off',
      'report-path': 'reports/evidence.json',
    }
    const before = { ...safe, encryption_enabled: false }
    const scene = await play({ seed: { compositionSettings: before }, inputs })
    const of = { account_sid: accountSid, resource: 'composition-settings' }
    expect(evidenceOf(scene)).toMatchObject({
      mode: 'apply',
      title: 'Applied: 2 settings written and read back',
      errors: [],
      targets: [
        {
          ...of,
          result: 'applied',
          desired: { encryption_enabled: true, encryption_key_sid: keySid, aws_storage_enabled: false },
          current: before,
          after: { ...before, encryption_enabled: true, aws_storage_enabled: false, aws_s3_url: bucket },
          changes: [
            { ...of, setting: 'encryption_enabled', current: false, desired: true },
            { ...of, setting: 'aws_storage_enabled', current: true, desired: false },
          ],
          findings: [],
          guards: [{ rule: 'storage-off', allowance: 'storage-off', isAllowed: true }],
          error: null,
        },
      ],
      run: { requestIds: scene.requests.map(({ requestId }) => requestId) },
    })
  })

  it('holds the findings', async () => {
    const scene = await play({ inputs: { require: 'encryption', 'report-path': 'reports/evidence.json' } })
    const message =
      'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply.'
    expect(evidenceOf(scene)).toMatchObject({
      targets: [{ findings: [{ rule: 'floor-encryption', severity: 'error', message }] }],
      errors: [message],
    })
  })

  it.each(['GET', 'POST'] as const)('names the request that failed, too: %s', async (method) => {
    const scene = await play({
      inputs: { ...reported, mode: 'apply' },
      faults: [{ match: { method }, effect: { kind: 'status', status: 400, code: 20001 } }],
    })
    expect(evidenceOf(scene)).toMatchObject({ run: { requestIds: scene.requests.map(({ requestId }) => requestId) } })
    expect(scene.summary).toContain(scene.requests.at(-1)?.requestId)
  })

  it.each([
    ['in-sync', { compositionSettings: safe }, reported],
    ['drift', { compositionSettings: open }, reported],
    ['refused', { compositionSettings: safe }, { ...reported, 'encryption-enabled': 'false', mode: 'apply' }],
  ])('of two runs on the same state differs only in what is about the run: %s', async (_, seed, inputs) => {
    await onStage({ seed }, async (_, run) => {
      const { run: about, ...evidence } = evidenceOf(await run({ inputs }))
      const { run: aboutOther, ...other } = evidenceOf(
        await run({
          inputs,
          event: { name: 'schedule', actor: 'somebody' },
          env: { GITHUB_RUN_ID: '2', GITHUB_RUN_ATTEMPT: '2', GITHUB_SHA: 'd'.repeat(40) },
        }),
      )
      expect(other).toEqual(evidence)
      expect(aboutOther).not.toEqual(about)
    })
  })

  const denied = (status: number, code: number): Fault[] => [
    { times: Infinity, effect: { kind: 'status', status, code } },
  ]
  it.each<[string, Scenario]>([
    [
      'a wrong auth token',
      { inputs: reported, credentials: { with: { ...tokenInputs, 'auth-token': 'wrong-token-of-account-a-aaaaaaa' } } },
    ],
    ['a key without the permission', { inputs: reported, faults: denied(403, 20403) }],
    [
      'a refused write',
      {
        inputs: { ...reported, mode: 'apply' },
        faults: [{ match: { method: 'POST' }, times: Infinity, effect: { kind: 'status', status: 400, code: 20001 } }],
      },
    ],
    [
      'credentials that may not be listed',
      {
        inputs: { ...reported, 'verify-credentials': 'true' },
        faults: [
          { match: { path: '/v1/Credentials' }, times: Infinity, effect: { kind: 'status', status: 403, code: 20403 } },
        ],
      },
    ],
  ])(
    'of two runs that met the same refusal tells their requests apart in `run` alone: %s',
    async (_, { faults = [], ...scenario }) => {
      await onStage({ faults }, async (_, run) => {
        const [first, second] = [await run(scenario), await run(scenario)]
        const idsOf = ({ requests }: Scene): string[] => requests.map(({ requestId }) => requestId)
        const [{ run: about, ...evidence }, { run: aboutOther, ...other }] = [evidenceOf(first), evidenceOf(second)]
        expect(evidence).toEqual(other)
        expect(idsOf(first).filter((id) => JSON.stringify(evidence).includes(id))).toEqual([])
        expect(idsOf(first)).toEqual(expect.arrayContaining((about as Evidence['run']).requestIds))
        expect(idsOf(second)).toEqual(expect.arrayContaining((aboutOther as Evidence['run']).requestIds))
      })
    },
  )
})

describe.concurrent('what cannot be written', () => {
  it('is no log: what is being done at Twilio is brought to its end', async () => {
    const scene = await play({ inputs: { ...reported, mode: 'apply' }, isUnread: true })
    expect([scene.exitCode, scene.log, scene.outputs['result'], scene.stored]).toEqual([0, '', 'applied', safe])
    expect(scene.summary).toContain('Applied: ')
  })

  it('is no pipe, for which somebody would have to wait', async () => {
    const scene = await play({ inputs: { ...safeInputs, 'report-path': 'device' }, links: { device: '/dev/null' } })
    expect(scene.outputs).toMatchObject({ result: 'drift', report: '' })
    expect(annotated(scene, 'warning')).toEqual([])
    expect(scene.log).toContain(
      '::warning::The evidence file device was not written: the path exists and is not a regular file',
    )
  })

  it('leaves outputs also after a defect of the action', async () => {
    const scene = await play({
      inputs: safeInputs,
      env: preloaded("Date.prototype.toISOString = () => { throw new Error('broken') }"),
    })
    expect(scene.exitCode).toBe(1)
    expect(scene.outputs).toEqual({
      result: 'error',
      drift: '',
      changes: '[]',
      findings: '[]',
      'plan-id': '',
      report: '',
    })
    expect(scene.log).toContain(
      '::error::Unexpected: broken. Please report this as a bug of the action, with the log of a run in debug mode.',
    )
  })

  const fileInTheWay = { workspace: { reports: 'a file where a folder should be' } }

  it.each([
    ['in-sync', 0, safe],
    ['drift', 1, open],
  ])(
    'leaves the verdict as it is, with a warning, when it is the evidence: %s',
    async (result, exitCode, compositionSettings) => {
      const scene = await play({ seed: { compositionSettings }, inputs: reported, ...fileInTheWay })
      expect([scene.exitCode, scene.outputs['result'], scene.outputs['report']]).toEqual([exitCode, result, ''])
      const warnings = scene.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)
      expect(warnings).toEqual([
        expect.stringMatching(/^The evidence file reports\/evidence\.json was not written: E[A-Z]+: /),
      ])
      expect(scene.summary).toContain(result === 'drift' ? 'Drift: ' : 'In sync: ')
    },
  )

  it.each([
    ['in-sync', 0, safe, ''],
    ['in-sync', 0, safe, '/nowhere/summary.md'],
    ['drift', 1, open, ''],
  ])(
    'leaves the verdict as it is, with a warning, when it is the summary: %s',
    async (result, exitCode, compositionSettings, GITHUB_STEP_SUMMARY) => {
      const scene = await play({ seed: { compositionSettings }, inputs: reported, env: { GITHUB_STEP_SUMMARY } })
      expect([scene.exitCode, scene.outputs['result'], scene.outputs['report']]).toEqual([
        exitCode,
        result,
        'reports/evidence.json',
      ])
      const warnings = scene.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)
      expect(warnings).toEqual([expect.stringMatching(/^The job summary was not written: /)])
      expect(annotated(scene, 'error')).toHaveLength(result === 'drift' ? 1 : 0)
    },
  )

  it('fails the step when it is the outputs, since nobody could rely on them', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      inputs: safeInputs,
      env: { GITHUB_OUTPUT: '/nowhere/output' },
    })
    expect(scene.exitCode).toBe(1)
    expect(scene.log).toMatch(/^::warning::The outputs were not set: Missing file at path: \/nowhere\/output/m)
    expect(scene.log).toMatch(/^::error::The outputs could not be set/m)
    expect(headingOf(scene)).toBe(`✅ In sync: ${settingNames.length} settings match`)
  })
})
