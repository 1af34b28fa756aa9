/**
 * Lets so many requests be under way at a time: fewer after Twilio said that there were too many, and
 * then more again.
 */
export interface Throttle {
  /** Resolves when the next request may be sent. Every one that was let in must `leave`. */
  readonly enter: () => Promise<void>
  readonly leave: () => void
  /**
   * Halves what may be under way. It grows by one for every so many that leave after that, up to the
   * width.
   */
  readonly slowDown: () => void
}

/** A throttle of at most `width` requests. */
export function createThrottle(width: number): Throttle {
  const waiting: (() => void)[] = []
  let limit = width
  let underWay = 0
  let calm = 0
  const admit = (): void => {
    while (underWay < limit) {
      const next = waiting.shift()
      if (next === undefined) return
      underWay++
      next()
    }
  }
  return {
    enter: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        admit()
      }),
    leave: () => {
      underWay--
      if (limit < width) {
        calm++
        if (calm > limit) {
          limit++
          calm = 0
        }
      }
      admit()
    },
    slowDown: () => {
      limit = Math.max(1, Math.floor(limit / 2))
      calm = 0
    },
  }
}
