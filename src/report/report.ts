import { type ActionError, InputError, ResponseError } from '../shared/errors.ts'
import { explanation, fleetExplanation } from './explanation.ts'
import { type FleetGroup, type FleetReport, fleetReport, namesOf } from './fleet.ts'
import { fleetTitle } from './fleet-title.ts'
import { type Ended, title } from './title.ts'
import { hasDrift, isKnownWrong } from '../run/known.ts'
import {
  accountOf,
  isFailure,
  type Outcome,
  overallResult,
  type Result,
  type RunResult,
  type Scope,
} from '../run/outcome.ts'
import { defaultNames } from '../settings/target.ts'
import { annotated, type Annotation, annotations, differenceAnnotation, writtenAnnotation } from './annotations.ts'
import { bySeverity, type Remark, remarksOf } from './remarks.ts'
import { count, media } from './words.ts'
import { section, type Section, withOneRequest } from './sections.ts'

/** Everything that people are told, as plain text. The code that publishes it escapes it. */
export interface Report {
  readonly result: Result
  readonly isFailure: boolean
  /** Whether a difference is left; `null` if that is unknown. */
  readonly hasDrift: boolean | null
  readonly planId: string | null
  readonly title: string
  /** The meaning of the verdict, and the way out. */
  readonly explanation: string
  /** What is shown on the run page beside the verdict. */
  readonly annotations: readonly Annotation[]
  /** What is worth saying beside that. */
  readonly remarks: readonly Remark[]
  /** Every error, as the evidence lists it, whether or not the explanation says it. */
  readonly errors: readonly string[]
  /** The accounts of the report; `null` if the run did not get that far. */
  readonly scope: Scope | null
  /** The tables: a section for each target of one account, or a list of several accounts. */
  readonly body:
    | { readonly kind: 'account'; readonly sections: readonly Section[] }
    | { readonly kind: 'fleet'; readonly fleet: FleetReport }
}

/** Makes the report on how a run ended. `warnings` are those on its inputs and outputs. */
export function report(ending: RunResult, warnings: readonly Remark[]): Report {
  if (ending.kind === 'stopped') return stoppedReport(ending.error, warnings)
  const accounts = new Set(ending.outcomes.map(accountOf))
  if (accounts.size > 1) return reportOnFleet(ending, warnings)
  if (accounts.size === 1) return accountReport(ending, warnings)
  return ending.scope.shard === null
    ? stoppedReport(new ResponseError('There was no account to check.'), warnings)
    : emptyShardReport(ending, warnings)
}

/** The report of a shard without accounts: it is in sync, because the other shards cover them. */
function emptyShardReport(
  { outcomes, mode, planId, scope }: Extract<RunResult, { kind: 'ran' }>,
  warnings: readonly Remark[],
): Report {
  return {
    result: 'in-sync',
    isFailure: false,
    hasDrift: false,
    planId,
    title: 'In sync: no account falls into this shard',
    explanation: 'The other shards cover all accounts.',
    annotations: annotations(annotated(warnings), []),
    remarks: warnings,
    errors: [],
    scope,
    body: { kind: 'fleet', fleet: fleetReport(outcomes, mode, scope.names) },
  }
}

function stoppedReport(error: ActionError, warnings: readonly Remark[]): Report {
  const mistakes = error instanceof InputError ? error.mistakes : null
  const facts = (mistakes ?? [error.facts]).map((text): Remark => ({ level: 'error', title: error.label, text }))
  const explanation =
    mistakes === null
      ? [error.advice, 'Nothing was checked.'].filter((part) => part !== null).join(' ')
      : [...(mistakes.length === 1 ? mistakes : []), 'Nothing was sent to Twilio.'].join(' ')
  const remarks = [...facts.filter(({ text }) => !explanation.includes(text)), ...warnings]
  return {
    result: 'error',
    isFailure: true,
    hasDrift: null,
    planId: null,
    title: `Error: ${mistakes === null ? error.title : `${count(mistakes.length, 'mistake')} in the workflow`}`,
    explanation,
    annotations: annotations(annotated([...facts, ...warnings]), []),
    remarks,
    errors: textsOfErrors(facts),
    scope: null,
    body: { kind: 'account', sections: [] },
  }
}

function reportOnFleet(
  { outcomes, mode, planId, scope }: Extract<RunResult, { kind: 'ran' }>,
  warnings: readonly Remark[],
): Report {
  const result = overallResult(outcomes)
  const fleet = fleetReport(outcomes, mode, scope.names)
  const remarks = [...fleet.reasons, ...fleet.warnings, ...warnings]
  return {
    result,
    isFailure: isFailure(outcomes, mode),
    hasDrift: hasDrift(outcomes),
    planId,
    title: fleetTitle(result, mode, fleet),
    explanation: fleetExplanation({ result, mode, outcomes }, planId),
    annotations: annotations(annotated(remarks), fleet.groups.map(groupAnnotation)),
    remarks,
    errors: textsOfErrors(remarks),
    scope,
    body: { kind: 'fleet', fleet },
  }
}

/** The most accounts that an annotation names. */
const mostNamed = 5

function groupAnnotation({ result, isFailure, title, details, resource, accounts }: FleetGroup): Annotation {
  const [first] = accounts
  const where = accounts.length > 1 ? `${accounts.length} accounts` : (first?.name ?? first?.sid ?? '')
  return {
    level: isFailure ? 'error' : result === 'applied' ? 'notice' : 'warning',
    title: `${title} (${where})`,
    text: `${defaultNames[resource]} of ${namesOf(accounts, mostNamed)}: ${details}`,
    accounts: accounts.length,
  }
}

function accountReport(ending: Extract<RunResult, { kind: 'ran' }>, warnings: readonly Remark[]): Report {
  const { outcomes, mode, planId, scope } = ending
  const result = overallResult(outcomes)
  const ended = { result, mode, outcomes }
  const said = explanation(ended, planId)
  const all = bySeverity([...onceIfCommon(outcomes, (outcome) => remarksOf(outcome, mode)), ...warnings])
  const remarks = all.filter(({ level, text }) => level === 'warning' || !said.includes(text))
  return {
    result,
    isFailure: isFailure(outcomes, mode),
    hasDrift: hasDrift(outcomes),
    planId,
    title: `${title(ended)}${subjectOf(ended, scope)}`,
    explanation: said,
    annotations: annotations(
      annotated(all),
      outcomes.flatMap((outcome) => {
        const name = targetName(outcome, scope)
        return [...differenceAnnotation(outcome, mode, name), ...writtenAnnotation(outcome, name)]
      }),
    ),
    remarks,
    errors: textsOfErrors(all),
    scope,
    body: { kind: 'account', sections: withOneRequest(outcomes.map((outcome) => section(outcome, mode))) },
  }
}

function textsOfErrors(remarks: readonly Remark[]): string[] {
  return remarks.filter(({ level }) => level === 'error').map(({ text }) => text)
}

/**
 * What one account's verdict is about, where that goes without saying of no other run: an account of a
 * fleet, or one resource alone.
 */
function subjectOf({ result, outcomes }: Ended, { names }: Scope): string {
  const targets = outcomes.flatMap((outcome) => (outcome.status === 'skipped' ? [] : outcome.target))
  const wrong = outcomes.filter(isKnownWrong).flatMap((outcome) => (outcome.status === 'skipped' ? [] : outcome.target))
  const isOfWrong = wrong.length > 0 && result !== 'partial'
  const about = [...new Set((isOfWrong ? wrong : targets).map(({ resource }) => resource))]
  const isPart = about.length === 1 && (about[0] === 'recording-settings' || targets.length > 1)
  const [sid] = names === null ? [] : targets.map(({ accountSid }) => accountSid)
  const account = sid === undefined ? [] : [names?.get(sid.toLowerCase()) ?? [], sid].flat().join(', ')
  const subject = [...(isPart ? about.map((one) => media[one]) : []), account].flat().join(' of ')
  return subject === '' ? '' : ` (${subject})`
}

/** A target as a person finds it, such as "Recording settings of Klinik Nord (AC…)". */
function targetName(outcome: Outcome, { names }: Scope): string {
  if (outcome.status === 'skipped') return ''
  const { accountSid: sid, resource } = outcome.target
  return `${defaultNames[resource]} of ${namesOf([{ sid, name: names?.get(sid.toLowerCase()) ?? null }], 1)}`
}

/**
 * The remarks on all targets: one that holds for all of them once, and any other with the name of its
 * target.
 */
function onceIfCommon(outcomes: readonly Outcome[], remarksFor: (outcome: Outcome) => readonly Remark[]): Remark[] {
  const each = outcomes.map((outcome) => ({ outcome, remarks: remarksFor(outcome) }))
  const isCommon = ({ text }: Remark): boolean =>
    each.every(({ remarks }) => remarks.some((remark) => remark.text === text))
  return each.flatMap(({ outcome, remarks }, index) =>
    remarks.flatMap((remark) => {
      if (outcomes.length > 1 && isCommon(remark)) return index === 0 ? [remark] : []
      return [labelled(remark, outcome, outcomes)]
    }),
  )
}

/** A remark with the name of its target, where there are several. */
function labelled(remark: Remark, outcome: Outcome, all: readonly Outcome[]): Remark {
  return outcome.status === 'skipped' || all.length === 1
    ? remark
    : { ...remark, text: `${defaultNames[outcome.target.resource]}: ${remark.text}` }
}
