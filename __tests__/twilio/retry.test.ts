import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff, mostAttempts, retryAfter } from '../../src/twilio/retry.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)

describe('retryAfter', () => {
  it.each([
    [null, null],
    ['', null],
    ['0', 0],
    ['1', 1_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['1.55', 1_550],
    ['60', 60_000],
    ['61', 60_000],
    ['999999999999', 60_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:04 GMT', 0],
    ['Fri, 02 Jan 2026 04:04:05 GMT', 60_000],
    ['Friday, 02-Jan-26 03:04:15 GMT', 10_000],
    ['2026-01-02T03:04:15Z', 10_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT+0100', null],
    ['-5', null],
    ['soon', null],
    ['soon 5', null],
    ['5 seconds', null],
    ['1e3', null],
    ['NaN', null],
    ['Fri, 99 Jan 2026 03:04:15 GMT', null],
  ])('of %j is %j', (header, pause) => {
    expect(retryAfter(header, now)).toBe(pause)
  })

  it('is nothing, or between nothing and a minute', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (header) => {
          const pause = retryAfter(header, now)
          if (pause !== null) expect(pause >= 0 && pause <= 60_000).toBe(true)
        },
      ),
    )
  })
})

describe('backoff', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [5, 8_000],
    [6, 8_000],
    [60, 8_000],
  ])('after attempt %i is anything below %i ms', (attempt, most) => {
    expect(backoff(attempt, () => 0)).toBe(0)
    expect(backoff(attempt, () => 0.5)).toBe(most / 2)
    expect(backoff(attempt, () => 0.999)).toBe(0.999 * most)
  })

  it('is asked for no more than four times', () => {
    expect(mostAttempts).toBe(5)
  })
})
