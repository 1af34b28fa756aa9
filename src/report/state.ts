import { createHash } from 'node:crypto'
import type { Change } from '../settings/diff.ts'
import { isKnownWrong } from '../run/known.ts'
import { findingsOf, observationOf, type Outcome, overallResult, type RunResult } from '../run/outcome.ts'
import { canonicalValue } from '../settings/plan-id.ts'

/** The state of the account after a run: whether something differs or violates a policy, or `unknown`. */
export type AccountState = 'difference' | 'in-sync' | 'unknown'

/**
 * The state of the account. A known difference or violation counts, whatever else failed. A run that
 * stopped before it knew is `unknown`: it neither opens nor closes an issue.
 */
export function accountState(ending: RunResult): AccountState {
  if (ending.kind === 'stopped') return 'unknown'
  const { outcomes } = ending
  if (outcomes.some(isKnownWrong)) return 'difference'
  // If no account falls into a shard, the other shards cover them all.
  if (outcomes.length === 0) return ending.scope.shard === null ? 'unknown' : 'in-sync'
  switch (overallResult(outcomes)) {
    case 'in-sync':
    case 'applied':
      return 'in-sync'
    case 'drift':
    case 'noncompliant':
    case 'unverified':
    case 'partial':
      return 'difference'
    case 'refused':
    case 'read':
    case 'skipped':
    case 'error':
      return 'unknown'
  }
}

/**
 * The fingerprint of everything that differs, or breaks a policy, at the end of a run: SHA-256 in
 * hexadecimal. The order does not count, nor do the words in which a finding is put, since those can
 * hold the id of a request.
 */
export function fingerprint(outcomes: readonly Outcome[]): string {
  const set = new Set(
    outcomes.flatMap((outcome) => [
      ...remaining(outcome).map((change) => changeKey(outcome, change)),
      ...broken(outcome),
    ]),
  )
  return createHash('sha256')
    .update([...set].sort().join('\n'))
    .digest('hex')
}

/** What still differs. */
function remaining(outcome: Outcome): readonly Change[] {
  return outcome.status === 'written' ? outcome.remaining : (observationOf(outcome)?.changes ?? [])
}

function changeKey(outcome: Outcome, { setting, current, desired }: Change): string {
  return JSON.stringify([
    ...names(outcome),
    setting,
    canonicalValue(setting, current),
    canonicalValue(setting, desired),
  ])
}

function broken(outcome: Outcome): string[] {
  return findingsOf(outcome)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, subject }) => JSON.stringify([...names(outcome), rule, subject]))
}

function names(outcome: Outcome): (string | null)[] {
  return outcome.status === 'skipped'
    ? [outcome.accountSid, null]
    : [outcome.target.accountSid.toLowerCase(), outcome.target.resource]
}
