import type { Dispatcher } from 'undici'
import type { Purpose } from '../run/effects.ts'
import { ActionError, ApiError, AuthError, ResponseError, sentFacts, StoppedError } from '../shared/errors.ts'
import type { Credential } from '../shared/secrets.ts'
import { version } from '../shared/version.ts'
import { headerOf, isTwilioJson, parsed, readText, requestIdOf, TooLarge, type Answer } from './answer.ts'
import { refusalError } from './errors.ts'
import { foreignError, networkFailure } from './network-failure.ts'
import { retryAfter } from './retry.ts'
import type { Throttle } from './throttle.ts'
import { limitTime, stopped } from './time-limit.ts'

/** A request to Twilio. A `form` makes it a POST. */
export interface Call {
  readonly host: 'video.twilio.com' | 'accounts.twilio.com' | 'api.twilio.com'
  readonly path: string
  /**
   * What a Restricted API key needs for it; `main-key` if only a Main key may, and `null` if no permission is
   * documented.
   * https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
   */
  readonly permission: string | null
  readonly form?: Readonly<Record<string, string>>
  /** Whether it is answered by a redirect, which is given and not followed. Anything else is a failure then. */
  readonly isRedirect?: boolean
  /** The maximum size of the response, in bytes. Default: 1 MiB. */
  readonly largestBody?: number
  /**
   * Whether the answer is there to give out secrets; in any other, and in a refusal, they are blotted out
   * before anybody sees it.
   */
  readonly givesSecrets?: boolean
  /** Default: `look`. A POST that is under way is always waited for as long as what verifies it. */
  readonly purpose?: Purpose
}

/** The effects that the client has. */
export interface Environment {
  readonly dispatcher: Dispatcher
  readonly throttle: Throttle
  /** Replaces the origin of every host of Twilio, for the sandbox; `null` for the real one. */
  readonly sandbox: string | null
  /** Ends all but writes and what verifies them when it aborts, with its reason; and no write begins then. */
  readonly signal: AbortSignal
  /** Ends everything when it aborts, with its reason. */
  readonly end: AbortSignal
  readonly wait: (milliseconds: number, purpose?: Purpose) => Promise<void>
  readonly random: () => number
  readonly now: () => number
  readonly log: (step: string) => void
  /** Is told the id of every request that Twilio answered. */
  readonly note: (requestId: string) => void
  /** Is told of everything that is sent, until it is answered or has failed. */
  readonly track: (sending: Promise<unknown>) => void
  /** What is taken out of all that Twilio answers, beside the secret of the credential in use. */
  readonly secrets: readonly string[]
  /** The users whose credential Twilio has taken so far. */
  readonly accepted: Set<string>
  /** Whether the environment has `TWILIO_REGION`. */
  readonly hasRegion: boolean
}

/**
 * The time that one request may take, in milliseconds. Switching external storage on makes Twilio try
 * the bucket first.
 */
const requestTimeout = 30_000

/** The maximum size of a response, in bytes. */
const defaultLargestBody = 1024 * 1024

/** The method and the path of a call. */
export function nameOf(call: Call): string {
  return `${methodOf(call)} ${call.path}`
}

function methodOf({ form }: Call): 'GET' | 'POST' {
  return form === undefined ? 'GET' : 'POST'
}

/** The result of sending a request once. */
export type Attempt =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'failure'
      readonly error: ActionError
      readonly reason: string
      readonly isRepeatable: boolean
      readonly retryAfter: number | null
    }

/**
 * Sends a request once, as the attempt of this number. Rejects with an `ActionError` if a retry would be
 * useless.
 */
export async function attemptOnce(
  call: Call,
  attempt: number,
  credential: Credential,
  redact: (text: string) => string,
  environment: Environment,
): Promise<Attempt> {
  const { largestBody = defaultLargestBody } = call
  const method = methodOf(call)
  const name = redact(nameOf(call))
  if (method === 'POST' && environment.signal.aborted)
    throw new StoppedError(stopped(environment.signal).facts, { isUnsent: true })
  const signal = method === 'POST' || call.purpose === 'verify' ? environment.end : environment.signal
  const limit = limitTime(signal, requestTimeout, (seconds) =>
    environment.log(`${name}: no answer yet, after ${seconds} s`),
  )
  let requestId: string | null = null
  try {
    const sending = send(call, credential, limit.signal, environment)
    // undici listens to the signal once it is connected, but not while it waits for a proxy.
    const { statusCode: status, headers, body } = await Promise.race([sending, limit.over])
    requestId = requestIdOf(headerOf(headers['twilio-request-id']), redact)
    if (requestId !== null) environment.note(requestId)
    if (call.isRedirect === true && status >= 200 && status < 300) {
      // It may be what the redirect was to lead to, which is not to be read.
      body.on('error', () => {}).destroy()
      throw new ResponseError(`${name} was answered with no redirect (${sentFacts(requestId, attempt)}).`)
    }
    const text = await readText(body, largestBody)
    const isToGive = call.givesSecrets === true && status >= 200 && status < 300
    const content = parsed(text ?? '', isToGive ? null : redact)
    const response = { status, headers, requestId, isText: text !== null, ...content }
    const result = judged(response, call, attempt, credential, redact, environment)
    if (isAccepted(result)) environment.accepted.add(credential.user)
    return result
  } catch (thrown) {
    if (signal.aborted) throw stopped(signal)
    if (thrown instanceof ActionError) throw thrown
    if (thrown instanceof TooLarge)
      throw new ResponseError(
        `${name} was answered with more than ${largestBody / 1024 / 1024} MiB (${sentFacts(requestId, attempt)}). Is there a proxy in between?`,
      )
    const { error, reason, isFinal } = networkFailure(thrown, name, call.host, requestTimeout, attempt)
    return { kind: 'failure', error, reason, isRepeatable: method === 'GET' && !isFinal, retryAfter: null }
  } finally {
    limit.end()
  }
}

/** Whether Twilio took the credential: what it answers beyond that is about the request. */
function isAccepted(result: Attempt): boolean {
  if (result.kind === 'answer') return true
  if (!(result.error instanceof ApiError) || result.error instanceof AuthError) return false
  return result.error.refusal.status < 500 && result.error.refusal.status !== 429
}

/** A response with its body. */
interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly requestId: string | null
  /** Whether the body is UTF-8. */
  readonly isText: boolean
  /** `undefined` if the body is no JSON. */
  readonly json: unknown
  readonly isRedacted: boolean
}

/** Judges a response: whether it comes from Twilio, whether it can be trusted, and whether it is a success. */
function judged(
  { status, headers, requestId, isText, json, isRedacted }: Received,
  call: Call,
  attempt: number,
  { user }: Credential,
  redact: (text: string) => string,
  { accepted, hasRegion, now }: Environment,
): Attempt {
  const method = methodOf(call)
  const name = redact(nameOf(call))
  const pause = retryAfter(headerOf(headers['retry-after']), now())
  if (headers['twilio-request-id'] === undefined && !isTwilioJson(json)) {
    return {
      kind: 'failure',
      error: foreignError(name, call.host, status, attempt),
      reason: `HTTP ${status}, but not from Twilio`,
      isRepeatable: method === 'GET' && (status === 429 || status >= 500),
      retryAfter: pause,
    }
  }
  const facts = sentFacts(requestId, attempt)
  if ([headers['age'] ?? []].flat().some((age) => !/^0+$/.test(age)))
    throw new ResponseError(`${name} was answered by a cache, so the response may be old (${facts}).`, {
      advice: `Is there a proxy in between? It must not cache the responses of ${call.host}.`,
    })
  const isRedirect = call.isRedirect === true && status === 302
  if ((status < 200 || status >= 300) && !isRedirect) {
    const request = { method, path: redact(call.path), status, requestId, attempts: attempt }
    const refused = { user, permission: call.permission, wasAccepted: accepted.has(user), hasRegion }
    return {
      kind: 'failure',
      error: refusalError(request, json, refused),
      reason: `Twilio answered HTTP ${status}`,
      isRepeatable: status === 429 || (status >= 500 && method === 'GET'),
      retryAfter: pause,
    }
  }
  if (status === 200 || status === 201 || isRedirect) {
    if (json !== undefined) return { kind: 'answer', answer: { body: json, requestId, attempts: attempt, isRedacted } }
    throw new ResponseError(
      `${name} was answered with something that is not ${isText ? 'JSON' : 'UTF-8'} (${facts}). Is there a proxy in between?`,
    )
  }
  throw new ResponseError(
    `${name} was answered with HTTP ${status}, which Twilio does not document (${facts}). Is there a proxy in between?`,
  )
}

function send(
  call: Call,
  { user, password }: Credential,
  signal: AbortSignal,
  { dispatcher, sandbox, track }: Environment,
): Promise<Dispatcher.ResponseData> {
  const { host, path, form } = call
  const response = dispatcher.request({
    origin: sandbox ?? `https://${host}`,
    path,
    method: methodOf(call),
    headers: {
      accept: 'application/json',
      'cache-control': 'no-cache',
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
