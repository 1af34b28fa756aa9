/** What goes wrong with a request. */
export type Effect =
  | FaultStatus
  /** Answers normally, but later. */
  | { kind: 'delay'; ms: number }
  /** Never answers. */
  | { kind: 'hang' }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** 200 with a `Content-Length` larger than what is sent; then the connection is closed. */
  | { kind: 'truncate' }
  /** This body, whatever was asked. */
  | { kind: 'body'; body: string; status?: number; contentType?: string }
  /**
   * The normal answer, or `{}` if the request was not carried out, and then white space up to so many
   * bytes.
   */
  | { kind: 'huge'; bytes: number }
  /** 307, which would send the request again with its method and body. */
  | { kind: 'redirect'; location: string }
  /** Answers normally, but `account_sid` is replaced everywhere. */
  | { kind: 'wrong-account'; sid: string | null }
  | FaultAltered

/** An error of Twilio, or of something in front of it. */
export interface FaultStatus {
  kind: 'status'
  status: number
  /** Without it the body has no code, as may happen on 5xx. */
  code?: number
  message?: string
  moreInfo?: string
  headers?: Record<string, string>
  /** A page of HTML in place of JSON, as from a gateway. */
  html?: boolean
  /** The body that newer services have. https://www.rfc-editor.org/rfc/rfc9457 */
  rfc9457?: boolean
}

/** Responds normally, except for this. */
export interface FaultAltered {
  kind: 'altered'
  status?: number
  headers?: Record<string, string>
  /** Properties of the body that are set to something else. */
  properties?: Record<string, unknown>
  encoding?: 'latin1'
}

/** Something that goes wrong with the requests it matches. The fault that was set first shows first. */
export interface Fault {
  /**
   * `path` is looked for in the path with its query; `account` is the one whose credential the request
   * has, right or wrong.
   */
  match?: { method?: 'GET' | 'POST' | 'DELETE'; path?: string; account?: string }
  /** How often it shows; may be `Infinity`. Default: 1. */
  times?: number
  /**
   * Lets so many matching requests pass first. A request that an earlier fault took does not count.
   * Default: 0.
   */
  skip?: number
  /**
   * For POST and DELETE: the write is carried out before the fault shows, as when an answer is lost.
   * Default: false.
   */
  carriedOut?: boolean
  /** Somebody else than Twilio answers, who has no `Twilio-Request-Id`. Default: false. */
  isForeign?: boolean
  effect: Effect
}

/** The properties that a fault matches. */
export interface Matchable {
  readonly method: string
  /** With the query. */
  readonly url: string
  readonly account: string | null
}

/** The faults that are set. */
export interface Faults {
  add(fault: Fault): void
  /** The fault that shows on this request; counts it. */
  take(request: Matchable): Fault | null
  clear(): void
}

/** No faults yet. */
export function createFaults(): Faults {
  const pending: { fault: Fault; skip: number; times: number }[] = []
  return {
    add: (fault) => void pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    take: (request) => {
      for (const entry of pending) {
        if (entry.times <= 0 || !isMatch(entry.fault, request)) continue
        if (entry.skip > 0) {
          entry.skip--
          continue
        }
        entry.times--
        return entry.fault
      }
      return null
    },
    clear: () => void pending.splice(0),
  }
}

function isMatch({ match = {} }: Fault, request: Matchable): boolean {
  if (match.method !== undefined && match.method !== request.method) return false
  if (match.path !== undefined && !request.url.includes(match.path)) return false
  return match.account === undefined || match.account === request.account
}
