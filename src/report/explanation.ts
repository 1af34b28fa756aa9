import { isRefused, type Mode } from '../settings/guards.ts'
import {
  hasDrift,
  isKnownWrong,
  isStopped,
  observationOf,
  type Outcome,
  resultOf,
  type Uploaded,
} from '../run/outcome.ts'
import { count, type Ended, failuresOf } from './title.ts'

/** The sentence or two under the title of one account: what it means, and what to do. */
export function explanation({ result, mode, outcomes }: Ended, planId: string | null): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const managed = observations.reduce((sum, { desired }) => sum + Object.keys(desired).length, 0)
  switch (result) {
    case 'in-sync':
      return managed === 0
        ? 'Every policy of the workflow is met. No setting is managed.'
        : `${count(managed, 'managed setting')} checked, none differs.`
    case 'drift':
      return driftExplanation({ mode, outcomes, planId, isFleet: false })
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
      return failureExplanation(outcomes, mode)
  }
}

/** What the title of many accounts means, and what to do. */
export function fleetExplanation(ended: Ended, planId: string | null): string {
  const { result, mode, outcomes } = ended
  const wasStopped = outcomes.some(isStopped)
  switch (result) {
    case 'drift':
      return driftExplanation({ mode, outcomes, planId, isFleet: true })
    case 'applied':
      return 'They were read back, and are as desired.'
    case 'partial':
      return `${wasStopped ? 'The run was stopped. ' : ''}The rows below say which, and what is known of the others. Run a check to see what they have.`
    case 'refused':
      if (mode !== 'apply' && outcomes.some(isKnownWrong)) return beyondFailures(ended, planId)
      return outcomes.some(isBystander)
        ? 'Nothing was written: one refusal refuses all. Do what its reason below asks for, or list the other accounts in "accounts" to go on without it.'
        : explanation(ended, planId)
    case 'error':
      if (mode !== 'apply' && outcomes.some(isKnownWrong)) return beyondFailures(ended, planId)
      if (wasStopped) return 'The run was stopped before it was done with the accounts below.'
      if (mode === 'apply' && outcomes.some(({ status }) => status === 'refused' || status === 'wrong-account'))
        return 'What went wrong is below. Nothing was written: one refusal refuses all.'
      return outcomes.some((outcome) => resultOf(outcome) === 'unverified')
        ? 'What went wrong is below.'
        : 'What went wrong is below. The other accounts were not affected.'
    case 'in-sync':
    case 'noncompliant':
    case 'unverified':
    case 'skipped':
      return explanation(ended, planId)
  }
}

/** What is known of a fleet means, where some of its accounts could not be judged. */
function beyondFailures({ mode, outcomes }: Ended, planId: string | null): string {
  const wrong = outcomes.filter(isKnownWrong)
  const meaning =
    hasDrift(wrong) === true
      ? driftExplanation({ mode, outcomes: wrong, planId, isFleet: true })
      : explanation({ result: 'noncompliant', mode, outcomes }, planId)
  return `${meaning} Why the others could not be ${mode === 'plan' ? 'planned' : 'checked'} is below.`
}

/** Whether nothing stands against writing to a target, but that another one is refused. */
export function isBystander(outcome: Outcome): boolean {
  return outcome.status === 'refused' && !isRefused(outcome.guards)
}

/** What a difference means: that it cannot be written, that apply would refuse to, or how to write it. */
function driftExplanation({
  mode,
  outcomes,
  planId,
  isFleet,
}: Omit<Ended, 'result'> & { readonly planId: string | null; readonly isFleet: boolean }): string {
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const currents = observations.flatMap(({ changes }) => changes.map(({ current }) => current))
  const wouldRefuse = observations.some(({ guards }) => isRefused(guards))
  if (isFleet ? currents.includes(undefined) : currents.every((current) => current === undefined))
    return `${mode === 'plan' ? 'Nothing was written. ' : ''}${isFleet ? 'Some accounts do' : 'The account does'} not have what the workflow asks for, and apply may not be able to change that. What to do is below.`
  if (mode === 'plan' && planId === null) return 'There is no plan to apply before every account can be read.'
  if (mode === 'plan')
    return wouldRefuse
      ? 'Nothing was written, and apply would refuse to, for the reasons below.'
      : `Nothing was written. To write exactly this, run with "mode: apply" and "expected-plan: ${planId}".`
  if (wouldRefuse)
    return isFleet
      ? 'Where an account is right, correct the workflow. Where one is wrong, apply would refuse to correct any of them, for the reasons below.'
      : 'If the account is right, correct the workflow. If it is wrong, apply would refuse to correct it, for the reasons below.'
  return isFleet
    ? 'Where an account is wrong, run this action with "mode: apply". Where it is right, correct the workflow.'
    : 'If the account is wrong, run this action with "mode: apply". If it is right, correct the workflow.'
}

/** What an error means for the account, and what to do about it. */
function failureExplanation(outcomes: readonly Outcome[], mode: Mode): string {
  const { error, isSent, uploads } = failuresOf(outcomes)
  const nothing = mode === 'apply' ? unwritten(uploads) : 'This run proves nothing about the account.'
  const meaning = isSent ? 'Run a check to see what the account has.' : nothing
  return [error?.advice, meaning].filter((part) => part != null).join(' ')
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
