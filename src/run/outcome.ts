import type { Change, Comparison } from '../settings/diff.ts'
import { type ActionError, ConflictError, StoppedError } from '../shared/errors.ts'
import type { Finding } from '../settings/findings.ts'
import type { Guard, Mode } from '../settings/guards.ts'
import type { Upload } from '../settings/key.ts'
import type { MediaReport } from '../settings/media.ts'
import type { Current, Desired, SettingName } from '../settings/settings.ts'
import type { Target } from '../settings/target.ts'
import { type Shard } from '../inputs/accounts.ts'

/** The observations on one target before anything was written. */
export interface Observation extends Comparison {
  /** The public key that has to be uploaded first; `null` if none has. */
  readonly upload: Upload | null
  readonly guards: readonly Guard[]
  readonly findings: readonly Finding[]
  /** The state of recent media; `null` if nobody looked, or if it could not be listed. */
  readonly media: MediaReport | null
  readonly requestIds: readonly string[]
}

/** Whether Twilio got the public key of a target that failed; `unknown`: nobody knows. */
export type Uploaded =
  { readonly kind: 'no' } | { readonly kind: 'yes'; readonly sid: string } | { readonly kind: 'unknown' }

/** How one target ended. */
export type Outcome =
  /** There were no credentials, and that was expected: only the inputs were judged. */
  | {
      readonly status: 'skipped'
      readonly accountSid: string | null
      readonly reason: string
      readonly desired: Desired
      readonly findings: readonly Finding[]
    }
  /** Another account answered than the declared one, or one that is not named (`null`). Nothing of it was used. */
  | {
      readonly status: 'wrong-account'
      readonly target: Target
      readonly answered: string | null
      readonly requestIds: readonly string[]
    }
  /**
   * It stopped in the middle. `written` tells whether Twilio got the new settings by then, `uploaded`
   * whether it got the key that they name.
   */
  | {
      readonly status: 'failed'
      readonly target: Target
      readonly error: ActionError
      readonly written: 'no' | 'yes' | 'unknown'
      readonly uploaded: Uploaded
      readonly observation: Observation | null
      readonly requestIds: readonly string[]
    }
  /** The workflow asks for nothing, so there was nothing to compare with. */
  | ({ readonly status: 'read' } & Observation)
  /** Nothing was written: the mode does not write, or nothing differed. */
  | ({ readonly status: 'compared' } & Observation)
  /** Nothing was written, because a guard stopped it. */
  | ({ readonly status: 'refused' } & Observation)
  /**
   * Written and read back. `remaining` did not take; `overwritten` are unmanaged settings that someone
   * else changed meanwhile.
   */
  | ({
      readonly status: 'written'
      readonly uploaded: string | null
      readonly after: Current
      readonly remaining: readonly Change[]
      readonly overwritten: readonly SettingName[]
    } & Observation)

/** The account that an outcome is about; `null` if it is not known. */
export function accountOf(outcome: Outcome): string | null {
  return outcome.status === 'skipped' ? outcome.accountSid : outcome.target.accountSid
}

/** Whether a target was not brought to its end because the job was cancelled, or took too long. */
export function isStopped(outcome: Outcome): boolean {
  return outcome.status === 'failed' && outcome.error instanceof StoppedError
}

/**
 * The results, the worst first: the one word for how a run, or one target of it, ended. `partial` is of
 * several targets only.
 */
export const results = [
  'partial',
  'error',
  'refused',
  'unverified',
  'drift',
  'noncompliant',
  'applied',
  'in-sync',
  'read',
  'skipped',
] as const
export type Result = (typeof results)[number]

/** The result of one target. */
export function resultOf(outcome: Outcome): Result {
  switch (outcome.status) {
    case 'failed':
      return 'error'
    case 'wrong-account':
    case 'refused':
      return 'refused'
    case 'skipped':
      return isBroken(outcome.findings) ? 'noncompliant' : 'skipped'
    case 'read':
      return 'read'
    case 'written':
      if (outcome.remaining.length > 0) return 'unverified'
      return isBroken(outcome.findings) ? 'noncompliant' : 'applied'
    case 'compared':
      if (isBroken(outcome.findings, 'desired')) return 'noncompliant'
      if (outcome.changes.length > 0) return 'drift'
      return isBroken(outcome.findings) ? 'noncompliant' : 'in-sync'
  }
}

/**
 * The result of a run over several targets: `partial` if something was written and something else
 * failed, else the worst. Over none it is an error: nobody was asked, so nothing is proved.
 */
export function overallResult(outcomes: readonly Outcome[]): Result {
  const ofTargets = outcomes.map(resultOf)
  const failures = outcomes.filter((outcome) => ['error', 'refused', 'unverified'].includes(resultOf(outcome)))
  const someTook = outcomes.some((outcome) => outcome.status === 'written' && outcome.remaining.length === 0)
  const someStayed = outcomes.some(isWritten) && failures.some((failure) => !isWritten(failure))
  if (failures.length > 0 && (someTook || someStayed)) return 'partial'
  return results.find((result) => ofTargets.includes(result)) ?? 'error'
}

/** Whether Twilio has, or may have, got new settings for this target. */
export function isWritten(outcome: Outcome): boolean {
  return outcome.status === 'written' || (outcome.status === 'failed' && outcome.written !== 'no')
}

/**
 * Whether what was found on a target before no longer holds: it was, or may have been, written since, by
 * this run or by somebody else.
 */
export function isOutdated(outcome: Outcome): boolean {
  return isWritten(outcome) || (outcome.status === 'failed' && outcome.error instanceof ConflictError)
}

/** Whether a run that ended so fails its step. */
export function isFailure(outcomes: readonly Outcome[], mode: Mode): boolean {
  return outcomes.some((outcome) => fails(outcome, mode))
}

function fails(outcome: Outcome, mode: Mode): boolean {
  switch (resultOf(outcome)) {
    case 'in-sync':
    case 'applied':
    case 'read':
    case 'skipped':
      return false
    case 'drift':
      return mode !== 'plan'
    case 'noncompliant':
      return mode !== 'plan' || isBroken(findingsOf(outcome), 'desired')
    case 'unverified':
    case 'partial':
    case 'refused':
    case 'error':
      return true
  }
}

/** The findings of one target, from what is known of it. */
export function findingsOf(outcome: Outcome): readonly Finding[] {
  if (outcome.status === 'wrong-account') return []
  return outcome.status === 'failed' ? (outcome.observation?.findings ?? []) : outcome.findings
}

/** What was found on a target before anything was written; `null` if it did not come that far. */
export function observationOf(outcome: Outcome): Observation | null {
  if (outcome.status === 'skipped' || outcome.status === 'wrong-account') return null
  return outcome.status === 'failed' ? outcome.observation : outcome
}

/** Whether there is a finding of severity error among some, about this subject if one is given. */
export function isBroken(findings: readonly Finding[], subject?: Finding['subject']): boolean {
  return findings.some(
    (finding) => finding.severity === 'error' && (subject === undefined || finding.subject === subject),
  )
}

/** The changes of a write that took, with what was read back: a key that was uploaded has its SID only then. */
export function verifiedChanges({ changes, remaining, after }: Extract<Outcome, { status: 'written' }>): Change[] {
  const open = new Set(remaining.map(({ setting }) => setting))
  return changes
    .filter(({ setting }) => !open.has(setting))
    .map((change) => ({ ...change, desired: after[change.setting] ?? change.desired }))
}

/** How a run ended: with an outcome for each target, or before there was any. */
export type RunResult =
  | {
      readonly kind: 'ran'
      readonly mode: Mode
      readonly scope: Scope
      readonly outcomes: readonly Outcome[]
      /** The id of the plan; `null` if not every target could be read. */
      readonly planId: string | null
      /** Of all requests that Twilio answered. */
      readonly requestIds: readonly string[]
      /** How many active accounts Twilio listed; `null` if it was not asked, or did not tell. */
      readonly listed: number | null
    }
  | {
      readonly kind: 'stopped'
      readonly error: ActionError
      readonly requestIds: readonly string[]
      readonly listed: number | null
    }

/** Which accounts a run was about. */
export interface Scope {
  /** The declared account, of a fleet the parent; `null` if there is none. */
  readonly accountSid: string | null
  readonly shard: Shard | null
  /** The names of the accounts of a fleet, by SID in lower case; `null` if `accounts` is `self`. */
  readonly names: ReadonlyMap<string, string> | null
}
