import { findingsOf, isBroken, isOutdated, type Outcome } from './outcome.ts'

/**
 * Whether a difference is left at the end of the run, `true` where one is known whatever else failed;
 * `null` if that could not be told.
 */
export function hasDrift(outcomes: readonly Outcome[]): boolean | null {
  const each = outcomes.map(driftOf)
  if (each.includes(true)) return true
  return each.includes(null) ? null : false
}

function driftOf(outcome: Outcome): boolean | null {
  switch (outcome.status) {
    case 'skipped':
    case 'wrong-account':
    case 'read':
      return null
    case 'failed':
      return isOutdated(outcome) || (outcome.observation?.changes.length ?? 0) === 0 ? null : true
    case 'written':
      return outcome.remaining.length > 0
    case 'compared':
    case 'refused':
      return outcome.changes.length > 0
  }
}

/** Whether a target surely differs at the end of the run, or breaks a policy. */
export function isKnownWrong(outcome: Outcome): boolean {
  if (outcome.status === 'read') return false
  return driftOf(outcome) === true || (!isFailedWrite(outcome) && isBroken(findingsOf(outcome)))
}

/** Whether nothing is known of what a target has at the end of the run. */
export function isUnjudged(outcome: Outcome): boolean {
  return (outcome.status === 'failed' || outcome.status === 'wrong-account') && !isKnownWrong(outcome)
}

/** Whether it is unknown if the observations on a target still hold. */
function isFailedWrite(outcome: Outcome): boolean {
  return outcome.status === 'failed' && isOutdated(outcome)
}
