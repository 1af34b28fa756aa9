import { isRefused, type Mode } from './guard.ts'
import { count, headline } from './headline.ts'
import { isFailure, type Outcome, overallResult, type Result, resultOf, worstFirst } from './outcome.ts'
import { inWords } from './remarks.ts'
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
}

/** Sums up the outcomes of several accounts. */
export function fleetReport(outcomes: readonly Outcome[], mode: Mode): FleetReport {
  const byAccount = Map.groupBy(outcomes, (outcome) => (outcome.status === 'skipped' ? '' : outcome.target.accountSid))
  const results = [...byAccount.values()].map(overallResult)
  const counts = ['partial' as const, ...worstFirst].map((result) => [result, results.filter((other) => other === result).length] as const)
  const entries = outcomes.flatMap((outcome) => entry(outcome, mode))
  return { accounts: byAccount.size, counts: counts.filter(([, number]) => number > 0), entries: entries.sort((a, b) => worstFirst.indexOf(a.result) - worstFirst.indexOf(b.result)) }
}

/** The verdict on many accounts. */
export function fleetTitle(result: Result, mode: Mode, { accounts, counts }: FleetReport): string {
  const off = accounts - (counts.find(([other]) => other === 'in-sync')?.[1] ?? 0)
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
  return `${verdicts[result]}: ${off} of ${count(accounts, 'account')} not in sync`
}

function entry(outcome: Outcome, mode: Mode): FleetEntry[] {
  const result = resultOf(outcome)
  if (result === 'in-sync' || outcome.status === 'skipped') return []
  const { accountSid, resource } = outcome.target
  return [{ accountSid, resource, result, isFailure: isFailure([outcome], mode), headline: headline({ result, mode, outcomes: [outcome] }), details: details(outcome) }]
}

function details(outcome: Exclude<Outcome, { status: 'skipped' }>): string {
  switch (outcome.status) {
    case 'failed':
      return `${outcome.error.message}${outcome.written === 'no' ? '' : ' The new settings were sent, and whether they took is not known.'}`
    case 'wrong-account':
      return `Account ${outcome.answered ?? '(none)'} answered.`
    case 'refused':
      return outcome.guards.filter((guard) => isRefused([guard])).map(({ message }) => `${message}.`).join(' ') || 'Refused because another account is.'
    case 'written':
      return [...(outcome.remaining.length > 0 ? outcome.remaining : outcome.changes).map(transition), ...outcome.findings.map(({ message }) => `${message}.`)].join('; ')
    case 'compared':
      return [...outcome.changes.map(transition), ...outcome.findings.map(({ message }) => `${message}.`)].join('; ')
  }
}

function transition({ setting, current, desired }: { setting: string; current: Parameters<typeof inWords>[0]; desired: Parameters<typeof inWords>[0] }): string {
  return `${setting}: ${inWords(current)} → ${inWords(desired)}`
}
