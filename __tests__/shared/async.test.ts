import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pooled } from '../../src/shared/async.ts'

/** Acts that end when they are told to, by their item. */
function stoppable(): {
  readonly act: (item: number) => Promise<string>
  readonly started: number[]
  readonly end: (item: number) => Promise<void>
} {
  const started: number[] = []
  const ends = new Map<number, () => void>()
  const act = (item: number): Promise<string> => {
    started.push(item)
    return new Promise((resolve) => void ends.set(item, () => resolve(`done ${item}`)))
  }
  const end = async (item: number): Promise<void> => {
    ends.get(item)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { act, started, end }
}

describe('pooled', () => {
  it('starts as many as its width, and the next one when any ends', async () => {
    const { act, started, end } = stoppable()
    const results = pooled([1, 2, 3, 4], 2, act)
    expect(started).toEqual([1, 2])
    await end(2)
    expect(started).toEqual([1, 2, 3])
    await end(3)
    expect(started).toEqual([1, 2, 3, 4])
    await end(4)
    await end(1)
    expect(await results).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
  })

  it('gives the results in the order of the items, each acted on once, and never more at a time than its width', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, width) => {
          let underWay = 0
          let most = 0
          const indexes: number[] = []
          const results = await pooled(turns, width, async (item, index) => {
            indexes.push(index)
            most = Math.max(most, ++underWay)
            for (let turn = 0; turn < item; turn++) await Promise.resolve()
            underWay--
            return [item, index]
          })
          expect(results).toEqual(turns.map((item, index) => [item, index]))
          expect(indexes).toEqual([...turns.keys()])
          expect(most).toBe(Math.min(width, turns.length))
        },
      ),
    )
  })

  it('rejects with what an act rejects with', async () => {
    await expect(pooled([1], 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
