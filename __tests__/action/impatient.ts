/** A minute is over in 1.2 s, for timers of 20 s and more, and for all that repeat: what is waited for is what the action says, and not what the test takes. */
export const impatient = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`
    import { syncBuiltinESMExports } from 'node:module'
    import timers from 'node:timers/promises'
    const short = (milliseconds) => milliseconds >= 20_000 ? milliseconds / 50 : milliseconds
    const { setTimeout: sleep } = timers
    timers.setTimeout = (milliseconds, ...more) => sleep(short(milliseconds), ...more)
    const start = globalThis.setTimeout
    globalThis.setTimeout = (act, milliseconds, ...more) => start(act, short(milliseconds), ...more)
    const repeat = globalThis.setInterval
    globalThis.setInterval = (act, milliseconds, ...more) => repeat(act, milliseconds / 50, ...more)
    syncBuiltinESMExports()`)}`,
}
