import { abbreviate } from './abbreviate.ts'
import type { Change } from './diff.ts'
import { StoppedError } from './errors.ts'
import { isRefused, type Mode } from './guard.ts'
import { count, type Ended, headline, lead } from './headline.ts'
import { isFailure, observationOf, type Outcome, overallResult, type Result, resultOf, worstFirst } from './outcome.ts'
import { failureRemarks, guardRemark, inWords, type Remark, remarksOf } from './remarks.ts'
import type { Resource } from './target.ts'

/** What is said about one target of a fleet that is not in sync. */
export interface FleetEntry {
  readonly accountSid: string
  readonly resource: Resource
  readonly result: Result
  readonly isFailure: boolean
  /** The verdict in a few words. */
  readonly headline: string
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
  /** What `apply` refuses, or would, for the same reason on several targets: each reason once, since the entries leave it out. */
  readonly reasons: readonly Remark[]
  /** The warnings on those that are in sync: one of each kind, since they are not listed. */
  readonly warnings: readonly Remark[]
}

/** Sums up the outcomes of several accounts. */
export function fleetReport(outcomes: readonly Outcome[], mode: Mode): FleetReport {
  const byAccount = Map.groupBy(outcomes, (outcome) => (outcome.status === 'skipped' ? '' : outcome.target.accountSid))
  const results = [...byAccount.values()].map(overallResult)
  const counts = ['partial' as const, ...worstFirst].map((result) => [result, results.filter((other) => other === result).length] as const)
  const rank = (outcome: Outcome): number => worstFirst.indexOf(resultOf(outcome)) + (isBystander(outcome) ? 0.5 : 0)
  const reasons = commonRefusals(outcomes)
  const told = new Set(reasons.map(({ text }) => text))
  const entries = [...outcomes].sort((a, b) => rank(a) - rank(b)).flatMap((outcome) => entry(outcome, mode, told))
  return { accounts: byAccount.size, counts: counts.filter(([, number]) => number > 0), entries, reasons, warnings: quietWarnings(outcomes, mode) }
}

function commonRefusals(outcomes: readonly Outcome[]): Remark[] {
  const all = outcomes.flatMap(refusals)
  return [...Map.groupBy(all, ({ text }) => text).values()].flatMap(([first, second]) => (first === undefined || second === undefined ? [] : [first]))
}

function quietWarnings(outcomes: readonly Outcome[], mode: Mode): Remark[] {
  const kinds = new Map<string, { readonly sids: Set<string>; readonly first: Remark }>()
  for (const outcome of outcomes) {
    if (outcome.status === 'skipped' || resultOf(outcome) !== 'in-sync') continue
    for (const remark of remarksOf(outcome, mode).filter(({ level }) => level === 'warning')) {
      const kind = kinds.get(remark.title) ?? { sids: new Set(), first: remark }
      kinds.set(remark.title, { ...kind, sids: kind.sids.add(outcome.target.accountSid) })
    }
  }
  return [...kinds.values()].map(({ sids: [sid, ...others], first }) => ({ ...first, text: `On ${count(others.length + 1, 'account')} in sync; the first is ${sid}: ${first.text}` }))
}

/** The verdict on many accounts. */
export function fleetTitle(result: Result, mode: Mode, { accounts, counts }: FleetReport): string {
  const numberOf = (wanted: Result): number => counts.find(([other]) => other === wanted)?.[1] ?? 0
  const off = accounts - numberOf('in-sync')
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
  if (result === 'in-sync') return `${verdicts[result]}: all of ${count(accounts, 'account')}`
  if (result === 'applied') return `${verdicts[result]}: ${off} of ${count(accounts, 'account')} written and verified`
  if (result === 'partial') return `${verdicts[result]}: ${count(numberOf('applied'), 'account')} written and verified, ${off - numberOf('applied')} not`
  if (result === 'error') return `${verdicts[result]}: ${numberOf('error')} of ${count(accounts, 'account')} ${mode === 'apply' ? 'failed' : `could not be ${doneIn[mode]}`}`
  if (result === 'refused') return `${verdicts[result]}: ${numberOf('refused')} of ${count(accounts, 'account')}`
  return `${verdicts[result]}: ${off} of ${count(accounts, 'account')} not in sync`
}

/** What the verdict on many accounts means, and what to do. */
export function fleetLead(ended: Ended, planId: string | null): string {
  const { result, mode, outcomes } = ended
  if (result === 'drift' && mode === 'check' && outcomes.some((outcome) => isRefused(observationOf(outcome)?.guards ?? []))) return 'Where an account is right, correct the workflow. Where one is wrong, apply would refuse to correct any of them, for the reasons below.'
  if (result === 'drift' && mode === 'check') return 'Where an account is wrong, run this action with "mode: apply". Where it is right, correct the workflow.'
  if (result === 'applied') return 'They were read back, and are as desired.'
  if (result === 'partial') return 'The rows below say which, and what is known of the others. Run a check to see what they have.'
  if (result === 'refused' && outcomes.some(isBystander)) return 'Nothing was written: one refusal refuses all. Do what stands first below, or list the other accounts in "accounts" to go on without it.'
  if (result === 'error' && outcomes.some(isStopped)) return 'The run was stopped before it was done with the accounts below.'
  if (result === 'error') return 'What went wrong is below. The other accounts were not affected.'
  return lead(ended, planId)
}

const doneIn = { check: 'checked', plan: 'planned', apply: 'applied' } as const

function isStopped(outcome: Outcome): boolean {
  return outcome.status === 'failed' && outcome.error instanceof StoppedError
}

/** Whether nothing stands against writing to a target, but that another one is refused. */
function isBystander(outcome: Outcome): boolean {
  return outcome.status === 'refused' && !isRefused(outcome.guards)
}

function entry(outcome: Outcome, mode: Mode, told: ReadonlySet<string>): FleetEntry[] {
  const result = resultOf(outcome)
  if (result === 'in-sync' || outcome.status === 'skipped') return []
  const { accountSid, resource } = outcome.target
  const verdict = isBystander(outcome) ? 'Refused: another account is' : headline({ result, mode, outcomes: [outcome] })
  return [{ accountSid, resource, result, isFailure: isFailure([outcome], mode), headline: verdict, details: details(outcome, mode, told) }]
}

/** What is to be said of one target, but for the refusals that are `told` already. */
function details(outcome: Exclude<Outcome, { status: 'skipped' }>, mode: Mode, told: ReadonlySet<string>): string {
  const own = refusals(outcome).map(({ text }) => text).filter((text) => !told.has(text))
  switch (outcome.status) {
    case 'failed':
      return [outcome.error.message, ...failureRemarks(outcome).map(({ text }) => text), ...(mode === 'apply' && outcome.written === 'no' ? ['Nothing was written.'] : [])].join(' ')
    case 'wrong-account':
      return `Account ${abbreviate(outcome.answered ?? '(none)')} answered.`
    case 'refused':
      return sentences(outcome.changes, own)
    case 'written':
      return sentences(outcome.remaining.length > 0 ? outcome.remaining : outcome.changes, outcome.findings.map(({ message }) => `${message}.`))
    case 'compared':
      return sentences(outcome.changes, [...outcome.findings.map(({ message }) => `${message}.`), ...own])
  }
}

/** Changes, and then sentences. */
function sentences(changes: readonly Change[], rest: readonly string[]): string {
  const list = changes.map(transition).join('; ')
  return [list === '' || rest.length === 0 ? list : `${list}.`, ...rest].filter((part) => part !== '').join(' ')
}

/** What stands against writing to a target. */
function refusals(outcome: Outcome): Remark[] {
  if (outcome.status !== 'refused' && outcome.status !== 'compared') return []
  return outcome.guards.filter(({ isAllowed }) => !isAllowed).map((guard) => guardRemark(guard, outcome))
}

function transition({ setting, current, desired }: Change): string {
  return `${setting}: ${inWords(current)} → ${inWords(desired)}`
}
