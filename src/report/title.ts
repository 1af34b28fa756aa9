import type { Change } from '../settings/diff.ts'
import type { ActionError } from '../shared/errors.ts'
import { findingTitle } from '../settings/findings.ts'
import { guardRules, isRefused, type Mode } from '../settings/guards.ts'
import {
  findingsOf,
  isKnownWrong,
  isUnjudged,
  isWritten,
  observationOf,
  type Outcome,
  overallResult,
  type Result,
  type Uploaded,
} from '../run/outcome.ts'
import { anySettings } from '../settings/settings.ts'
import { defaultNames } from '../settings/target.ts'

/** What a title is made from. */
export interface Ended {
  readonly result: Result
  readonly mode: Mode
  readonly outcomes: readonly Outcome[]
}

/** What a title begins with; `partial` only if something was written and verified. */
const prefixes: Readonly<Record<Result, string>> = {
  'in-sync': 'In sync',
  drift: 'Drift',
  noncompliant: 'Not compliant',
  applied: 'Applied',
  unverified: 'Not verified',
  partial: 'Partly applied',
  refused: 'Refused',
  skipped: 'Skipped',
  error: 'Error',
}

function prefixOf(result: Result, mode: Mode, isAnyVerified: boolean): string {
  if (result === 'drift' && mode === 'plan') return 'Plan'
  return result === 'partial' && !isAnyVerified ? 'Not all written' : prefixes[result]
}

/** The verdict in a few words, for a heading that is read on a phone. */
export function title({ result, mode, outcomes }: Ended): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  if (result === 'error' || result === 'refused') {
    const both = knownAndUnknown({ result, mode, outcomes })
    if (both !== null) return both
  }
  if (result === 'in-sync' && observations.every(({ desired }) => Object.keys(desired).length === 0))
    return 'Compliant: the account meets what is required'
  return `${prefixOf(result, mode, outcomes.some(isVerified))}: ${verdict({ result, mode, outcomes })}`
}

/**
 * The verdict where one target could not be judged and another one is known to be wrong: both, since
 * neither may hide the other. `null` if that is not so, or if the run was to write.
 */
function knownAndUnknown({ mode, outcomes }: Ended): string | null {
  const wrong = outcomes.filter(isKnownWrong)
  const unjudged = outcomes.filter(isUnjudged)
  if (mode === 'apply' || wrong.length === 0 || unjudged.length === 0) return null
  const known = title({ result: overallResult(wrong), mode, outcomes: wrong })
  return `${known}; ${named(unjudged)} could not be ${doneIn[mode]}`
}

function verdict({ result, mode, outcomes }: Ended): string {
  const changes = outcomes.flatMap((outcome) => observationOf(outcome)?.changes ?? [])
  switch (result) {
    case 'in-sync':
      return 'the account is as desired'
    case 'drift':
      return mode === 'plan' ? `${count(changes.length, 'setting')} would change` : listed(changes.map(differenceOf))
    case 'noncompliant': {
      const errors = outcomes.flatMap(findingsOf).filter(({ severity }) => severity === 'error')
      return listed([...new Set(errors.map(findingTitle))])
    }
    case 'applied':
      return `${count(changes.length, 'setting')} written and verified`
    case 'unverified':
      return listed(outcomes.flatMap(remainingOf).map(({ setting }) => `${setting} did not take`))
    case 'partial':
      return fates(outcomes)
    case 'refused':
      return listed(refusals(outcomes))
    case 'skipped':
      return 'the live account was not checked'
    case 'error':
      return failure(outcomes)
  }
}

/** How many accounts of a fleet there are, and in which way. */
export interface FleetCounts {
  readonly accounts: number
  /** By how they ended. */
  readonly counts: readonly (readonly [Result, number])[]
  /** Those that were read back as desired. */
  readonly written: number
  /** Those that are known to differ, or to break a policy, whatever else failed. */
  readonly wrong: number
  /** Those of which nothing is known. */
  readonly unjudged: number
  readonly hasDrift: boolean
}

/** The verdict on many accounts. */
export function fleetTitle(
  result: Result,
  mode: Mode,
  { accounts, counts, written, wrong, unjudged, hasDrift }: FleetCounts,
): string {
  const numberOf = (...wanted: readonly Result[]): number =>
    counts.reduce((sum, [other, number]) => sum + (wanted.includes(other) ? number : 0), 0)
  const all = count(accounts, 'account')
  const verdictOnAll = (): string => {
    switch (result) {
      case 'in-sync':
        return `all of ${all}`
      case 'drift':
        return `${numberOf('drift', 'noncompliant')} of ${all} not in sync`
      case 'applied':
        return `${written} of ${all} written and verified`
      case 'partial': {
        const rest = numberOf('partial', 'error', 'refused', 'unverified')
        return written === 0
          ? `${rest} of ${all} not verified`
          : `${count(written, 'account')} written and verified, ${rest} not`
      }
      case 'error':
        if (mode !== 'apply') return `${numberOf('error', 'refused')} of ${all} could not be ${doneIn[mode]}`
        return `${numberOf('error')} of ${all} failed${numberOf('refused') === 0 ? '' : `, ${numberOf('refused')} refused`}`
      case 'noncompliant':
      case 'unverified':
      case 'refused':
      case 'skipped':
        return `${numberOf(result)} of ${all}`
    }
  }
  if (mode !== 'apply' && wrong > 0 && unjudged > 0) {
    const prefix = prefixOf(hasDrift ? 'drift' : 'noncompliant', mode, false)
    return `${prefix}: ${wrong} of ${all} not in sync, ${unjudged} could not be ${doneIn[mode]}`
  }
  return `${prefixOf(result, mode, written > 0)}: ${verdictOnAll()}`
}

const doneIn = { check: 'checked', plan: 'planned', apply: 'applied' } as const

/**
 * What became of each of several targets that did not end alike. What was sent may have been written, or
 * not.
 */
function fates(outcomes: readonly Outcome[]): string {
  const groups = [
    { of: outcomes.filter(isVerified), fate: 'written and verified' },
    { of: outcomes.filter((outcome) => isWritten(outcome) && !isVerified(outcome)), fate: 'sent but not verified' },
    { of: outcomes.filter((outcome) => !isWritten(outcome)), fate: 'not written' },
  ]
  return groups
    .filter(({ of }) => of.length > 0)
    .map(({ of, fate }) => `${named(of)} ${fate}`)
    .join(', ')
}

function remainingOf(outcome: Outcome): readonly Change[] {
  return outcome.status === 'written' ? outcome.remaining : []
}

function isVerified(outcome: Outcome): boolean {
  return outcome.status === 'written' && outcome.remaining.length === 0
}

function named(outcomes: readonly Outcome[]): string {
  return outcomes
    .map((outcome) => (outcome.status === 'skipped' ? 'settings' : defaultNames[outcome.target.resource].toLowerCase()))
    .join(' and ')
}

/** What is known of the targets that failed: the first error, whether settings were sent, what became of keys. */
export function failuresOf(outcomes: readonly Outcome[]): {
  readonly error: ActionError | undefined
  readonly isSent: boolean
  readonly uploads: readonly Uploaded[]
} {
  const failed = outcomes.filter((outcome) => outcome.status === 'failed')
  return {
    error: failed[0]?.error,
    isSent: failed.some(({ written }) => written !== 'no'),
    uploads: failed.map(({ uploaded }) => uploaded),
  }
}

function failure(outcomes: readonly Outcome[]): string {
  const { error, isSent, uploads } = failuresOf(outcomes)
  const cause = error?.title ?? 'the account was not checked'
  if (isSent) return `${cause}, and a write was not verified`
  return uploads.some(({ kind }) => kind === 'unknown') ? `${cause}, and an upload was not verified` : cause
}

function refusals(outcomes: readonly Outcome[]): string[] {
  const wrongAccount = outcomes.flatMap((outcome) =>
    outcome.status === 'wrong-account'
      ? [outcome.answered === null ? 'no answer names the account' : 'another account answered']
      : [],
  )
  const guards = outcomes
    .flatMap((outcome) => observationOf(outcome)?.guards ?? [])
    .filter((guard) => isRefused([guard]))
  return [...new Set(wrongAccount), ...new Set(guards.map((guard) => guardRules[guard.rule].title))]
}

/** How an account differs in one setting, in a few words. */
function differenceOf({ setting, current, desired }: Change): string {
  const { noun } = anySettings[setting]
  if (current === undefined) return `${noun} is not available`
  if (typeof desired === 'boolean')
    return `${noun} is ${current === null ? 'not set up' : current === true ? 'on' : 'off'}`
  return `${noun} ${current === null ? 'is missing' : 'differs'}`
}

function listed(things: readonly string[]): string {
  const [first = 'see below', ...rest] = things
  if (rest.length === 0) return first
  return rest.length === 1 ? `${first}, and ${rest[0]}` : `${first}, and ${rest.length} more`
}

/** A number with its noun: "1 setting", "2 settings". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
