import { describe, expect, it } from 'vitest'
import { drifts, subaccountSid } from './fleet-fixtures.ts'
import { countsOf, fleetForTest, linesOf, numberOf, numbersTo, type TargetRecord, summaryLines } from './fleet-run.ts'
import { changesOf, headingOf } from './scenario.ts'

const apply = { mode: 'apply' }

describe('a cancelled apply over a fleet', () => {
  it('says of each account whether it was written, as Twilio has it', async () => {
    const numbers = numbersTo(40)
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    let posts = 0
    const { sandbox, run } = await fleetForTest(40, drifts(...numbers), {
      onRequest: ({ method }) => {
        if (method === 'POST' && ++posts === 12) resolve('SIGTERM')
      },
      // From then on, responses take longer than the action may run.
      delayMs: () => (posts < 12 ? 0 : 60_000),
    })
    const result = await run({ ...apply, concurrency: '4' }, { signal: promise })
    const by = (how: TargetRecord['written']): number[] =>
      numbers.filter((number) => result.targets.get(subaccountSid(number))?.written === how)
    const stored = numbers.filter(
      (number) => sandbox.settings(subaccountSid(number), 'composition')?.encryption_enabled === true,
    )
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'partial', drift: 'true', report: 'evidence.json' })
    expect(changesOf(result)).toHaveLength(40)
    expect(by('yes').filter((number) => !stored.includes(number))).toEqual([])
    expect(by('no').filter((number) => stored.includes(number))).toEqual([])
    // No more are in doubt than were under way, among them the one on which the job was cancelled.
    expect(by('unknown')).toContain(
      numberOf(sandbox.requests.filter(({ method }) => method === 'POST')[11]?.account ?? ''),
    )
    expect(by('unknown').length).toBeLessThanOrEqual(4)
    expect(by('no').length).toBeGreaterThanOrEqual(40 - 12 - 3)

    const applied = numbers.filter((number) => result.targets.get(subaccountSid(number))?.result === 'applied')
    expect(headingOf(result)).toBe(
      `❌ Partly applied: ${applied.length} accounts written and read back, ${40 - applied.length} not`,
    )
    expect(countsOf(result)).toEqual([`error ${40 - applied.length}`, `applied ${applied.length}`, 'in-sync 1'])
    const said = {
      yes: 'Applied: 1 setting written and read back',
      unknown: 'it is unknown whether Twilio took them',
      no: 'The job was cancelled. Nothing was written.',
    }
    const groups = summaryLines(result).join('\n').split('<h3>')
    for (const number of numbers) {
      const row = groups.find((group) => group.includes(subaccountSid(number)))
      const { written, result: own } = result.targets.get(subaccountSid(number)) ?? {}
      expect(row).toContain(written === 'yes' && own === 'error' ? 'they were not read back' : said[written ?? 'no'])
    }
    expect(linesOf(result).filter((line) => line.startsWith('::error')).length).toBeLessThan(10)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('verifies what is under way, and begins nothing new: %s', async (signal) => {
    const numbers = numbersTo(20)
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    let posts = 0
    const { run, written } = await fleetForTest(20, drifts(...numbers), {
      onRequest: ({ method }) => void (method === 'POST' && ++posts === 6 && resolve(signal)),
      delayMs: () => (posts < 6 ? 0 : 2_000),
    })
    const result = await run({ ...apply, concurrency: '4' }, { signal: promise })
    expect(result.outputs).toMatchObject({ result: 'partial' })
    const of = (how: string): number[] =>
      numbers.filter((number) => result.targets.get(subaccountSid(number))?.written === how)
    const applied = numbers.filter((number) => result.targets.get(subaccountSid(number))?.result === 'applied')
    expect([of('unknown'), of('yes'), applied]).toEqual([[], written(), written()])
    expect(written().length).toBeLessThanOrEqual(9)
    expect(of('no')).toHaveLength(20 - written().length)
  })

  it('that is cancelled while it reads has written nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    let arrived = 0
    const { run, written } = await fleetForTest(20, drifts(...numbersTo(20)), {
      onRequest: () => void (++arrived === 10 && resolve('SIGINT')),
      delayMs: () => (arrived < 10 ? 0 : 60_000),
    })
    const result = await run({ ...apply, concurrency: '2' }, { signal: promise })
    expect(result.outputs).toMatchObject({ result: 'error', drift: 'true', 'plan-id': '' })
    expect(written()).toEqual([])
    expect(result.evidenceFile.targets.filter(({ written: how }) => how !== 'no')).toEqual([])
    expect(result.evidenceFile.targets.every(({ error }) => error === null || error.name === 'StoppedError')).toBe(true)
  })
})
