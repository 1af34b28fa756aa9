import { ActionError, StoppedError } from '../shared/errors.ts'
import type { TimeLimit } from '../run/effects.ts'

/** The interval at which the log says that a request still waits, in milliseconds. */
const saysEvery = 10_000

/**
 * Limits a request to `limit` milliseconds, and tells `say` now and then how many seconds it has waited.
 * `signal` aborts and `over` rejects when the time is over, and with the signal of the run. Call `end` when
 * the request is done: `AbortSignal.timeout` would keep each signal alive for its whole time, and a fleet
 * sends thousands.
 */
export function limitTime(run: AbortSignal, limit: number, say: (seconds: number) => void): TimeLimit {
  const controller = new AbortController()
  const stop = (): void => controller.abort(run.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('The request took too long', 'TimeoutError')), limit)
  let waited = 0
  const teller = setInterval(() => {
    waited += saysEvery
    say(waited / 1000)
  }, saysEvery)
  const over = new Promise<never>((_, reject) =>
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true }),
  )
  over.catch(() => {})
  run.addEventListener('abort', stop, { once: true })
  if (run.aborted) stop()
  return {
    signal: controller.signal,
    over,
    end: () => {
      clearTimeout(timer)
      clearInterval(teller)
      run.removeEventListener('abort', stop)
    },
  }
}

/** The error with which a stopped run ends, from the signal that stopped it. */
export function stopped(signal: AbortSignal): ActionError {
  return signal.reason instanceof ActionError
    ? signal.reason
    : new StoppedError('The run was stopped.', { cause: signal.reason })
}
