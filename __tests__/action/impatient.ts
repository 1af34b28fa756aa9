import { preloaded } from './preloaded.ts'

/**
 * A minute is over in 1.2 s, for timers of 20 s and more, and for all that repeat: what is waited for is
 * what the action says, and not what the test takes.
 */
export const impatient = preloaded(`${timersTake('milliseconds >= 20_000 ? milliseconds / 50 : milliseconds')}
    const repeat = globalThis.setInterval
    globalThis.setInterval = (act, milliseconds, ...more) => repeat(act, milliseconds / 50, ...more)`)

/** The pauses between two requests are over at once; what a request may take stays. */
export const shortPauses = preloaded(`
    import { syncBuiltinESMExports } from 'node:module'
    import timers from 'node:timers/promises'
    const { setTimeout: sleep } = timers
    timers.setTimeout = (milliseconds, ...more) => sleep(milliseconds / 50, ...more)
    syncBuiltinESMExports()`)

/**
 * A timer of a second or more takes ten minutes, longer than any test, and keeps the process as long:
 * what ends nevertheless waits for none.
 */
export const endless = preloaded(timersTake('milliseconds >= 1000 ? 600_000 : milliseconds'))

/**
 * A second is over whenever somebody looks at the clock: what is said every few seconds comes however
 * fast the machine is.
 */
export const hurriedClock = preloaded(`
    const begin = Date.now()
    let looks = 0
    globalThis.Date = class extends Date {
      constructor(...given) {
        super(...(given.length === 0 ? [begin + 1000 * looks++] : given))
      }
    }`)

/** Code after which a timer takes as long as this expression of `milliseconds` says. */
function timersTake(expression: string): string {
  return `
    import { syncBuiltinESMExports } from 'node:module'
    import timers from 'node:timers/promises'
    const taken = (milliseconds) => ${expression}
    const { setTimeout: sleep } = timers
    timers.setTimeout = (milliseconds, ...more) => sleep(taken(milliseconds), ...more)
    const start = globalThis.setTimeout
    globalThis.setTimeout = (act, milliseconds, ...more) => start(act, taken(milliseconds), ...more)
    syncBuiltinESMExports()`
}
