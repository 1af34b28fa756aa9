import type { Dispatcher } from 'undici'
import { ActionError, ApiError, ConflictError, ResponseError, sentFacts, StoppedError } from '../shared/errors.ts'
import { version } from '../shared/version.ts'
import { networkFailure, refusalError } from './errors.ts'
import { redactor, secretForms, type Credential } from '../shared/secrets.ts'
import { backoff, mostAttempts, retryAfter } from './retry.ts'
import { limitTime, stopped } from './time-limit.ts'
import type { Throttle } from './throttle.ts'
import { headerOf, readText, requestIdOf, TooLarge, type Answer, parsed } from './answer.ts'

/** A request to Twilio. A `form` makes it a POST. */
export interface Call {
  readonly host: 'video.twilio.com' | 'accounts.twilio.com' | 'api.twilio.com'
  readonly path: string
  /**
   * What a Restricted API key needs for it; `null` if it cannot be given.
   * https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
   */
  readonly permission: string | null
  readonly form?: Readonly<Record<string, string>>
  /** The most of the answer that is read, in bytes. Default: 1 MiB. */
  readonly largestBody?: number
  /**
   * Whether the answer is there to give out secrets; in any other they are blotted out before anybody
   * sees it.
   */
  readonly givesSecrets?: boolean
}

/** The effects that the client has. */
export interface Environment {
  readonly dispatcher: Dispatcher
  readonly throttle: Throttle
  /** Replaces the origin of every host of Twilio, for the sandbox; `null` for the real one. */
  readonly sandbox: string | null
  /** Ends everything when it aborts, with its reason. */
  readonly signal: AbortSignal
  readonly wait: (milliseconds: number) => Promise<void>
  readonly random: () => number
  readonly now: () => number
  readonly log: (step: string) => void
  /** Is told the id of every request that Twilio answered. */
  readonly note: (requestId: string) => void
  /** Is told of everything that is sent, until it is answered or has failed. */
  readonly track: (sending: Promise<unknown>) => void
}

/**
 * Sends a call, and again where that is safe. Resolves with a 2xx; rejects with an `ActionError`.
 * `beforeRepeat` is called before the call is sent again, after a wait in which somebody else may have
 * changed things: what it throws forbids that, and what it gives, if not `null`, is given instead.
 */
export type Client = <T = never>(
  call: Call,
  beforeRepeat?: (client: Client) => Promise<T | null>,
) => Promise<Answer | T>

/**
 * The time that one request may take, in milliseconds. Switching external storage on makes Twilio try
 * the bucket first.
 */
const requestTimeout = 30_000

/** The most of an answer that is read, in bytes. */
const defaultLargestBody = 1024 * 1024

/**
 * A client for one credential. 429 is always sent again, since Twilio did nothing; 5xx and lost
 * responses only for a GET.
 */
export function createClient(credential: Credential, environment: Environment): Client {
  const redact = redactor(secretForms(credential))
  const { throttle, random, wait, log } = environment
  const client: Client = async (call, beforeRepeat) => {
    let last: ActionError | null = null
    for (let attempt = 1; ; attempt++) {
      await throttle.enter()
      const result = await attemptOnce(call, attempt, credential, redact, environment)
        .catch((thrown: unknown) =>
          Promise.reject(thrown instanceof StoppedError && last !== null ? after(last, thrown) : thrown),
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
        await wait(pause)
        const instead = (await beforeRepeat?.(client)) ?? null
        if (instead !== null) return instead
      } catch (thrown) {
        throw notRepeated(last, thrown)
      }
    }
  }
  return client
}

/** What ends a call that was about to be sent again, from what was thrown before. */
function notRepeated(last: ActionError, thrown: unknown): unknown {
  if (thrown instanceof StoppedError) return after(last, thrown, last)
  if (!(thrown instanceof ActionError) || thrown instanceof ConflictError) return thrown
  return new ConflictError(
    `${last.facts} It was not sent again, since what the account has by now could not be read: ${thrown.facts}`,
    { advice: thrown.advice, cause: last },
  )
}

/**
 * A stop that also says what had gone wrong before it. With a `cause`, nothing was under way that this
 * does not tell of.
 */
function after(last: ActionError, stop: StoppedError, cause?: ActionError): StoppedError {
  return new StoppedError(`${stop.facts} Before that: ${last.facts}`, {
    advice: last.advice,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The method and the path of a call. */
function nameOf({ form, path }: Call): string {
  return `${form === undefined ? 'GET' : 'POST'} ${path}`
}

type Attempt =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'failure'
      readonly error: ActionError
      readonly reason: string
      readonly isRepeatable: boolean
      readonly retryAfter: number | null
    }

async function attemptOnce(
  call: Call,
  attempt: number,
  credential: Credential,
  redact: (text: string) => string,
  environment: Environment,
): Promise<Attempt> {
  const { largestBody = defaultLargestBody } = call
  const method = call.form === undefined ? 'GET' : 'POST'
  const name = redact(nameOf(call))
  const limit = limitTime(environment.signal, requestTimeout, (seconds) =>
    environment.log(`${name}: no answer yet, after ${seconds} s`),
  )
  let requestId: string | null = null
  try {
    const sending = send(call, credential, limit.signal, environment)
    // undici listens to the signal when it is connected, and not while a proxy keeps it waiting.
    const { statusCode: status, headers, body } = await Promise.race([sending, limit.over])
    requestId = requestIdOf(headerOf(headers['twilio-request-id']), redact)
    if (requestId !== null) environment.note(requestId)
    const { json, isRedacted } = parsed(await readText(body, largestBody), call.givesSecrets === true ? null : redact)
    if (status < 200 || status >= 300) {
      const refused = { method, path: redact(call.path), status, requestId, attempts: attempt }
      return {
        kind: 'failure',
        error: refusalError(refused, json, credential, call.permission),
        reason: `Twilio answered HTTP ${status}`,
        isRepeatable: status === 429 || (status >= 500 && method === 'GET'),
        retryAfter: retryAfter(headerOf(headers['retry-after']), environment.now()),
      }
    }
    if (json === undefined)
      throw new ResponseError(
        `${name} was answered with something that is not JSON (${sentFacts(requestId, attempt)}). Is there a proxy in between?`,
      )
    return { kind: 'answer', answer: { body: json, requestId, attempts: attempt, isRedacted } }
  } catch (thrown) {
    if (environment.signal.aborted) throw stopped(environment.signal)
    if (thrown instanceof ActionError) throw thrown
    if (thrown instanceof TooLarge)
      throw new ResponseError(
        `${name} was answered with more than ${largestBody / 1024 / 1024} MiB (${sentFacts(requestId, attempt)}). Is there a proxy in between?`,
      )
    const { error, reason, isUntrusted } = networkFailure(thrown, name, call.host, requestTimeout, attempt)
    return { kind: 'failure', error, reason, isRepeatable: method === 'GET' && !isUntrusted, retryAfter: null }
  } finally {
    limit.end()
  }
}

function send(
  { host, path, form }: Call,
  { user, password }: Credential,
  signal: AbortSignal,
  { dispatcher, sandbox, track }: Environment,
): Promise<Dispatcher.ResponseData> {
  const response = dispatcher.request({
    origin: sandbox ?? `https://${host}`,
    path,
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'user-agent': `twilio-composition-settings/${version} (GitHub Action) node/${process.versions.node}`,
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body: form === undefined ? null : new URLSearchParams(form).toString(),
    signal,
  })
  track(response)
  return response
}
