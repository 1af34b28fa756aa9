/** Limits the number of requests under way: fewer after Twilio limits the rate, and then more again. */
export interface Throttle {
  /** Resolves when the next request may be sent. Each caller must `leave` afterwards. */
  readonly enter: () => Promise<void>
  readonly leave: () => void
  /**
   * Halves the limit. It grows by one each time that as many requests as it allows have left, up to the
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
