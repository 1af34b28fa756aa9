import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { progress } from '../../src/run/progress.ts'
import { inShard, shardOf } from '../../src/run/accounts.ts'

const hexadecimal = fc.string({
  unit: fc.constantFrom(...'0123456789abcdefABCDEF'.split('')),
  minLength: 32,
  maxLength: 32,
})
const accountSids = hexadecimal.map((digits) => `AC${digits}`)
const shardCounts = Array.from({ length: 16 }, (_, index) => index + 1)

describe('shards', () => {
  it.each(shardCounts)('%i of them cover every account exactly once', (count) => {
    fc.assert(
      fc.property(fc.uniqueArray(accountSids, { maxLength: 50 }), (sids) => {
        const accounts = sids.map((accountSid) => ({ accountSid }))
        const parts = Array.from({ length: count }, (_, index) => inShard(accounts, { index: index + 1, count }))
        expect(
          parts
            .flat()
            .map(({ accountSid }) => accountSid)
            .sort(),
        ).toEqual([...sids].sort())
      }),
    )
  })

  it('leave an account where it is, whatever the case of its SID and whatever other accounts there are', () => {
    fc.assert(
      fc.property(accountSids, fc.array(accountSids), fc.integer({ min: 1, max: 16 }), (sid, others, count) => {
        const index = shardOf(sid, count)
        expect(shardOf(`AC${sid.slice(2).toUpperCase()}`, count)).toBe(index)
        expect(
          inShard(
            [...others, sid].map((accountSid) => ({ accountSid })),
            { index, count },
          ),
        ).toContainEqual({ accountSid: sid })
      }),
    )
  })

  // Another version of the action must not deal the accounts out anew: the jobs of a matrix may run
  // different ones.
  it.each([
    [`AC${'a'.repeat(32)}`, 16, 11],
    [`AC${'b'.repeat(32)}`, 16, 3],
    [`AC${'f'.repeat(32)}`, 3, 2],
  ])('put %s, of %i, into number %i, today and later', (sid, count, index) => {
    expect(shardOf(sid, count)).toBe(index)
  })

  it('are about equally large', () => {
    const sids = Array.from({ length: 4000 }, (_, number) => `AC${number.toString(16).padStart(32, '0')}`)
    const sizes = [1, 2, 3, 4].map((index) => sids.filter((sid) => shardOf(sid, 4) === index).length)
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(100)
  })

  it('are the whole fleet where nobody asks for any', () => {
    expect(inShard([{ accountSid: 'AC1' }, { accountSid: 'AC2' }], null)).toEqual([
      { accountSid: 'AC1' },
      { accountSid: 'AC2' },
    ])
  })
})

describe('progress', () => {
  /** Calls it once for each of these times, in seconds after its beginning. */
  const lines = (total: number, times: readonly number[]): string[] => {
    const said: string[] = []
    let seconds = 0
    const done = progress(
      total,
      'read',
      () => new Date(seconds * 1000),
      (line) => void said.push(line),
    )
    for (const time of times) {
      seconds = time
      done()
    }
    return said
  }

  it('says nothing of what is done before three seconds are over', () => {
    expect(lines(100, [0, 1, 2, 2.999])).toEqual([])
  })

  it('says how many are done, how fast, and what is left', () => {
    expect(lines(100, [1, 2, 3, 4])).toEqual(['3 of 100 accounts read, 1.0 a second, about 97 s left'])
    expect(lines(5000, [...Array<number>(99).fill(1), 5])).toEqual([
      '100 of 5000 accounts read, 20 a second, about 245 s left',
    ])
  })

  it('says it every three seconds at most, however many are done', () => {
    const tenths = Array.from({ length: 100 }, (_, index) => index / 10)
    expect(lines(1000, tenths)).toEqual([
      '31 of 1000 accounts read, 10 a second, about 94 s left',
      '61 of 1000 accounts read, 10 a second, about 93 s left',
      '91 of 1000 accounts read, 10 a second, about 90 s left',
    ])
  })

  it('leaves the last account to the verdict', () => {
    expect(lines(2, [1, 9])).toEqual([])
  })
})
