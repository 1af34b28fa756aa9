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
  /** Whether it waits for what takes long; if not, a timer of a second or more never comes to its end. */
  readonly isPatient?: boolean
  /** Whether a second signal comes at once after the first. */
  readonly isTwice?: boolean
  /** The output `drift`: known where nothing was written to what differs. Default: not known. */
  readonly drift?: 'true'
}

const hang = { kind: 'hang' } as const
const evidence = { 'report-path': 'evidence.json' }
const unknown =
  'The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.'
const skippedOutcome =
  'Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.'

/** What the log says at the first signal. */
const firstSignal = 'Cancelled: nothing new is begun. A write under way has 5 s'

/** A job in which a write took too long after the first signal. */
const late = /^The job was cancelled\. Twilio did not answer within 5 s after that\.$/

/** A job that was cancelled while it waited as Twilio had asked. */
const putOff =
  /^The job was cancelled\. Before that: (GET|POST) \S+ failed with HTTP 429, Twilio code 20429: The sandbox was told to fail \(request RQ\w+; tried once; see \S+\)\.$/

async function cancel(
  { signal, inputs, faults = [], quirks = { lagReads: 0 }, at, isPatient = false, isTwice = false, drift }: Cancelled,
  before = /^The job was cancelled\.$/,
): Promise<Scene> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let arrived = 0
  const onRequest = (): void => {
    arrived++
    if (arrived === at) resolve(signal)
  }
  let isOver = false
  const onLog = (log: string): NodeJS.Signals | undefined => {
    if (typeof at === 'string' && log.includes(at)) resolve(signal)
    if (!isTwice || isOver || !log.includes(firstSignal)) return undefined
    isOver = true
    return 'SIGTERM'
  }
  const scene = await onStage({ seed: { quirks }, options: { onRequest }, faults }, (_, run) =>
    run({ inputs: { ...inputs, ...evidence }, ...(isPatient ? {} : { env: endless }), signal: promise, onLog }),
  )
  expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.outputs['report']]).toEqual([
    1,
    'error',
    drift ?? '',
    'evidence.json',
  ])
  expect(annotated(scene, 'error')).toContainEqual(expect.stringMatching(before))
  expect(JSON.parse(scene.evidence ?? '')).toMatchObject({
    result: 'error',
    drift: drift === undefined ? null : true,
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
      {
        signal,
        inputs: { ...safeInputs, mode: 'apply' },
        faults: [fault],
        drift: 'true',
        at: 'trying again in 60.0 s',
      },
      putOff,
    )
    expect(scene.methods).toBe('GET POST')
    expect(headingOf(scene)).toBe('❌ Cancelled: nothing was written')
    expect(scene.summary).toContain('Nothing was written.')
    expect(scene.stored).toEqual(open)
  })

  it.each([
    [true, safe],
    [false, open],
  ])('while the write hangs for ever, carried out: %s: nobody claims to know', async (carriedOut, stored) => {
    const scene = await cancel(
      {
        signal,
        inputs: { ...safeInputs, mode: 'apply' },
        faults: [{ match: { method: 'POST' }, carriedOut, effect: hang }],
        at: 2,
        isPatient: true,
      },
      late,
    )
    expect(scene.methods).toBe('GET POST')
    expect(scene.milliseconds).toBeGreaterThan(5_000)
    expect(headingOf(scene)).toBe('❌ Cancelled: unknown whether the settings were written')
    expect(annotated(scene, 'error')).toContain(unknown)
    expect(leadOf(scene)).toContain(unknown)
    expect(changesOf(scene)).toHaveLength(5)
    expect(scene.stored).toEqual(stored)
  })

  it('twice, while the write hangs: it ends at once, and nobody claims to know', async () => {
    const scene = await cancel({
      signal,
      inputs: { ...safeInputs, mode: 'apply' },
      faults: [{ match: { method: 'POST' }, effect: hang }],
      at: 2,
      isTwice: true,
    })
    expect(scene.methods).toBe('GET POST')
    expect(annotated(scene, 'error')).toContain(unknown)
  })

  it('while the read back hangs: it was written, and not verified', async () => {
    const scene = await cancel(
      {
        signal,
        inputs: { ...safeInputs, mode: 'apply' },
        faults: [{ match: { method: 'GET' }, skip: 1, times: Infinity, effect: hang }],
        at: 3,
        isPatient: true,
      },
      late,
    )
    expect(scene.methods).toBe('GET POST GET')
    expect(leadOf(scene)).toContain(skippedOutcome)
    expect(scene.stored).toEqual(safe)
  })

  it('twice, while it waits for the write to show: it was written, and not verified', async () => {
    const scene = await cancel({
      signal,
      inputs: { ...safeInputs, mode: 'apply' },
      quirks: { lagReads: 99 },
      at: 5,
      isTwice: true,
    })
    expect(scene.methods).toBe('GET POST GET GET GET')
    expect(annotated(scene, 'error')).toContain(skippedOutcome)
    expect(scene.stored).toEqual(safe)
  })

  it('while a write is under way that is lost: it is read back, and not sent again', async () => {
    const scene = await cancel(
      {
        signal,
        inputs: { ...safeInputs, mode: 'apply' },
        faults: [
          { match: { method: 'POST' }, effect: { kind: 'truncate' } },
          // The signal comes before the response does.
          { match: { method: 'GET' }, skip: 1, effect: { kind: 'delay', ms: 100 } },
        ],
        at: 'reading back whether it took',
        isPatient: true,
      },
      /^The job was cancelled\./,
    )
    expect(scene.methods).toMatch(/^GET POST GET( GET)*$/)
    expect(annotated(scene, 'error')).toContain(unknown)
    expect(scene.stored).toEqual(open)
  })

  const held: Fault = { match: { method: 'POST' }, effect: { kind: 'delay', ms: 2_000 } }

  /** An `apply` that is cancelled as soon as so many requests have arrived. */
  async function applied(
    at: number,
    faults: readonly Fault[],
    { seed = {}, inputs = {} }: { readonly seed?: object; readonly inputs?: object } = {},
  ): Promise<Scene> {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    let arrived = 0
    const onRequest = (): void => void (++arrived === at && resolve(signal))
    return onStage({ seed, options: { onRequest }, faults }, (_, run) =>
      run({ inputs: { ...safeInputs, mode: 'apply', ...inputs, ...evidence }, signal: promise }),
    )
  }

  it('while the write is held for 2 s: it is read back, and told as what it is', async () => {
    const scene = await applied(2, [held])
    expect([scene.exitCode, scene.outputs['result'], scene.methods, scene.stored]).toEqual([
      0,
      'applied',
      'GET POST GET',
      safe,
    ])
    expect(scene.log).toContain(`\n${firstSignal}\n`)
  })

  it('while the write is held, and then does not take', async () => {
    const scene = await applied(2, [held], { seed: { quirks: { ignores: ['encryption_enabled'] } } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, scene.outputs['result']])
    expect(['unverified', 'error']).toContain(scene.outputs['result'])
    expect(scene.summary).not.toContain('Applied')
  })

  it('while the answer to a write is lost that took', async () => {
    const scene = await applied(2, [{ match: { method: 'POST' }, carriedOut: true, effect: { kind: 'reset' } }])
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
  })

  it('while it waits for the write to show', async () => {
    const scene = await applied(3, [], { seed: { quirks: { lagReads: 2 } } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET GET GET'])
  })

  it('while the first of two resources is written: the second one is not begun', async () => {
    const scene = await applied(3, [held], {
      inputs: { resources: 'compositions, recordings', 'allow-risky-changes': 'recordings-uncomposable' },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'partial', 'GET GET POST GET'])
    expect(headingOf(scene)).toBe(
      '❌ Partly applied: recording settings written and read back, composition settings not written',
    )
  })
})
