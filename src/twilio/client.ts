import { type Dispatcher, request as send } from 'undici'
import { ActionError, ApiError, AuthError, ConflictError, NetworkError, type Refusal, ResponseError, StoppedError } from '../errors.ts'
import { version } from '../version.ts'
import { advice } from './advice.ts'
import { refusalBody } from './refusal-body.ts'
import { redactor, secretForms } from '../secrets.ts'
import { backoff, mostAttempts, retryAfter } from './retry.ts'
import { readText, TooLarge } from './read-text.ts'
import type { Throttle } from './throttle.ts'

/** The hosts of Twilio that the action may call. */
export type TwilioHost = 'video.twilio.com' | 'accounts.twilio.com' | 'api.twilio.com'

/** A user name and password for HTTP Basic authentication: an account SID and its auth token, or an API key and its secret. */
export interface Credential {
  readonly user: string
  readonly password: string
}

/** What Twilio answered with a 2xx: a body of JSON, still unchecked. */
export interface Answer {
  readonly body: unknown
  readonly requestId: string | null
}

/** A request to Twilio. A `form` makes it a POST. */
export interface Call {
  readonly host: TwilioHost
  readonly path: string
  /** What a Restricted API key needs for it; `null` if it cannot be given. https://www.twilio.com/docs/iam/api-keys/restricted-api-keys */
  readonly permission: string | null
  readonly form?: Readonly<Record<string, string>>
  /** The most of the answer that is read, in bytes. Default: 1 MiB. */
  readonly largestBody?: number
  /** Called before a POST is sent again, after a wait in which somebody else may have changed things; with a `ConflictError` it forbids that. */
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
  /** Is told of everything that is sent, until it is answered or has failed. */
  readonly track: (sending: Promise<unknown>) => void
}

/** Sends a call, and again where that is safe. Resolves with a 2xx; rejects with an `ActionError`. */
export type Client = (call: Call) => Promise<Answer>

/** The time that one request may take, in milliseconds. Switching external storage on makes Twilio try the bucket first. */
const requestTimeout = 30_000

/** The most of an answer that is read, in bytes. */
const largestBody = 1024 * 1024

/** A client for one credential. 429 is always sent again, since Twilio did nothing; 5xx and lost answers only for a GET. */
export function createClient(credential: Credential, environment: Environment): Client {
  const client: Client = async (call) => {
    for (let attempt = 1; ; attempt++) {
      await environment.throttle.enter()
      const result = await attemptOnce(call, credential, attempt, environment).finally(() => environment.throttle.leave())
      if (result.kind === 'failure' && result.error instanceof ApiError && result.error.refusal.status === 429) environment.throttle.slowDown()
      if (result.kind === 'answer') return result.answer
      if (!result.isRepeatable || attempt === mostAttempts) throw result.error
      const pause = result.retryAfter ?? backoff(attempt, environment.random)
      environment.log(`${call.form === undefined ? 'GET' : 'POST'} ${call.path}: ${result.reason}; trying again in ${(pause / 1000).toFixed(1)} s (attempt ${attempt + 1} of ${mostAttempts})`)
      try {
        await environment.wait(pause)
        await call.beforeRepeat?.(client)
      } catch (thrown) {
        throw thrown instanceof StoppedError ? new StoppedError(thrown.facts, { cause: result.error }) : thrown instanceof ConflictError ? thrown : result.error
      }
    }
  }
  return client
}

type Attempt =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly error: ActionError; readonly reason: string; readonly isRepeatable: boolean; readonly retryAfter: number | null }

async function attemptOnce(call: Call, credential: Credential, attempt: number, environment: Environment): Promise<Attempt> {
  const method = call.form === undefined ? 'GET' : 'POST'
  const redact = redactor(secretForms(credential))
  const limit = limited(environment.signal)
  try {
    const sending = send((environment.sandbox ?? `https://${call.host}`) + call.path, {
      method,
      headers: headersOf(call, credential),
      body: call.form === undefined ? null : new URLSearchParams(call.form).toString(),
      dispatcher: environment.dispatcher,
      signal: limit.signal,
    })
    environment.track(sending)
    // undici listens to the signal when it is connected, and not while a proxy keeps it waiting.
    const response = await Promise.race([sending, limit.over])
    const text = await readText(response.body, call.largestBody ?? largestBody)
    const requestId = requestIdOf(headerOf(response.headers['twilio-request-id']))
    if (response.statusCode >= 200 && response.statusCode < 300) return { kind: 'answer', answer: { body: parsed(text, method, call, requestId), requestId } }

    const refusal: Refusal = { method, path: call.path, status: response.statusCode, ...refusalBody(redact(text)), requestId, attempts: attempt }
    const AnyError = refusal.status === 401 || refusal.status === 403 ? AuthError : ApiError
    return {
      kind: 'failure',
      error: new AnyError(refusal, advice(refusal.status, refusal.code, credential, call.permission)),
      reason: `Twilio answered HTTP ${refusal.status}`,
      isRepeatable: refusal.status === 429 || (refusal.status >= 500 && method === 'GET'),
      retryAfter: retryAfter(headerOf(response.headers['retry-after']), environment.now()),
    }
  } catch (thrown) {
    if (environment.signal.aborted) throw stopped(environment.signal)
    if (thrown instanceof ActionError) throw thrown
    return networkFailure(thrown, method, call, attempt)
  } finally {
    limit.end()
  }
}

/** A signal for one request: `AbortSignal.timeout` would keep each alive for its whole time, and a fleet sends thousands. */
function limited(signal: AbortSignal): { readonly signal: AbortSignal; readonly over: Promise<never>; readonly end: () => void } {
  const controller = new AbortController()
  const stop = (): void => controller.abort(signal.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('The request took too long', 'TimeoutError')), requestTimeout)
  const over = new Promise<never>((_, reject) => controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true }))
  over.catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return {
    signal: controller.signal,
    over,
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    },
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

function parsed(text: string, method: string, call: Call, requestId: string | null): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ResponseError(`${method} ${call.path} was answered with something that is not JSON (request ${requestId ?? 'without an id'}). Is there a proxy in between?`)
  }
}

function networkFailure(thrown: unknown, method: string, call: Call, attempts: number): Attempt {
  const cause = withoutContent(thrown)
  const code = cause.code === undefined ? '' : ` (${cause.code})`
  if (thrown instanceof TooLarge) throw new ResponseError(`${method} ${call.path} was answered with more than ${(call.largestBody ?? largestBody) / 1024 / 1024} MiB. Is there a proxy in between?`)
  const reason = cause.name === 'TimeoutError' ? `no answer within ${requestTimeout / 1000} s` : `${cause.message || cause.name}${code}`
  const tried = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  const isUntrusted = cause.code !== undefined && certificateErrors.test(cause.code)
  const advice = isUntrusted
    ? `What answers is not known to be ${call.host}, so the credential was not sent. If a proxy of your company looks into TLS, name the file with its certificate in the environment variable NODE_EXTRA_CA_CERTS.`
    : `Check that the runner reaches ${call.host} on port 443, and the proxy if there is one.`
  const error = new NetworkError(`${method} ${call.path} got no answer from ${call.host}: ${reason} (${tried}).`, { cause, advice })
  return { kind: 'failure', error, reason: reason.startsWith('no answer') ? reason : `no answer: ${reason}`, isRepeatable: method === 'GET' && !isUntrusted, retryAfter: null }
}

/** The codes of a certificate that is not trusted. https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes */
const certificateErrors = /^(?:CERT_|SELF_SIGNED_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/

/** What an error says, and nothing else that it holds: undici keeps a part of what it received in those of its parser. */
function withoutContent(thrown: unknown): Error & { code?: string } {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  const { name, message, stack = message } = thrown
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  return Object.assign(new Error(message), { name, stack, ...code })
}

/** The error with which a stopped run ends, from the signal that stopped it. */
export function stopped(signal: AbortSignal): ActionError {
  return signal.reason instanceof ActionError ? signal.reason : new StoppedError('The run was stopped.', { cause: signal.reason })
}

/** A request id goes into many texts, so one that is not what Twilio sends, letters and digits, is none. */
function requestIdOf(header: string | null): string | null {
  return header !== null && /^[\w-]{1,64}$/.test(header) ? header : null
}

function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
