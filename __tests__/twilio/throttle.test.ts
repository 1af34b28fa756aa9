import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createThrottle } from '../../src/twilio/throttle.ts'

/** A throttle, with requests that say when they are let in. */
function queue(width: number): {
  readonly ask: (requests: number) => Promise<void>
  readonly end: (requests?: number) => Promise<void>
  readonly tooMany: () => Promise<void>
  readonly underWay: () => number
  readonly admitted: number[]
} {
  const throttle = createThrottle(width)
  const admitted: number[] = []
  let asked = 0
  let ended = 0
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    ask: async (requests) => {
      for (let request = 0; request < requests; request++) {
        const number = ++asked
        void throttle.enter().then(() => admitted.push(number))
      }
      await settle()
    },
    end: async (requests = 1) => {
      for (let request = 0; request < requests; request++) {
        ended++
        throttle.leave()
        await settle()
      }
    },
    // As the client does it: the request that was refused has left by then.
    tooMany: async () => {
      ended++
      throttle.leave()
      throttle.slowDown()
      await settle()
    },
    underWay: () => admitted.length - ended,
    admitted,
  }
}

describe('a throttle', () => {
  it('lets its width in at once, and the next one, in their order, when one leaves', async () => {
    const { ask, end, admitted } = queue(3)
    await ask(5)
    expect(admitted).toEqual([1, 2, 3])
    await end()
    expect(admitted).toEqual([1, 2, 3, 4])
    await end()
    expect(admitted).toEqual([1, 2, 3, 4, 5])
  })

  it('halves what is under way after a 429, and grows back by one for every so many that leave in peace', async () => {
    const { ask, end, tooMany, underWay } = queue(8)
    await ask(200)
    expect(underWay()).toBe(8)
    await tooMany()
    const widths: number[] = []
    for (let request = 0; request < 34; request++) {
      await end()
      widths.push(underWay())
    }
    // Eight were under way at first, so four leave before another one may enter.
    expect(widths).toEqual([
      7,
      6,
      5,
      4,
      ...Array<number>(6).fill(5),
      ...Array<number>(7).fill(6),
      ...Array<number>(8).fill(7),
      ...Array<number>(9).fill(8),
    ])
  })

  it('lets one at a time in at the worst, and never stops', async () => {
    const { ask, end, tooMany, underWay, admitted } = queue(8)
    await ask(100)
    for (let refusal = 0; refusal < 20; refusal++) await tooMany()
    expect(underWay()).toBe(1)
    await end(200 - admitted.length)
    expect(admitted).toHaveLength(100)
  })

  it('never has more under way than its width, and leaves nobody outside while there is room', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.constantFrom('ask', 'end', 'tooMany'), { maxLength: 60 }),
        async (width, steps) => {
          const { ask, end, tooMany, underWay } = queue(width)
          for (const step of steps) {
            if (step === 'ask') await ask(3)
            else if (underWay() > 0) await (step === 'end' ? end() : tooMany())
            expect(underWay()).toBeLessThanOrEqual(width)
          }
          await ask(1)
          expect(underWay()).toBeGreaterThan(0)
        },
      ),
    )
  })
})
