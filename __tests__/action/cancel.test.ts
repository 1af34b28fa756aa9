import { describe, expect, it } from 'vitest'
import type { Fault } from '../sandbox/sandbox.ts'
import { open, safe, safeInputs } from './fixtures.ts'
import { endless } from './impatient.ts'
import { annotated, changesOf, headingOf, leadOf, onStage, type Scene } from './scenario.ts'

interface Cancelled {
  readonly signal: NodeJS.Signals
  readonly inputs: Readonly<Record<string, string>>
  readonly faults?: readonly Fault[]
  readonly quirks?: { readonly lagReads: number }
  /** The job is cancelled when so many requests have arrived, or when the log says this. */
  readonly at: number | string
}

const hang = { kind: 'hang' } as const
const evidence = { 'report-path': 'evidence.json' }
const unknown =
  'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.'
const skippedOutcome =
  'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.'

/** A job that was cancelled while it waited as Twilio had asked. */
const putOff =
  /^The job was cancelled\. Before that: (GET|POST) \S+ failed with HTTP 429, Twilio code 20429: The sandbox was told to fail \(request RQ\w+; tried once; see \S+\)\.$/

async function cancel(
  { signal, inputs, faults = [], quirks = { lagReads: 0 }, at }: Cancelled,
  before = /^The job was cancelled\.$/,
  drift: '' | 'true' = '',
): Promise<Scene> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let arrived = 0
  const onRequest = (): void => {
    arrived++
    if (arrived === at) resolve(signal)
  }
  const onLog = (log: string): undefined => {
    if (typeof at === 'string' && log.includes(at)) resolve(signal)
  }
  const scene = await onStage({ seed: { quirks }, options: { onRequest }, faults }, (_, run) =>
    run({ inputs: { ...inputs, ...evidence }, env: endless, signal: promise, onLog }),
  )
  expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.outputs['report']]).toEqual([
    1,
    'error',
    drift,
    'evidence.json',
  ])
  expect(annotated(scene, 'error')).toContainEqual(expect.stringMatching(before))
  expect(JSON.parse(scene.evidence ?? '')).toMatchObject({
    result: 'error',
    drift: drift === 'true' ? true : null,
    targets: [
      {
        result: 'error',
        after: null,
        error: { name: 'StoppedError', message: expect.stringMatching(/^The job was cancelled\./) as unknown },
      },
    ],
  })
  return scene
}

describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it.each(['check', 'plan', 'apply'] as const)('while %s reads: nothing was written', async (mode) => {
    const scene = await cancel({ signal, inputs: { ...safeInputs, mode }, faults: [{ effect: hang }], at: 1 })
    expect(scene.methods).toBe('GET')
    const done = { check: 'checked', plan: 'planned', apply: 'written' }[mode]
    expect(headingOf(scene)).toBe(`❌ Cancelled: nothing was ${done}`)
    expect(scene.summary.includes('Nothing was written.')).toBe(mode === 'apply')
    expect([changesOf(scene), scene.outputs['plan-id']]).toEqual([[], ''])
  })

  it('while it waits to read again: nothing was written', async () => {
    const fault: Fault = {
      times: Infinity,
      effect: { kind: 'status', status: 429, code: 20429, headers: { 'retry-after': '60' } },
    }
    const scene = await cancel(
      { signal, inputs: { ...safeInputs, mode: 'apply' }, faults: [fault], at: 'trying again in 60.0 s' },
      putOff,
    )
    expect(scene.methods).toBe('GET')
    expect(scene.summary).toContain('Nothing was written.')
  })

  it('while it waits to write again, after Twilio took no write: nothing was written', async () => {
    const fault: Fault = {
      match: { method: 'POST' },
      times: Infinity,
      effect: { kind: 'status', status: 429, code: 20429, headers: { 'retry-after': '60' } },
    }
    const scene = await cancel(
      { signal, inputs: { ...safeInputs, mode: 'apply' }, faults: [fault], at: 'trying again in 60.0 s' },
      putOff,
      'true',
    )
    expect(scene.methods).toBe('GET POST')
    expect(headingOf(scene)).toBe('❌ Cancelled: nothing was written')
    expect(scene.summary).toContain('Nothing was written.')
    expect(scene.stored).toEqual(open)
  })

  it.each([
    [true, safe],
    [false, open],
  ])('while the write hangs, carried out: %s: nobody claims to know', async (carriedOut, stored) => {
    const scene = await cancel({
      signal,
      inputs: { ...safeInputs, mode: 'apply' },
      faults: [{ match: { method: 'POST' }, carriedOut, effect: hang }],
      at: 2,
    })
    expect(scene.methods).toBe('GET POST')
    expect(headingOf(scene)).toBe('❌ Cancelled: unknown whether the settings were written')
    expect(annotated(scene, 'error')).toContain(unknown)
    expect(leadOf(scene)).toContain(unknown)
    expect(changesOf(scene)).toHaveLength(5)
    expect(scene.stored).toEqual(stored)
  })

  it('while the read back hangs: it was written, and not verified', async () => {
    const scene = await cancel({
      signal,
      inputs: { ...safeInputs, mode: 'apply' },
      faults: [{ match: { method: 'GET' }, skip: 1, effect: hang }],
      at: 3,
    })
    expect(scene.methods).toBe('GET POST GET')
    expect(leadOf(scene)).toContain(skippedOutcome)
    expect(scene.stored).toEqual(safe)
  })

  it('while it waits for the write to show: it was written, and not verified', async () => {
    const scene = await cancel({ signal, inputs: { ...safeInputs, mode: 'apply' }, quirks: { lagReads: 99 }, at: 5 })
    expect(scene.methods).toBe('GET POST GET GET GET')
    expect(annotated(scene, 'error')).toContain(skippedOutcome)
    expect(scene.stored).toEqual(safe)
  })
})
