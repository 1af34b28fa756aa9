import type { Change } from '../settings/diff.ts'
import { findingTitle } from '../settings/findings.ts'
import { guardRules, isRefused, type Mode } from '../settings/guards.ts'
import {
  findingsOf,
  hasDrift,
  isWritten,
  observationOf,
  type Outcome,
  type Result,
  type Uploaded,
} from '../run/outcome.ts'
import { anySettings } from '../settings/settings.ts'
import { defaultNames } from '../settings/target.ts'

/** What a headline is made from. */
export interface Ended {
  readonly result: Result
  readonly mode: Mode
  readonly outcomes: readonly Outcome[]
}

/** The verdict in a few words, for a heading that is read on a phone. */
export function title({ result, mode, outcomes }: Ended): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const changes = observations.flatMap((observation) => observation.changes)
  switch (result) {
    case 'in-sync':
      return observations.every(({ desired }) => Object.keys(desired).length === 0)
        ? 'Compliant: the account meets what is required'
        : 'In sync: the account is as desired'
    case 'drift':
      return mode === 'plan'
        ? `Plan: ${count(changes.length, 'setting')} would change`
        : `Drift: ${listed(changes.map(differenceOf))}`
    case 'noncompliant':
      return `Not compliant: ${listed([
        ...new Set(
          outcomes
            .flatMap(findingsOf)
            .filter(({ severity }) => severity === 'error')
            .map(findingTitle),
        ),
      ])}`
    case 'applied':
      return `Applied: ${count(changes.length, 'setting')} written and verified`
    case 'unverified':
      return `Not verified: ${listed(outcomes.flatMap(remainingOf).map(({ setting }) => `${setting} did not take`))}`
    case 'partial':
      return partly(outcomes)
    case 'refused':
      return `Refused: ${listed(refusals(outcomes))}`
    case 'skipped':
      return 'Skipped: the live account was not checked'
    case 'error':
      return `Error: ${failureOf(outcomes, mode).title}`
  }
}

/** The sentence or two under the headline: what it means, and what to do. */
export function explanation({ result, mode, outcomes }: Ended, planId: string | null): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const changes = observations.flatMap((observation) => observation.changes)
  const managed = observations.reduce((sum, { desired }) => sum + Object.keys(desired).length, 0)
  const wouldRefuse = observations.some(({ guards }) => isRefused(guards))
  switch (result) {
    case 'in-sync':
      return managed === 0
        ? 'Every policy of the workflow is met. No setting is managed.'
        : `${count(managed, 'managed setting')} checked, none differs.`
    case 'drift':
      if (changes.every(({ current }) => current === undefined))
        return `${mode === 'plan' ? 'Nothing was written. ' : ''}The account does not have what the workflow asks for, and apply may not be able to change that. What to do is below.`
      if (wouldRefuse)
        return mode === 'plan'
          ? 'Nothing was written, and apply would refuse to, for the reasons below.'
          : 'If the account is right, correct the workflow. If it is wrong, apply would refuse to correct it, for the reasons below.'
      if (mode === 'plan')
        return `Nothing was written. To write exactly this, run with "mode: apply" and "expected-plan: ${planId ?? ''}".`
      return 'If the account is wrong, run this action with "mode: apply". If it is right, correct the workflow.'
    case 'noncompliant':
      return `${hasDrift(outcomes) === false ? 'Nothing differs, but a' : 'A'} policy is not met. What to do is below.`
    case 'applied':
      return 'The account was read back, and is as desired.'
    case 'unverified':
      return 'Twilio accepted the write, but what was read back is different. Do not rely on these settings.'
    case 'partial':
      return 'Not all of it was written and verified. What is known of each is below.'
    case 'refused':
      return 'Nothing was written. The reasons and the ways out are below.'
    case 'skipped':
      return 'Only the inputs were checked, which proves nothing about the account.'
    case 'error':
      return failureOf(outcomes, mode).explanation
  }
}

/**
 * What became of each of several targets that did not end alike. What was sent may have been written, or
 * not.
 */
function partly(outcomes: readonly Outcome[]): string {
  const verified = outcomes.filter(isVerified)
  const groups = [
    { of: verified, fate: 'written and verified' },
    { of: outcomes.filter((outcome) => isWritten(outcome) && !isVerified(outcome)), fate: 'sent but not verified' },
    { of: outcomes.filter((outcome) => !isWritten(outcome)), fate: 'not written' },
  ]
  const fates = groups.filter(({ of }) => of.length > 0).map(({ of, fate }) => `${named(of)} ${fate}`)
  return `${verified.length === 0 ? 'Not all written' : 'Partly applied'}: ${fates.join(', ')}`
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

/** What an error means for the account, and what to do about it. */
function failureOf(outcomes: readonly Outcome[], mode: Mode): { readonly title: string; readonly explanation: string } {
  const failed = outcomes.filter((outcome) => outcome.status === 'failed')
  const error = failed[0]?.error
  const cause = error?.title ?? 'the account was not checked'
  const isWritten = failed.some(({ written }) => written !== 'no')
  const uploads = failed.map(({ uploaded }) => uploaded)
  const nothing = mode === 'apply' ? unwritten(uploads) : 'This run proves nothing about the account.'
  const meaning = isWritten ? 'Run a check to see what the account has.' : nothing
  const unverified = isWritten
    ? ', and a write was not verified'
    : uploads.some(({ kind }) => kind === 'unknown')
      ? ', and an upload was not verified'
      : ''
  return {
    title: `${cause}${unverified}`,
    explanation: [error?.advice, meaning].filter((part) => part != null).join(' '),
  }
}

/** What was not written, and what became of the key, where no settings were sent. */
function unwritten(uploads: readonly Uploaded[]): string {
  const uploaded = uploads.find(({ kind }) => kind !== 'no') ?? { kind: 'no' }
  switch (uploaded.kind) {
    case 'no':
      return 'Nothing was written.'
    case 'yes':
      return `The settings were not written; the public key was uploaded as ${uploaded.sid}.`
    case 'unknown':
      return 'The settings were not written; whether the account got the public key is not known. The next apply looks for it first.'
  }
}

function refusals(outcomes: readonly Outcome[]): string[] {
  const wrongAccount = outcomes.some((outcome) => outcome.status === 'wrong-account')
    ? ['another account answered']
    : []
  const guards = outcomes
    .flatMap((outcome) => observationOf(outcome)?.guards ?? [])
    .filter((guard) => isRefused([guard]))
  return [...wrongAccount, ...new Set(guards.map((guard) => guardRules[guard.rule].title))]
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
