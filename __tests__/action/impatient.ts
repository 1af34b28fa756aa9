import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { preloaded } from './preloaded.ts'

/**
 * Sends back what it gets. It runs in the process in which the sandbox runs, so that it answers when that
 * has answered what came before.
 */
const echo = createServer((socket) => void socket.on('error', () => socket.destroy()).pipe(socket)).unref()
await once(echo.listen(0, '127.0.0.1'), 'listening')

/**
 * A tenth of a second is over with each answer of {@link echo}, for pauses, for timers of 20 s and more, and
 * for all that repeat: what is waited for is what the action says, and a machine that is slow is slow for
 * both. It takes a millisecond at least.
 */
export const impatient = preloaded(`
    import { syncBuiltinESMExports } from 'node:module'
    import { connect } from 'node:net'
    import timers from 'node:timers/promises'
    const { setTimeout: start, clearTimeout: stop, clearInterval: stopRepeating } = globalThis
    const waiting = new Set()
    let now = 0
    const socket = connect(${(echo.address() as AddressInfo).port}, '127.0.0.1', () => socket.write('.'))
    const keep = () => ([...waiting].some(({ isKept }) => isKept) ? socket.ref() : socket.unref())
    const forget = (timer) => {
      const wasThere = waiting.delete(timer)
      keep()
      return wasThere
    }
    const plan = (act, milliseconds, every) => {
      const timer = { at: now + milliseconds, act, every, isKept: true }
      timer.unref = () => {
        timer.isKept = false
        keep()
        return timer
      }
      waiting.add(timer)
      keep()
      return timer
    }
    socket.on('error', () => {}).on('data', () => {
      now += 100
      for (const timer of [...waiting].sort((a, b) => a.at - b.at)) {
        if (timer.at > now || !waiting.has(timer)) continue
        if (timer.every === undefined) forget(timer)
        else timer.at += timer.every
        timer.act()
      }
      start(() => socket.write('.'), 1).unref()
    })
    keep()
    globalThis.setTimeout = (act, milliseconds, ...more) =>
      milliseconds >= 20_000 ? plan(() => act(...more), milliseconds) : start(act, milliseconds, ...more)
    globalThis.setInterval = (act, milliseconds, ...more) => plan(() => act(...more), milliseconds, milliseconds)
    globalThis.clearTimeout = (timer) => void (forget(timer) || stop(timer))
    globalThis.clearInterval = (timer) => void (forget(timer) || stopRepeating(timer))
    timers.setTimeout = (milliseconds, value, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const timer = plan(() => resolve(value), milliseconds)
        signal?.addEventListener('abort', () => forget(timer) && reject(signal.reason), { once: true })
      })
    syncBuiltinESMExports()`)

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
