import { groupedBy } from '../shared/grouped.ts'
import { abbreviate } from '../shared/text.ts'
import type { Change } from '../settings/diff.ts'
import type { Mode } from '../settings/guards.ts'
import { isBystander } from './explanation.ts'
import { type FleetCounts, title } from './title.ts'
import {
  accountOf,
  hasDrift,
  isFailure,
  isKnownWrong,
  isUnjudged,
  type Outcome,
  overallResult,
  type Result,
  resultOf,
  results,
} from '../run/outcome.ts'
import { bySeverity, failureRemarks, inWords, type Remark, writeRemarks } from './remarks.ts'
import type { Resource } from '../settings/target.ts'
import { type Shared, sharedRemarks, unsharedRemarks, quietWarnings } from './fleet-remarks.ts'

/** What is said about one target of a fleet that is not in sync. */
export interface FleetEntry {
  readonly accountSid: string
  readonly resource: Resource
  readonly result: Result
  readonly isFailure: boolean
  /** The verdict in a few words. */
  readonly title: string
  /** What differs, what was refused, or what went wrong. */
  readonly details: string
}

/** What is said about many accounts. The `counts` have the worst first. */
export interface FleetReport extends FleetCounts {
  /** The targets that are not in sync, the worst first. */
  readonly entries: readonly FleetEntry[]
  /**
   * What holds for several targets alike, such as why `apply` refuses: each once, since the entries
   * leave it out.
   */
  readonly reasons: readonly Remark[]
  /** The warnings on those that are in sync: one of each kind, since they get no annotation of their own. */
  readonly warnings: readonly Remark[]
}

/** Sums up the outcomes of several accounts. */
export function fleetReport(outcomes: readonly Outcome[], mode: Mode): FleetReport {
  const byAccount = groupedBy(outcomes, accountOf)
  const ofAccounts = [...byAccount.values()].map(overallResult)
  const counts = results.map((result) => [result, ofAccounts.filter((other) => other === result).length] as const)
  const rank = (outcome: Outcome): number => results.indexOf(resultOf(outcome)) + (isBystander(outcome) ? 0.5 : 0)
  const shared = sharedRemarks(outcomes, mode)
  return {
    accounts: byAccount.size,
    counts: counts.filter(([, number]) => number > 0),
    entries: [...outcomes].sort((a, b) => rank(a) - rank(b)).flatMap((outcome) => entry(outcome, mode, shared)),
    written: [...byAccount.values()].filter(isWrittenWell).length,
    wrong: [...byAccount.values()].filter((ofAccount) => ofAccount.some(isKnownWrong)).length,
    unjudged: [...byAccount.values()].filter((ofAccount) => !ofAccount.some(isKnownWrong) && ofAccount.some(isUnjudged))
      .length,
    hasDrift: hasDrift(outcomes) === true,
    reasons: bySeverity([...shared.values()]),
    warnings: quietWarnings(outcomes, mode, shared),
  }
}

/** Whether an account was written, and nothing of that failed; a policy may be broken nonetheless. */
function isWrittenWell(ofAccount: readonly Outcome[]): boolean {
  return (
    ofAccount.some(({ status }) => status === 'written') &&
    ['applied', 'noncompliant'].includes(overallResult(ofAccount))
  )
}

function entry(outcome: Outcome, mode: Mode, shared: Shared): FleetEntry[] {
  const result = resultOf(outcome)
  if (result === 'in-sync' || outcome.status === 'skipped') return []
  const { accountSid, resource } = outcome.target
  const verdict = isBystander(outcome) ? 'Refused: another account is' : title({ result, mode, outcomes: [outcome] })
  return [
    {
      accountSid,
      resource,
      result,
      isFailure: isFailure([outcome], mode),
      title: verdict,
      details: details(outcome, mode, shared),
    },
  ]
}

/** What is to be said of one target, but for what is `shared`. */
function details(outcome: Exclude<Outcome, { status: 'skipped' }>, mode: Mode, shared: Shared): string {
  const own = unsharedRemarks(outcome, mode, shared).map(({ text }) => text)
  switch (outcome.status) {
    case 'failed':
      return [
        outcome.error.message,
        ...failureRemarks(outcome).map(({ text }) => text),
        ...(mode === 'apply' && outcome.written === 'no'
          ? [outcome.uploaded.kind === 'no' ? 'Nothing was written.' : 'The settings were not written.']
          : []),
      ].join(' ')
    case 'wrong-account':
      return outcome.answered === null
        ? 'No answer of Twilio says which account it is about.'
        : `Account ${abbreviate(outcome.answered)} answered.`
    case 'refused':
      return sentences(outcome.changes, own)
    case 'written':
      return sentences(verified(outcome), [
        ...writeRemarks(outcome).map(({ text }) => text),
        ...own,
        ...outcome.findings.map(({ message }) => `${message}.`),
      ])
    case 'compared':
      return sentences(outcome.changes, [...outcome.findings.map(({ message }) => `${message}.`), ...own])
  }
}

/** The changes that took, with what was read back: a key that was uploaded has its SID only then. */
function verified({ changes, remaining, after }: Extract<Outcome, { status: 'written' }>): Change[] {
  const open = new Set(remaining.map(({ setting }) => setting))
  return changes
    .filter(({ setting }) => !open.has(setting))
    .map((change) => ({ ...change, desired: after[change.setting] ?? change.desired }))
}

/** Changes, and then sentences. */
function sentences(changes: readonly Change[], rest: readonly string[]): string {
  const list = changes.map(transition).join('; ')
  return [list === '' || rest.length === 0 ? list : `${list}.`, ...rest].filter((part) => part !== '').join(' ')
}

function transition({ setting, current, desired }: Change): string {
  return `${setting}: ${inWords(current)} → ${inWords(desired)}`
}
