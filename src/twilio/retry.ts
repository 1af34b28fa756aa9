/** The maximum number of times that a request is sent. */
export const mostAttempts = 5

/** The longest wait that a `Retry-After` may ask for, in milliseconds. */
const longestRetryAfter = 60_000

const firstPause = 250
const longestPause = 8_000

/**
 * How long to wait before the attempt after the given one, in milliseconds: full jitter over a doubling
 * span.
 */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(longestPause, firstPause * 2 ** attempt)
}

/**
 * What a `Retry-After` header asks for, in milliseconds from `now`, at most a minute; `null` if it is
 * missing or unreadable.
 */
export function retryAfter(header: string | null, now: number): number | null {
  const value = header?.trim() ?? ''
  // Date.parse accepts almost any text that has a digit in it.
  const date = /(GMT|Z)$/.test(value) ? Date.parse(value) : Number.NaN
  const delay = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : date - now
  return Number.isNaN(delay) ? null : Math.min(longestRetryAfter, Math.max(0, delay))
}
