import { abbreviate } from '../shared/text.ts'
import type { Change } from '../settings/diff.ts'
import { isRefused, type Mode } from '../settings/guards.ts'
import { count, type Ended, title, explanation } from './title.ts'
import {
  accountOf,
  isFailure,
  isStopped,
  observationOf,
  type Outcome,
  overallResult,
  type Result,
  resultOf,
  results,
} from '../run/outcome.ts'
import { failureRemarks, inWords, type Remark, writeRemarks } from './remarks.ts'
import type { Resource } from '../settings/target.ts'
import { type Shared, sharedRemarks, reasonsOf, unsharedRemarks, quietWarnings } from './fleet-remarks.ts'

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

/** What is said about many accounts. */
export interface FleetReport {
  readonly accounts: number
  /** How many accounts ended in each way, the worst first. */
  readonly counts: readonly (readonly [Result, number])[]
  /** The targets that are not in sync, the worst first. */
  readonly entries: readonly FleetEntry[]
  /** How many accounts were written and read back as desired. */
  readonly written: number
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
  const byAccount = Map.groupBy(outcomes, accountOf)
  const ofAccounts = [...byAccount.values()].map(overallResult)
  const counts = results.map((result) => [result, ofAccounts.filter((other) => other === result).length] as const)
  const rank = (outcome: Outcome): number => results.indexOf(resultOf(outcome)) + (isBystander(outcome) ? 0.5 : 0)
  const shared = sharedRemarks(outcomes, mode)
  return {
    accounts: byAccount.size,
    counts: counts.filter(([, number]) => number > 0),
    entries: [...outcomes].sort((a, b) => rank(a) - rank(b)).flatMap((outcome) => entry(outcome, mode, shared)),
    written: [...byAccount.values()].filter(isWrittenWell).length,
    reasons: reasonsOf(shared),
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

/** The verdict on many accounts. */
export function fleetTitle(result: Result, mode: Mode, { accounts, counts, written }: FleetReport): string {
  const numberOf = (...wanted: readonly Result[]): number =>
    counts.reduce((sum, [other, number]) => sum + (wanted.includes(other) ? number : 0), 0)
  const verdicts: Record<Result, string> = {
    'in-sync': 'In sync',
    drift: mode === 'plan' ? 'Plan' : 'Drift',
    noncompliant: 'Not compliant',
    applied: 'Applied',
    unverified: 'Not verified',
    partial: 'Partly applied',
    refused: 'Refused',
    skipped: 'Skipped',
    error: 'Error',
  }
  const all = count(accounts, 'account')
  switch (result) {
    case 'in-sync':
      return `${verdicts[result]}: all of ${all}`
    case 'drift':
      return `${verdicts[result]}: ${numberOf('drift', 'noncompliant')} of ${all} not in sync`
    case 'applied':
      return `${verdicts[result]}: ${written} of ${all} written and verified`
    case 'partial':
      if (written === 0)
        return `Not all written: ${numberOf('partial', 'error', 'refused', 'unverified')} of ${all} not verified`
      return `${verdicts[result]}: ${count(written, 'account')} written and verified, ${numberOf('partial', 'error', 'refused', 'unverified')} not`
    case 'error': {
      const failed = mode === 'apply' ? 'failed' : `could not be ${doneIn[mode]}`
      return `${verdicts[result]}: ${numberOf(result)} of ${all} ${failed}`
    }
    case 'noncompliant':
    case 'unverified':
    case 'refused':
    case 'skipped':
      return `${verdicts[result]}: ${numberOf(result)} of ${all}`
  }
}

/** What the verdict on many accounts means, and what to do. */
export function fleetExplanation(ended: Ended, planId: string | null): string {
  const { result, mode, outcomes } = ended
  if (result === 'drift' && outcomes.some(lacksSetting))
    return `${mode === 'plan' ? 'Nothing was written. ' : ''}Some accounts do not have what the workflow asks for, and apply may not be able to change that. What to do is below.`
  if (
    result === 'drift' &&
    mode === 'check' &&
    outcomes.some((outcome) => isRefused(observationOf(outcome)?.guards ?? []))
  )
    return 'Where an account is right, correct the workflow. Where one is wrong, apply would refuse to correct any of them, for the reasons below.'
  if (result === 'drift' && mode === 'check')
    return 'Where an account is wrong, run this action with "mode: apply". Where it is right, correct the workflow.'
  if (result === 'applied') return 'They were read back, and are as desired.'
  const wasStopped = outcomes.some(isStopped)
  if (result === 'partial')
    return `${wasStopped ? 'The run was stopped. ' : ''}The rows below say which, and what is known of the others. Run a check to see what they have.`
  if (result === 'refused' && outcomes.some(isBystander))
    return 'Nothing was written: one refusal refuses all. Do what its reason below asks for, or list the other accounts in "accounts" to go on without it.'
  if (result === 'error' && wasStopped) return 'The run was stopped before it was done with the accounts below.'
  if (result === 'error' && outcomes.some(({ status }) => status === 'refused' || status === 'wrong-account'))
    return 'What went wrong is below. Nothing was written: one refusal refuses all.'
  if (result === 'error')
    return outcomes.some((outcome) => resultOf(outcome) === 'unverified')
      ? 'What went wrong is below.'
      : 'What went wrong is below. The other accounts were not affected.'
  return explanation(ended, planId)
}

const doneIn = { check: 'checked', plan: 'planned', apply: 'applied' } as const

function lacksSetting(outcome: Outcome): boolean {
  return observationOf(outcome)?.changes.some(({ current }) => current === undefined) === true
}

/** Whether nothing stands against writing to a target, but that another one is refused. */
function isBystander(outcome: Outcome): boolean {
  return outcome.status === 'refused' && !isRefused(outcome.guards)
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
      return `Account ${abbreviate(outcome.answered ?? '(none)')} answered.`
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
