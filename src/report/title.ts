import type { Change } from '../settings/diff.ts'
import { type ActionError, StoppedError } from '../shared/errors.ts'
import { type Finding, findingTitle, isUnusable } from '../settings/findings.ts'
import { type Guard, guardRules, isRefused, type Mode } from '../settings/guards.ts'
import { isKnownWrong, isUnjudged } from '../run/known.ts'
import {
  findingsOf,
  isWritten,
  observationOf,
  type Outcome,
  overallResult,
  type Result,
  type Uploaded,
} from '../run/outcome.ts'
import { anySettings } from '../settings/settings.ts'
import { defaultNames } from '../settings/target.ts'
import { capitalized, count, listed } from './words.ts'

/** The facts for a title. */
export interface Ended {
  readonly result: Result
  readonly mode: Mode
  readonly outcomes: readonly Outcome[]
}

/** `partial` only if something was written and read back as desired. */
const prefixes: Readonly<Record<Result, string>> = {
  'in-sync': 'In sync',
  read: 'Read',
  drift: 'Drift',
  noncompliant: 'Not compliant',
  applied: 'Applied',
  unverified: 'Not verified',
  partial: 'Partly applied',
  refused: 'Refused',
  skipped: 'Skipped',
  error: 'Error',
}

/** What a title begins with. */
export function prefixOf(result: Result, mode: Mode, isAnyVerified: boolean): string {
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
  if (result === 'refused' && mode !== 'apply') return capitalized(verdict({ result, mode, outcomes }))
  const { error, isSent, uploads } = failuresOf(outcomes)
  if (result === 'error' && error instanceof StoppedError)
    return `${error.label}: ${stoppedText(isSent, uploads, mode)}`
  if (result === 'noncompliant' && outcomes.some((outcome) => outagesOf(outcome).length > 0))
    return `Outage: ${verdict({ result, mode, outcomes })}`
  if (result === 'in-sync' && observations.every(({ desired }) => Object.keys(desired).length === 0))
    return 'Compliant: the account meets what is required'
  return `${prefixOf(result, mode, outcomes.some(isVerified))}: ${verdict({ result, mode, outcomes })}`
}

function stoppedText(isSent: boolean, uploads: readonly Uploaded[], mode: Mode): string {
  if (isSent) return 'unknown whether the settings were written'
  if (uploads.some(({ kind }) => kind === 'unknown')) return 'unknown whether the key was uploaded'
  return `nothing was ${mode === 'apply' ? 'written' : doneIn[mode]}`
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
      return `${count(managedIn(outcomes), 'setting')} match${managedIn(outcomes) === 1 ? 'es' : ''}`
    case 'read':
      return 'what the account has; nothing was compared'
    case 'drift':
      return mode === 'plan' ? `${count(changes.length, 'setting')} would change` : listed(differencesOf(outcomes))
    case 'noncompliant':
      return listed(violations(outcomes))
    case 'applied':
      return `${count(changes.length, 'setting')} written and read back`
    case 'unverified':
      return `after the write ${listed(outcomes.flatMap(remainingOf).map((change) => differenceOf(change, false)))}`
    case 'partial':
      return fates(outcomes)
    case 'refused':
      return listed(refusals(outcomes))
    case 'skipped':
      return 'the live account was NOT checked'
    case 'error':
      return failure(outcomes)
  }
}

/** What is done to an account in each mode. */
export const doneIn = { check: 'checked', plan: 'planned', apply: 'applied' } as const

/**
 * The fate of several targets that did not end alike. Settings that were sent may or may not have been
 * written.
 */
function fates(outcomes: readonly Outcome[]): string {
  const groups = [
    { of: outcomes.filter(isVerified), fate: 'written and read back' },
    { of: outcomes.filter((outcome) => isWritten(outcome) && !isVerified(outcome)), fate: 'sent but not verified' },
    { of: outcomes.filter((outcome) => !isWritten(outcome)), fate: 'not written' },
  ]
  return groups
    .filter(({ of }) => of.length > 0)
    .map(({ of, fate }) => `${named(of)} ${fate}`)
    .join(', ')
}

/** How many settings the workflow manages on these targets. */
export function managedIn(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + Object.keys(observationOf(outcome)?.desired ?? {}).length, 0)
}

/** What keeps an account from making media: a part that its live settings need, and that is missing or wrong. */
export function outagesOf(outcome: Outcome): readonly Finding[] {
  return findingsOf(outcome).filter(({ breaks, severity }) => breaks !== undefined && severity === 'error')
}

/** The policies that are not met, in a few words each; one that stops media comes first. */
export function violations(outcomes: readonly Outcome[]): string[] {
  const errors = outcomes.flatMap(findingsOf).filter(({ severity }) => severity === 'error')
  return [...new Set([...errors.filter(isUnusable), ...errors].map(findingTitle))]
}

/** How these targets differ, in a few words for each setting. */
export function differencesOf(outcomes: readonly Outcome[]): string[] {
  const all = outcomes.flatMap((outcome) => {
    const observation = observationOf(outcome)
    const isEncrypted = observation?.current.encryption_enabled === true
    return (observation?.changes ?? []).map((change) => differenceOf(change, isEncrypted))
  })
  return [...new Set(all)]
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

/** The facts on the targets that failed: the first error, whether settings were sent, and the fate of keys. */
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
  if (isSent) return `${cause}, and it is unknown whether the settings were written`
  return uploads.some(({ kind }) => kind === 'unknown')
    ? `${cause}, and it is unknown whether the key was uploaded`
    : cause
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
  // What is wrong with a credential is told by its finding.
  const unusable = outcomes.flatMap(findingsOf).filter(isUnusable)
  const isTold = ({ rule }: Guard): boolean => rule === 'missing-credential' && unusable.length > 0
  const titles = guards.filter((guard) => !isTold(guard)).map(({ rule }) => guardRules[rule].title)
  return [...new Set(wrongAccount), ...new Set([...unusable.map(findingTitle), ...titles])]
}

/** How an account differs in one setting, in a few words. */
function differenceOf({ setting, current, desired }: Change, isEncrypted: boolean): string {
  const { noun } = anySettings[setting]
  if (setting === 'encryption_key_sid' && isEncrypted && typeof current === 'string') return 'another key encrypts'
  if (current === undefined) return `${noun} is not available`
  if (typeof desired === 'boolean')
    return `${noun} is ${current === null ? 'not set up' : current === true ? 'on' : 'off'}`
  return `${noun} ${current === null ? 'is missing' : 'differs'}`
}
