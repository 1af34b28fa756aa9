import type { Change } from './diff.ts'
import { isRefused, type Mode } from './guard.ts'
import { findingsOf, isWritten, observationOf, type Outcome, type Result } from './outcome.ts'
import type { SettingName } from './settings.ts'

/** What a headline is made from. */
export interface Ended {
  readonly result: Result
  readonly mode: Mode
  readonly outcomes: readonly Outcome[]
}

/** The verdict in a few words, for a heading that is read on a phone. */
export function headline({ result, mode, outcomes }: Ended): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const changes = observations.flatMap((observation) => observation.changes)
  switch (result) {
    case 'in-sync':
      return observations.every(({ desired }) => Object.keys(desired).length === 0) ? 'Compliant: the account meets what is required' : 'In sync: the account is as desired'
    case 'drift':
      return mode === 'plan' ? `Plan: ${count(changes.length, 'setting')} would change` : `Drift: ${listed(changes.map(differenceOf))}`
    case 'noncompliant':
      return `Not compliant: ${listed([...new Set(outcomes.flatMap(findingsOf).map((finding) => brokenFloor[finding.rule]))])}`
    case 'applied':
      return `Applied: ${count(changes.length, 'setting')} written and verified`
    case 'unverified':
      return `Not verified: ${listed(outcomes.flatMap((outcome) => (outcome.status === 'written' ? outcome.remaining.map(({ setting }) => `${setting} did not take`) : [])))}`
    case 'partial':
      return 'Partly applied: not everything was written'
    case 'refused':
      return `Refused: ${listed(refusals(outcomes))}`
    case 'skipped':
      return 'Skipped: the live account was not checked'
    case 'error':
      return `Error: ${outcomes.some(isWritten) ? 'a write was not verified' : wasRead(outcomes) ? 'nothing was written' : 'the account was not checked'}`
  }
}

/** The sentence or two under the headline: what it means, and what to do. */
export function lead({ result, mode, outcomes }: Ended, planId: string | null): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const managed = observations.reduce((sum, { desired }) => sum + Object.keys(desired).length, 0)
  const wouldRefuse = observations.some(({ guards }) => isRefused(guards))
  switch (result) {
    case 'in-sync':
      return managed === 0 ? 'What "require" demands is met. No setting is managed.' : `${count(managed, 'managed setting')} checked, none differs.`
    case 'drift':
      if (wouldRefuse) return 'apply would refuse to write this, for the reasons below.'
      if (mode === 'plan') return `Nothing was written. To write exactly this, run with "mode: apply" and "expected-plan: ${planId ?? ''}".`
      return 'If the account is wrong, run this action with "mode: apply". If it is right, correct the workflow.'
    case 'noncompliant':
      return 'What "require" demands is not met.'
    case 'applied':
      return 'The account was read back, and is as desired.'
    case 'unverified':
      return 'Twilio accepted the write, but the account reads back different. Do not rely on these settings.'
    case 'partial':
      return 'Some targets were written and others were not. The rows below say which.'
    case 'refused':
      return 'Nothing was written. The reasons and the ways out are below.'
    case 'skipped':
      return 'This is not a proof that the account is in order.'
    case 'error':
      return !outcomes.some(isWritten) && wasRead(outcomes) ? 'The account was read, and is as it was before.' : 'This run proves nothing about the account.'
  }
}

/** Whether every target came as far as being read: an error after that is one of writing. */
function wasRead(outcomes: readonly Outcome[]): boolean {
  return outcomes.length > 0 && outcomes.every((outcome) => observationOf(outcome) !== null)
}

const brokenFloor = { 'floor-encryption': 'encryption is not on', 'floor-external-storage': 'external storage is not on' } as const

function refusals(outcomes: readonly Outcome[]): string[] {
  const wrongAccount = outcomes.some((outcome) => outcome.status === 'wrong-account') ? ['another account answered'] : []
  const guards = outcomes.flatMap((outcome) => observationOf(outcome)?.guards ?? []).filter((guard) => isRefused([guard]))
  return [...wrongAccount, ...new Set(guards.map((guard) => refusedBy[guard.rule]))]
}

const refusedBy = {
  'encryption-off': 'encryption would be switched off',
  'encryption-key': 'another key would encrypt',
  'storage-off': 'external storage would be switched off',
  'storage-location': 'media would be stored elsewhere',
  'apply-from-pull-request': 'a pull request may not apply',
  incoherent: 'the settings would not work together',
  'below-floor': 'the desired settings are below what is required',
  'expected-plan': 'the plan is not the reviewed one',
} as const

/** How an account differs in one setting, in a few words. */
function differenceOf({ setting, current, desired }: Change): string {
  const state = { encryption_enabled: 'encryption', aws_storage_enabled: 'external storage' } as const
  if (setting === 'encryption_enabled' || setting === 'aws_storage_enabled') {
    if (current === undefined) return `${state[setting]} is not available`
    return `${state[setting]} is ${desired === false ? 'on' : current === false ? 'off' : 'not set up'}`
  }
  return `${(current ?? null) === null ? 'no' : 'another'} ${nounOf[setting]}`
}

const nounOf: Record<Exclude<SettingName, 'encryption_enabled' | 'aws_storage_enabled'>, string> = {
  encryption_key_sid: 'encryption key',
  aws_s3_url: 'bucket URL',
  aws_credentials_sid: 'AWS credential',
  friendly_name: 'name',
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
