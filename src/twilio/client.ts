import type { Dispatcher } from 'undici'
import {
  ActionError,
  ApiError,
  AuthError,
  ConflictError,
  type Refusal,
  ResponseError,
  sentFacts,
  StoppedError,
} from '../shared/errors.ts'
import { version } from '../shared/version.ts'
import { advice, refusalBody, networkFailure } from './errors.ts'
import { redactor, secretForms, type Credential } from '../shared/secrets.ts'
import { backoff, mostAttempts, retryAfter } from './retry.ts'
import { limitTime } from './time-limit.ts'
import type { Throttle } from './throttle.ts'
import { readText, TooLarge, type Answer, parsed } from './answer.ts'

/** The hosts of Twilio that the action may call. */
export type TwilioHost = 'video.twilio.com' | 'accounts.twilio.com' | 'api.twilio.com'

/** A request to Twilio. A `form` makes it a POST. */
export interface Call {
  readonly host: TwilioHost
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
  /**
   * Called before a POST is sent again, after a wait in which somebody else may have changed things;
   * what it throws forbids that.
   */
  readonly beforeRepeat?: (client: Client) => Promise<void>
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

/** Sends a call, and again where that is safe. Resolves with a 2xx; rejects with an `ActionError`. */
export type Client = (call: Call) => Promise<Answer>

/**
 * The time that one request may take, in milliseconds. Switching external storage on makes Twilio try
 * the bucket first.
 */
const requestTimeout = 30_000

/** The most of an answer that is read, in bytes. */
const largestBody = 1024 * 1024

/**
 * A client for one credential. 429 is always sent again, since Twilio did nothing; 5xx and lost answers
 * only for a GET.
 */
export function createClient(credential: Credential, environment: Environment): Client {
  const redact = redactor(secretForms(credential))
  const client: Client = async (call) => {
    let last: ActionError | null = null
    for (let attempt = 1; ; attempt++) {
      await environment.throttle.enter()
      const result = await attemptOnce({ call, credential, redact, attempt }, environment)
        .catch((thrown: unknown) =>
          Promise.reject(thrown instanceof StoppedError && last !== null ? after(last, thrown) : thrown),
        )
        .finally(() => environment.throttle.leave())
      if (result.kind === 'failure' && result.error instanceof ApiError && result.error.refusal.status === 429)
        environment.throttle.slowDown()
      if (result.kind === 'answer') return result.answer
      if (!result.isRepeatable || attempt === mostAttempts) throw result.error
      last = result.error
      const pause = result.retryAfter ?? backoff(attempt, environment.random)
      environment.log(
        `${redact(nameOf(call))}: ${result.reason}; trying again in ${inSeconds(pause)} (attempt ${attempt + 1} of ${mostAttempts})`,
      )
      try {
        await environment.wait(pause)
        await call.beforeRepeat?.(client)
      } catch (thrown) {
        if (thrown instanceof StoppedError) throw after(last, thrown, last)
        if (thrown instanceof ActionError && !(thrown instanceof ConflictError))
          throw new ConflictError(
            `${last.facts} It was not sent again, since what the account has by now could not be read: ${thrown.facts}`,
            { advice: thrown.advice, cause: last },
          )
        throw thrown
      }
    }
  }
  return client
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

function inSeconds(milliseconds: number): string {
  return `${Math.max(0.1, milliseconds / 1000).toFixed(1)} s`
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

interface Sending {
  readonly call: Call
  readonly credential: Credential
  readonly redact: (text: string) => string
  readonly attempt: number
}

async function attemptOnce({ call, credential, redact, attempt }: Sending, environment: Environment): Promise<Attempt> {
  const method = call.form === undefined ? 'GET' : 'POST'
  const name = redact(nameOf(call))
  const limit = limitTime(environment.signal, requestTimeout, (seconds) =>
    environment.log(`${name}: no answer yet, after ${seconds} s`),
  )
  let requestId: string | null = null
  try {
    const sending = environment.dispatcher.request({
      origin: environment.sandbox ?? `https://${call.host}`,
      path: call.path,
      method,
      headers: headersOf(call, credential),
      body: call.form === undefined ? null : new URLSearchParams(call.form).toString(),
      signal: limit.signal,
    })
    environment.track(sending)
    // undici listens to the signal when it is connected, and not while a proxy keeps it waiting.
    const { statusCode: status, headers, body } = await Promise.race([sending, limit.over])
    requestId = requestIdOf(headerOf(headers['twilio-request-id']), redact)
    if (requestId !== null) environment.note(requestId)
    const { json, isRedacted } = parsed(
      await readText(body, call.largestBody ?? largestBody),
      call.givesSecrets === true ? null : redact,
    )
    if (status >= 200 && status < 300) {
      if (json === undefined)
        throw new ResponseError(
          `${name} was answered with something that is not JSON (${sentFacts(requestId, attempt)}). Is there a proxy in between?`,
        )
      return { kind: 'answer', answer: { body: json, requestId, attempts: attempt, isRedacted } }
    }
    const refusal: Refusal = {
      method,
      path: redact(call.path),
      status,
      ...refusalBody(json),
      requestId,
      attempts: attempt,
    }
    const AnyError = status === 401 || status === 403 ? AuthError : ApiError
    return {
      kind: 'failure',
      error: new AnyError(refusal, advice(status, refusal.code, credential, call.permission)),
      reason: `Twilio answered HTTP ${status}`,
      isRepeatable: status === 429 || (status >= 500 && method === 'GET'),
      retryAfter: retryAfter(headerOf(headers['retry-after']), environment.now()),
    }
  } catch (thrown) {
    if (environment.signal.aborted) throw stopped(environment.signal)
    if (thrown instanceof ActionError) throw thrown
    if (thrown instanceof TooLarge)
      throw new ResponseError(
        `${name} was answered with more than ${(call.largestBody ?? largestBody) / 1024 / 1024} MiB (${sentFacts(requestId, attempt)}). Is there a proxy in between?`,
      )
    const { error, reason, isUntrusted } = networkFailure(thrown, name, call.host, requestTimeout, attempt)
    return { kind: 'failure', error, reason, isRepeatable: method === 'GET' && !isUntrusted, retryAfter: null }
  } finally {
    limit.end()
  }
}

function headersOf(call: Call, credential: Credential): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`,
    'user-agent': `twilio-composition-settings/${version} (GitHub Action) node/${process.versions.node}`,
    ...(call.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
}

/** The error with which a stopped run ends, from the signal that stopped it. */
export function stopped(signal: AbortSignal): ActionError {
  return signal.reason instanceof ActionError
    ? signal.reason
    : new StoppedError('The run was stopped.', { cause: signal.reason })
}

/** A request id goes into many texts, so one that is not what Twilio sends, letters and digits, is none. */
function requestIdOf(header: string | null, redact: (text: string) => string): string | null {
  return header !== null && /^[\w-]{1,64}$/.test(header) ? redact(header) : null
}

function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
