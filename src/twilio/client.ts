import { ActionError, ApiError, ConflictError, StoppedError } from '../shared/errors.ts'
import { redactor, secretForms, type Credential } from '../shared/secrets.ts'
import type { Answer } from './answer.ts'
import { attemptOnce, nameOf, type Call, type Environment } from './attempt.ts'
import { backoff, mostAttempts } from './retry.ts'

/**
 * Sends a call, and retries it where that is safe. Resolves with a 2xx; rejects with an `ActionError`.
 * Calls `beforeRepeat` before a retry, because somebody else may have changed things during the wait. If
 * that throws, the call is not retried; if it returns something other than `null`, that is the result.
 */
export type Client = <T = never>(
  call: Call,
  beforeRepeat?: (client: Client) => Promise<T | null>,
) => Promise<Answer | T>

/**
 * A client for one credential. It always retries 429, because Twilio did nothing, and 5xx and lost
 * responses only for a GET.
 */
export function createClient(credential: Credential, environment: Environment): Client {
  const redact = redactor([...secretForms(credential), ...environment.secrets])
  const { throttle, random, wait, log } = environment
  const client: Client = async (call, beforeRepeat) => {
    let last: ActionError | null = null
    for (let attempt = 1; ; attempt++) {
      await throttle.enter()
      const result = await attemptOnce(call, attempt, credential, redact, environment)
        .catch((thrown: unknown) =>
          Promise.reject(
            thrown instanceof StoppedError && last !== null
              ? after(last, thrown, thrown.isUnsent ? last : undefined)
              : thrown,
          ),
        )
        .finally(() => throttle.leave())
      if (result.kind === 'answer') return result.answer
      if (result.error instanceof ApiError && result.error.refusal.status === 429) throttle.slowDown()
      if (!result.isRepeatable || attempt === mostAttempts) throw result.error
      last = result.error
      const pause = result.retryAfter ?? backoff(attempt, random)
      const seconds = Math.max(0.1, pause / 1000).toFixed(1)
      const next = `trying again in ${seconds} s (attempt ${attempt + 1} of ${mostAttempts})`
      log(`${redact(nameOf(call))}: ${result.reason}; ${next}`)
      try {
        await wait(pause, call.purpose)
        const instead = (await beforeRepeat?.(client)) ?? null
        if (instead !== null) return instead
      } catch (thrown) {
        throw notRepeated(last, thrown)
      }
    }
  }
  return client
}

/** The error that ends a call before a retry, made from what was thrown before. */
function notRepeated(last: ActionError, thrown: unknown): unknown {
  if (thrown instanceof StoppedError) return after(last, thrown, last)
  if (!(thrown instanceof ActionError) || thrown instanceof ConflictError) return thrown
  return new ConflictError(
    `${last.facts} It was not sent again, since what the account has by now could not be read: ${thrown.facts}`,
    { advice: thrown.advice, cause: last },
  )
}

/** A stop that also says what went wrong before it. With a `cause`, nothing else was under way. */
function after(last: ActionError, stop: StoppedError, cause?: ActionError): StoppedError {
  return new StoppedError(`${stop.facts} Before that: ${last.facts}`, {
    advice: last.advice,
    ...(cause === undefined ? {} : { cause }),
  })
}
