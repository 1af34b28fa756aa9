import { guardRules, isRefused, type Mode } from '../settings/guards.ts'
import { ApiError, StoppedError } from '../shared/errors.ts'
import { abbreviate } from '../shared/text.ts'
import { hasDrift, isKnownWrong } from '../run/known.ts'
import {
  accountOf,
  findingsOf,
  isStopped,
  isWritten,
  observationOf,
  type Outcome,
  resultOf,
  type Uploaded,
} from '../run/outcome.ts'
import { defaultNames } from '../settings/target.ts'
import { aloneRemedy, allowing, barriers, driftExplanation } from './drift.ts'
import { unverifiedText } from './remarks.ts'
import { doneIn, type Ended, failuresOf, managedIn, outagesOf } from './title.ts'
import { capitalized, count, edition, media } from './words.ts'

/** The sentences under the title of one account: what it means, and what to do first. */
export function explanation(ended: Ended, planId: string | null): string {
  const { result, mode, outcomes } = ended
  switch (result) {
    case 'in-sync':
      return inSyncExplanation(outcomes)
    case 'read':
      return 'To keep it so, paste the block "As inputs" below "with:" of your workflow, and run it with "mode: check".'
    case 'drift':
      return driftExplanation(outcomes, mode, planId, false)
    case 'noncompliant':
      return violationExplanation(outcomes)
    case 'applied':
      return `${accountIn(outcomes)} has what the workflow asks for.${retroactive(outcomes)}`
    case 'unverified':
      return unverifiedExplanation(outcomes)
    case 'partial':
      return partialExplanation(outcomes)
    case 'refused':
      if (mode !== 'apply' && outcomes.some(isKnownWrong)) return knownExplanation(ended, planId, false)
      return refusedExplanation(ended)
    case 'skipped':
      return `${skippedText(outcomes)} Only the inputs were checked, which proves nothing about the account.`
    case 'error':
      if (mode !== 'apply' && outcomes.some(isKnownWrong)) return knownExplanation(ended, planId, false)
      return failureExplanation(outcomes, mode)
  }
}

/** The text under the title of many accounts: the meaning, and the way out. */
export function fleetExplanation(ended: Ended, planId: string | null): string {
  const { result, mode, outcomes } = ended
  if (mode !== 'apply' && (result === 'error' || result === 'refused') && outcomes.some(isKnownWrong))
    return knownExplanation(ended, planId, true)
  switch (result) {
    case 'drift':
      return driftExplanation(outcomes, mode, planId, true)
    case 'applied':
      return `They have what the workflow asks for.${retroactive(outcomes)}`
    case 'partial':
      return `${outcomes.some(isStopped) ? 'The run was stopped. ' : ''}Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.`
    case 'refused':
      if (outcomes.some(({ status }) => status === 'wrong-account'))
        return `Another account answered than the one that was asked, so nothing of its answer was used. Is there a proxy in between that keeps answers?${mode === 'apply' ? ' Nothing was written.' : ''}`
      if (!outcomes.some(isBystander)) return refusedExplanation(ended)
      return `${refusedExplanation(ended)} For the others, one refusal refuses all: to go on without that account, list the others in "accounts".`
    case 'error':
      return fleetFailureExplanation(ended)
    case 'in-sync':
      return `${count(managedIn(outcomes), 'setting')} checked, and none differs.`
    case 'read':
    case 'noncompliant':
    case 'unverified':
    case 'skipped':
      return explanation(ended, planId)
  }
}

/** Whether nothing stands against writing to a target, but that another one is refused. */
export function isBystander(outcome: Outcome): boolean {
  return outcome.status === 'refused' && !isRefused(outcome.guards)
}

function inSyncExplanation(outcomes: readonly Outcome[]): string {
  return managedIn(outcomes) === 0
    ? `Nothing to do: ${accountIn(outcomes)} meets every policy of the workflow, and no setting is managed.`
    : `Nothing to do: ${accountIn(outcomes)} has what the workflow asks for.`
}

/** The account of some targets. */
function accountIn(outcomes: readonly Outcome[]): string {
  return outcomes.map(accountOf).find((sid) => sid !== null) ?? 'the account'
}

/** That media that exists stays as it is, where encryption was switched on. */
function retroactive(outcomes: readonly Outcome[]): string {
  const isSwitchedOn = outcomes.some(
    (outcome) =>
      outcome.status === 'written' &&
      outcome.changes.some(({ setting, desired }) => setting === 'encryption_enabled' && desired === true),
  )
  return isSwitchedOn ? ' What was made while encryption was off stays unencrypted.' : ''
}

/** What is known means, where not every target could be judged. */
function knownExplanation({ mode, outcomes }: Ended, planId: string | null, isFleet: boolean): string {
  const wrong = outcomes.filter(isKnownWrong)
  const meaning =
    hasDrift(wrong) === true ? driftExplanation(wrong, mode, planId, isFleet) : violationExplanation(wrong)
  const others = isFleet ? 'the other accounts' : 'the rest'
  return `${meaning} Why ${others} could not be ${doneIn[mode]} is told with each.`
}

/** The most policies that are told in one breath. */
const mostViolations = 2

function violationExplanation(outcomes: readonly Outcome[]): string {
  const outages = outcomes.flatMap(outagesOf)
  const errors = outcomes.flatMap(findingsOf).filter(({ severity }) => severity === 'error')
  const messages = [...new Set([...outages, ...errors].map(({ message }) => `${message}.`))]
  const [first] = outcomes.filter((outcome) => outagesOf(outcome).length > 0)
  const effect =
    first === undefined || first.status === 'skipped'
      ? []
      : [`Every new ${media[first.target.resource].slice(0, -1)} fails, and Twilio does not retry it.`]
  return [...effect, ...messages.slice(0, mostViolations)].join(' ')
}

function unverifiedExplanation(outcomes: readonly Outcome[]): string {
  const isEncryption = outcomes.some(
    (outcome) =>
      outcome.status === 'written' && outcome.remaining.some(({ setting }) => setting === 'encryption_enabled'),
  )
  const whom = isEncryption ? edition : 'Ask Twilio Support, with the id of the request.'
  return `Twilio accepted the write, but the account still shows other values. Do not rely on these settings. ${whom}`
}

function partialExplanation(outcomes: readonly Outcome[]): string {
  const unverified = outcomes.filter((outcome) => !(outcome.status === 'written' && outcome.remaining.length === 0))
  const reasons = unverified.flatMap((outcome) => {
    if (outcome.status === 'skipped') return []
    const name = defaultNames[outcome.target.resource]
    if (outcome.status === 'failed') return `${name}: ${causeOf(outcome)}`
    return outcome.status === 'written' ? `${name}: ${unverifiedExplanation([outcome])}` : []
  })
  const next = unverified.some(isWritten)
    ? 'Run "mode: check" to see what the account has.'
    : 'Then run "mode: apply" again: what is right already is not written again.'
  return [...reasons, next].join(' ')
}

function refusedExplanation({ mode, outcomes }: Ended): string {
  const stranger = outcomes.find((outcome) => outcome.status === 'wrong-account')
  if (stranger !== undefined) return strangerExplanation(stranger, mode)
  const observations = outcomes.flatMap((outcome) => observationOf(outcome) ?? [])
  const { blockers, words } = barriers(observations.flatMap(({ guards }) => guards))
  const reasons = [...new Set(blockers.map(({ message }) => `${message}.`))].slice(0, mostViolations)
  const alone = blockers.length === 0 ? aloneRemedy(observations) : null
  const risk = words.map((word) => guardRules[word].risk)
  const allowed = words.length === 0 ? [] : [`If you mean it, run once with ${allowing(words)}.`]
  return [
    'Nothing was written.',
    ...reasons,
    ...(risk.length === 1 ? [`${risk[0]}.`] : []),
    ...(alone === null ? [] : [alone]),
    ...allowed,
  ].join(' ')
}

function strangerExplanation({ answered, target }: Extract<Outcome, { status: 'wrong-account' }>, mode: Mode): string {
  const nothing = mode === 'apply' ? 'Nothing was written. ' : ''
  if (answered === null) return `${nothing}This run proves nothing about the account.`
  return `${nothing}The credential belongs to ${abbreviate(answered)}, and "account-sid" says ${target.accountSid}. If ${target.accountSid} is right, give a credential of that account. Else correct "account-sid".`
}

function skippedText(outcomes: readonly Outcome[]): string {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'skipped' ? outcome.reason : []))
  return `${capitalized(reasons.join(', '))}.`
}

function fleetFailureExplanation({ mode, outcomes }: Ended): string {
  if (outcomes.some(isStopped)) return 'The run was stopped before it had asked every account. Run it again.'
  const first = outcomes.find((outcome) => outcome.status === 'failed')
  const cause = first?.status === 'failed' ? `${causeOf(first)} ` : ''
  if (mode === 'apply' && outcomes.some(({ status }) => status === 'refused' || status === 'wrong-account'))
    return `${cause}Nothing was written: one refusal refuses all.`
  return outcomes.some((outcome) => resultOf(outcome) === 'unverified')
    ? cause.trim()
    : `${cause}The other accounts were not affected.`
}

/** The consequence of an error for the account, and the way out. */
function failureExplanation(outcomes: readonly Outcome[], mode: Mode): string {
  const { isSent, uploads } = failuresOf(outcomes)
  const first = outcomes.find((outcome) => outcome.status === 'failed')
  const nothing = mode === 'apply' ? unwritten(uploads) : 'This run proves nothing about the account.'
  const sent = outcomes.find((outcome) => outcome.status === 'failed' && outcome.written !== 'no')
  const meaning = isSent && sent?.status === 'failed' && sent.written !== 'no' ? unverifiedText(sent.written) : nothing
  return [first?.status === 'failed' ? causeOf(first) : '', meaning].filter((part) => part !== '').join(' ')
}

/** Twilio's own words, if it refused, and what to do. */
function causeOf({ error, written }: Extract<Outcome, { status: 'failed' }>): string {
  if (error instanceof StoppedError)
    return `${error.facts} ${whyStopped(error)}${written === 'no' ? ' Run it again.' : ''}`
  const detail = error instanceof ApiError ? error.refusal.detail : null
  const said = detail === null ? [] : [`Twilio says: "${detail}".`]
  return [...said, ...(error.advice === null ? [] : [error.advice])].join(' ')
}

function whyStopped(error: StoppedError): string {
  if (error.label === 'Cancelled') return "Somebody, a newer run, or the job's time limit ended it."
  return error.advice ?? 'Twilio or the network was too slow; for many accounts, use "shard".'
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
      return 'The settings were not written; it is unknown whether the public key was uploaded. The next apply checks first.'
  }
}
