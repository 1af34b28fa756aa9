/** A minute is over in 1.2 s, for timers of 20 s and more, and for all that repeat: what is waited for is what the action says, and not what the test takes. */
export const impatient = preloaded(`
    import { syncBuiltinESMExports } from 'node:module'
    import timers from 'node:timers/promises'
    const short = (milliseconds) => milliseconds >= 20_000 ? milliseconds / 50 : milliseconds
    const { setTimeout: sleep } = timers
    timers.setTimeout = (milliseconds, ...more) => sleep(short(milliseconds), ...more)
    const start = globalThis.setTimeout
    globalThis.setTimeout = (act, milliseconds, ...more) => start(act, short(milliseconds), ...more)
    const repeat = globalThis.setInterval
    globalThis.setInterval = (act, milliseconds, ...more) => repeat(act, milliseconds / 50, ...more)
    syncBuiltinESMExports()`)

/** A second is over whenever somebody looks at the clock: what is said every few seconds comes however fast the machine is. */
export const hurriedClock = preloaded(`
    const begin = Date.now()
    let looks = 0
    globalThis.Date = class extends Date {
      constructor(...given) {
        super(...(given.length === 0 ? [begin + 1000 * looks++] : given))
      }
    }`)

/** The environment in which the action starts with this code. */
function preloaded(code: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
}
