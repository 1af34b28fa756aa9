/**
 * An error that ends a run for a known reason. Its message has the `facts`, which say what failed, and the
 * `advice`, which says what to do. It holds no secret, header or body.
 */
export abstract class ActionError extends Error {
  abstract override readonly name: string
  /** A few words for the heading of a run that the error ended. */
  abstract readonly title: string
  /** A word or two for the heading of its message. */
  abstract readonly label: string
  readonly facts: string
  readonly advice: string | null

  constructor(facts: string, { advice = null, ...options }: ErrorOptions & { readonly advice?: string | null } = {}) {
    super(advice === null ? facts : `${facts} ${advice}`, options)
    this.facts = facts
    this.advice = advice
  }
}

/** The workflow has mistakes, and nothing was sent. Lists every mistake in one or two sentences. */
export class InputError extends ActionError {
  override readonly name = 'InputError'
  override readonly title = 'the workflow has to be corrected'
  override readonly label = 'Input'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(
      mistakes.length === 1
        ? (mistakes[0] ?? '')
        : `${mistakes.length} mistakes in the workflow:\n${mistakes.map((m) => `- ${m}`).join('\n')}`,
    )
    this.mistakes = mistakes
  }
}

/** A refusal by Twilio; `attempts` counts the requests sent. */
export interface Refusal {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly code: number | null
  readonly detail: string | null
  readonly moreInfo: string | null
  readonly requestId: string | null
  readonly attempts: number
}

/** Twilio answered with anything but a 2xx. */
export class ApiError extends ActionError {
  override readonly name: string = 'ApiError'
  override readonly title: string
  override readonly label: string
  readonly refusal: Refusal

  constructor(refusal: Refusal, advice: string | null) {
    super(describe(refusal), { advice })
    this.title = titleOf(refusal)
    this.label = `HTTP ${refusal.status}`
    this.refusal = refusal
  }
}

/** The ID of the request that Twilio refused; `null` if something else was thrown, or if there is no ID. */
export function refusedRequest(thrown: unknown): string[] {
  return thrown instanceof ApiError && thrown.refusal.requestId !== null ? [thrown.refusal.requestId] : []
}

/** Twilio answered 401 or 403: the credential is wrong, or lacks a permission. */
export class AuthError extends ApiError {
  override readonly name = 'AuthError'
  override readonly title = 'Twilio refused the credential'
}

/** No answer: connection, DNS, TLS, proxy or time-out. The `cause` is kept. */
export class NetworkError extends ActionError {
  override readonly name = 'NetworkError'
  override readonly title = 'Twilio did not answer'
  override readonly label = 'No answer'
}

/** Twilio answered 2xx, but not with the body that it documents. */
export class ResponseError extends ActionError {
  override readonly name = 'ResponseError'
  override readonly title = 'Twilio answered otherwise than documented'
  override readonly label = 'Unexpected response'
}

/** GitHub refused, or did not answer: `status` is `null` then. It never ends a run. */
export class GithubError extends ActionError {
  override readonly name = 'GithubError'
  override readonly title = 'GitHub refused the request'
  override readonly label = 'GitHub'
  readonly status: number | null
  /** Whether GitHub limits the rate of requests. */
  readonly isRateLimited: boolean

  constructor(message: string, status: number | null, isRateLimited: boolean, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.isRateLimited = isRateLimited
  }
}

/**
 * The workflow names something that Twilio has not, has several times, or could not list. The title says
 * which.
 */
export class LookupError extends ActionError {
  override readonly name = 'LookupError'
  override readonly title: string
  override readonly label = 'Public key'

  constructor(title: string, facts: string) {
    super(facts)
    this.title = title
  }
}

/** An account that the workflow asks for is not active under the parent, or Twilio gives no token for it. */
export class AccountError extends ActionError {
  override readonly name = 'AccountError'
  override readonly title = 'the account cannot be reached'
  override readonly label = 'Account'
}

/**
 * It was no longer safe to send or to repeat a write: somebody else changed the account, another account
 * answered, or the account could not be read.
 */
export class ConflictError extends ActionError {
  override readonly name = 'ConflictError'
  override readonly title = 'it was no longer safe to write'
  override readonly label = 'Changed meanwhile'
}

/**
 * The run was stopped from outside: the job was cancelled, or the time for the whole run is over. The
 * `cause` is why a request was about to be sent again.
 */
export class StoppedError extends ActionError {
  override readonly name = 'StoppedError'
  override readonly title = 'the run was stopped'
  override readonly label: string
  /** Whether the request that it kept from being sent was never under way. */
  readonly isUnsent: boolean

  constructor(
    facts: string,
    {
      isUnsent = false,
      ...options
    }: ErrorOptions & { readonly advice?: string | null; readonly isUnsent?: boolean } = {},
  ) {
    super(facts, options)
    this.label = this.message.includes('cancelled') ? 'Cancelled' : 'Time limit'
    this.isUnsent = isUnsent
  }
}

/** A bug of this action, or of the machine that it runs on. The `cause` holds what was thrown. */
export class UnexpectedError extends ActionError {
  override readonly name = 'UnexpectedError'
  override readonly title = 'the action failed'
  override readonly label = 'Defect of the action'

  constructor(cause: unknown) {
    super(`Unexpected: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
      advice: 'Please report this as a bug of the action, with the log of a run in debug mode.',
    })
  }
}

/**
 * Anything thrown, as an {@link ActionError}: itself if it is one, else an {@link UnexpectedError}
 * around it.
 */
export function toActionError(thrown: unknown): ActionError {
  return thrown instanceof ActionError ? thrown : new UnexpectedError(thrown)
}

/** Whether this error leaves it unknown if a POST took effect. */
export function isLost(thrown: unknown): thrown is Error {
  return (
    thrown instanceof NetworkError ||
    thrown instanceof ResponseError ||
    (thrown instanceof ApiError && thrown.refusal.status >= 500)
  )
}

/**
 * Whether a POST surely had no effect: Twilio refused it, or had refused it when the run was stopped or
 * found a conflict.
 */
export function didNothing(thrown: unknown): boolean {
  if (thrown instanceof StoppedError) return thrown.isUnsent || didNothing(thrown.cause)
  return thrown instanceof ConflictError || (thrown instanceof ApiError && thrown.refusal.status < 500)
}

/** The words for a request in a message: its ID, and the number of attempts. */
export function sentFacts(requestId: string | null, attempts: number): string {
  return `request ${requestId ?? 'without an id'}; ${triedTimes(attempts)}`
}

/** The number of attempts, in words. */
export function triedTimes(attempts: number): string {
  return attempts === 1 ? 'tried once' : `tried ${attempts} times`
}

function titleOf({ status }: Refusal): string {
  if (status >= 500) return 'Twilio failed'
  return status === 429 ? 'Twilio takes no more requests for now' : 'Twilio refused the request'
}

function describe(refusal: Refusal): string {
  const code = refusal.code === null ? '' : `, Twilio code ${refusal.code}`
  const detail = refusal.detail === null ? '' : `: ${refusal.detail.replace(/[.\s]+$/, '')}`
  const facts = [
    sentFacts(refusal.requestId, refusal.attempts),
    ...(refusal.moreInfo === null ? [] : [`see ${refusal.moreInfo}`]),
  ]
  return `${refusal.method} ${refusal.path} failed with HTTP ${refusal.status}${code}${detail} (${facts.join('; ')}).`
}
