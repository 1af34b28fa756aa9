import { describe, expect, it } from 'vitest'
import type { Effect } from '../sandbox/sandbox.ts'
import { parentSid, subaccountSid, unencrypted } from './fleet-fixtures.ts'
import { countsOf, type Fleet, fleetForTest, linesOf, numbersTo, resultsOf, summaryLines } from './fleet-run.ts'
import { otherAccountSid } from './fixtures.ts'
import { hurriedClock } from './impatient.ts'
import { annotated, headingOf } from './scenario.ts'

const atOnce = { 'retry-after': '0' }
const status = (status: number, more: { code?: number; headers?: Record<string, string> } = {}): Effect => ({
  kind: 'status',
  status,
  ...more,
})

/** The failure of every tenth account: its kind, its number, the verdict, and the words on it. */
const troubles: readonly {
  readonly name: string
  readonly effect: Effect
  readonly times: number
  readonly result: string
  readonly said: string | null
}[] = [
  {
    name: '401',
    effect: status(401, { code: 20003 }),
    times: Infinity,
    result: 'error',
    said: 'failed with HTTP 401, Twilio code 20003',
  },
  {
    name: '403',
    effect: status(403, { code: 20005 }),
    times: Infinity,
    result: 'error',
    said: 'failed with HTTP 403, Twilio code 20005',
  },
  {
    name: '404, of settings that were never made',
    effect: status(404, { code: 20404 }),
    times: Infinity,
    result: 'drift',
    said: 'encryption_enabled: blank → true; friendly_name: blank → "Media"',
  },
  {
    name: '404, of something else',
    effect: status(404, { code: 20001 }),
    times: Infinity,
    result: 'error',
    said: 'failed with HTTP 404, Twilio code 20001',
  },
  {
    name: 'a storm of 429 that ends',
    effect: status(429, { code: 20429, headers: atOnce }),
    times: 4,
    result: 'in-sync',
    said: null,
  },
  {
    name: 'a storm of 429 that does not end',
    effect: status(429, { code: 20429, headers: atOnce }),
    times: Infinity,
    result: 'error',
    said: 'tried 5 times',
  },
  {
    name: '500',
    effect: status(500, { headers: atOnce }),
    times: Infinity,
    result: 'error',
    said: 'failed with HTTP 500',
  },
  {
    name: 'a reset connection',
    effect: { kind: 'reset' },
    times: Infinity,
    result: 'error',
    said: 'got no answer from video.twilio.com',
  },
  { name: 'a connection that is reset once', effect: { kind: 'reset' }, times: 1, result: 'in-sync', said: null },
  {
    name: 'an answer cut off',
    effect: { kind: 'truncate' },
    times: Infinity,
    result: 'error',
    said: 'got no answer from video.twilio.com',
  },
  {
    name: 'an answer that is not of Twilio',
    effect: { kind: 'body', body: '<html>', contentType: 'text/html' },
    times: 1,
    result: 'error',
    said: 'was answered with something that is not JSON',
  },
  {
    name: 'another account',
    effect: { kind: 'wrong-account', sid: otherAccountSid },
    times: 1,
    result: 'refused',
    said: `Account ${otherAccountSid} answered.`,
  },
  { name: 'a slow answer', effect: { kind: 'delay', ms: 1500 }, times: 1, result: 'in-sync', said: null },
]
const troubled = numbersTo(troubles.length).map((number) => number * 10)
const spoil = ({ sandbox }: Fleet): void => {
  for (const [index, { effect, times }] of troubles.entries())
    sandbox.fault({ match: { account: subaccountSid((index + 1) * 10) }, times, effect })
}

describe('every tenth account failing in its own way', () => {
  it('gives each the verdict that is right for it, and the others theirs', async () => {
    const isDrifting = (number: number): boolean => number % 10 === 5
    const fleet = await fleetForTest(troubles.length * 10, (number) =>
      isDrifting(number) ? { compositionSettings: unencrypted } : {},
    )
    spoil(fleet)
    const result = await fleet.run({}, { env: hurriedClock })
    const numbers = numbersTo(troubles.length * 10)
    const right = numbers.map(
      (number) => [number, troubles[number / 10 - 1]?.result ?? (isDrifting(number) ? 'drift' : 'in-sync')] as const,
    )
    expect(resultsOf(result, numbers)).toEqual(Object.fromEntries(right))
    expect(result.targets.get(parentSid)?.result).toBe('in-sync')

    const has = (wanted: string): number => right.filter(([, own]) => own === wanted).length
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'error', drift: 'true', 'plan-id': '' })
    expect(headingOf(result)).toBe(
      `❌ Drift: ${has('drift')} of 131 accounts not in sync, ${has('error') + has('refused')} could not be checked`,
    )
    expect(countsOf(result)).toEqual([
      `error ${has('error')}`,
      'refused 1',
      `drift ${has('drift')}`,
      `in-sync ${has('in-sync') + 1}`,
    ])

    const rowOf = (number: number): string | undefined =>
      summaryLines(result)
        .join('\n')
        .split('<h3>')
        .find((group) => group.includes(subaccountSid(number)))
    for (const [index, { said }] of troubles.entries()) {
      const row = rowOf((index + 1) * 10)
      if (said === null) expect(row).toBeUndefined()
      else expect(row?.replaceAll('&quot;', '"')).toContain(said)
    }
    const errors = annotated(result, 'error')
    expect(errors).toHaveLength(8)
    expect(errors.at(-1)).toMatch(/^\d+ more are in the job summary\.$/)
    expect(annotated(result, 'warning')).toEqual([])

    const asked = (number: number): number =>
      fleet.sandbox.requests.filter(({ account }) => account === subaccountSid(number)).length
    expect(troubled.map(asked)).toEqual([1, 1, 2, 1, 5, 5, 5, 5, 2, 5, 1, 1, 1])
    expect(numbers.filter((number) => !troubled.includes(number) && asked(number) !== 1)).toEqual([])
    // Progress is all that there is between the beginning and the end.
    const [, , counted, ...rest] = linesOf(result)
    expect(counted).toBe('131 active accounts, 131 in this run')
    const progress = rest.slice(0, rest.indexOf('::endgroup::'))
    expect(progress.length).toBeGreaterThan(10)
    for (const line of progress) expect(line).toMatch(/^\d+ of 131 accounts read, [\d.]+ a second, about \d+ s left$/)
  })

  it('is told while it goes on: how much is read, and then how much is written', async () => {
    const { run } = await fleetForTest(20, (number) => (number % 2 === 0 ? { compositionSettings: unencrypted } : {}))
    const told = linesOf(await run({ mode: 'apply', concurrency: '1' }, { env: hurriedClock }))
      .map((line) => /^(\d+) of (\d+) accounts (read|done), [\d.]+ a second, about \d+ s left$/.exec(line))
      .filter((match) => match !== null)
    const counts = (what: string): number[] =>
      told.filter(([, , , own]) => own === what).map(([, count]) => Number(count))
    expect(new Set(told.map(([, , total, what]) => `${what} of ${total}`))).toEqual(
      new Set(['read of 21', 'done of 10']),
    )
    for (const part of [counts('read'), counts('done')]) {
      expect(part.length).toBeGreaterThan(1)
      expect(part).toEqual([...new Set(part)].toSorted((a, b) => a - b))
    }
  })

  it('lets the others be applied, but for the account that may not be written', async () => {
    const fleet = await fleetForTest(6, () => ({ compositionSettings: unencrypted }))
    const path = 'CompositionSettings'
    fleet.sandbox.fault({ match: { account: subaccountSid(2), path }, effect: status(401, { code: 20003 }) })
    fleet.sandbox.fault({
      match: { account: subaccountSid(4), path, method: 'POST' },
      effect: status(400, { code: 20001 }),
    })
    const result = await fleet.run({ mode: 'apply' })
    expect(result.outputs['result']).toBe('partial')
    expect(resultsOf(result, numbersTo(6))).toEqual({
      1: 'applied',
      2: 'error',
      3: 'applied',
      4: 'error',
      5: 'applied',
      6: 'applied',
    })
  })
})

describe('too many requests', () => {
  it('from all accounts at once end green, when Twilio has had its pause', async () => {
    const { sandbox, run } = await fleetForTest(40)
    sandbox.fault({
      match: { path: 'CompositionSettings' },
      times: 30,
      effect: status(429, { code: 20429, headers: atOnce }),
    })
    const result = await run({ concurrency: '16' })
    expect(result.outputs['result']).toBe('in-sync')
    expect(sandbox.requests).toHaveLength(1 + 41 + 30)
  })
})
