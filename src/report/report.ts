import { type ActionError, InputError, ResponseError } from '../shared/errors.ts'
import type { Mode } from '../settings/guards.ts'
import { explanation, fleetExplanation } from './explanation.ts'
import { type FleetReport, fleetReport } from './fleet.ts'
import { fleetTitle, title } from './title.ts'
import {
  accountOf,
  hasDrift,
  isFailure,
  isOutdated,
  observationOf,
  type Outcome,
  overallResult,
  type Result,
  type RunResult,
  type Scope,
} from '../run/outcome.ts'
import { defaultNames, type Target } from '../settings/target.ts'
import { changeRemarks, bySeverity, type Remark, remarksOf } from './remarks.ts'
import { type Row, rowsOf } from './table.ts'

/** What is said about one target. */
export interface Section {
  readonly target: Target | null
  /** The headers of the two columns of values. */
  readonly columns: readonly [string, string]
  readonly managed: readonly Row[]
  readonly unmanaged: readonly Row[]
  readonly requestIds: readonly string[]
}

/** Everything that people are told, as plain text: whoever publishes it escapes it. */
export interface Report {
  readonly result: Result
  readonly isFailure: boolean
  /** Whether a difference is left; `null` if that could not be told. */
  readonly hasDrift: boolean | null
  readonly planId: string | null
  readonly title: string
  /** What that means, and what to do. */
  readonly explanation: string
  readonly annotations: readonly Remark[]
  readonly remarks: readonly Remark[]
  /** Which accounts it is about; `null` if it did not come that far. */
  readonly scope: Scope | null
  readonly body: ReportBody
}

/** What is said in tables: a section for each target of one account, or a list of several accounts. */
export type ReportBody =
  | { readonly kind: 'account'; readonly sections: readonly Section[] }
  | { readonly kind: 'fleet'; readonly fleet: FleetReport }

/** Turns how a run ended into what people are told. `warnings` are those on its inputs and outputs. */
export function report(ending: RunResult, warnings: readonly Remark[]): Report {
  if (ending.kind === 'stopped') return stoppedReport(ending.error, warnings)
  const accounts = new Set(ending.outcomes.map(accountOf))
  if (accounts.size > 1) return reportOnFleet(ending, warnings)
  if (accounts.size === 1) return accountReport(ending, warnings)
  return ending.scope.shard === null
    ? stoppedReport(new ResponseError('There was no account to check.'), warnings)
    : emptyShardReport(ending, warnings)
}

/** Of a shard into which no account falls: it is in sync, since the other shards cover the accounts. */
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
    annotations: warnings,
    remarks: warnings,
    scope,
    body: { kind: 'fleet', fleet: fleetReport(outcomes, mode) },
  }
}

function stoppedReport(error: ActionError, warnings: readonly Remark[]): Report {
  const isInput = error instanceof InputError
  const remarks: Remark[] = [
    ...(isInput ? error.mistakes : [error.facts]).map((text): Remark => ({
      level: 'error',
      title: isInput ? 'Input' : error.name,
      text,
    })),
    ...warnings,
  ]
  const explanation = isInput
    ? 'Nothing was sent to Twilio.'
    : [error.advice, 'Nothing was checked.'].filter((part) => part !== null).join(' ')
  return {
    result: 'error',
    isFailure: true,
    hasDrift: null,
    planId: null,
    title: `Error: ${error.title}`,
    explanation,
    annotations: remarks,
    remarks,
    scope: null,
    body: { kind: 'account', sections: [] },
  }
}

/** The most annotations on single targets of a fleet; GitHub shows ten of each level for a step. */
const mostAnnotations = 20

function reportOnFleet(
  { outcomes, mode, planId, scope }: Extract<RunResult, { kind: 'ran' }>,
  warnings: readonly Remark[],
): Report {
  const result = overallResult(outcomes)
  const fleet = fleetReport(outcomes, mode)
  const remarks = [...fleet.reasons, ...fleet.warnings, ...warnings]
  const annotations = fleet.entries
    .filter(({ result: own }) => own !== 'applied')
    .map(({ accountSid, resource, title, details, isFailure }): Remark => ({
      level: isFailure ? 'error' : 'warning',
      title: accountSid,
      text: `${accountSid} ${resource}: ${title}. ${details}`,
    }))
  const rest = annotations.length - mostAnnotations
  return {
    result,
    isFailure: isFailure(outcomes, mode),
    hasDrift: hasDrift(outcomes),
    planId,
    title: fleetTitle(result, mode, fleet),
    explanation: fleetExplanation({ result, mode, outcomes }, planId),
    annotations: [
      ...fleet.reasons.filter(({ level }) => level !== 'note'),
      ...annotations.slice(0, mostAnnotations),
      ...(rest > 0
        ? [
            {
              level: 'warning' as const,
              title: 'More',
              text: `${rest} more are not in sync; the job summary and the evidence file list them.`,
            },
          ]
        : []),
      ...fleet.warnings,
      ...warnings,
    ],
    remarks,
    scope,
    body: { kind: 'fleet', fleet },
  }
}

function accountReport(ending: Extract<RunResult, { kind: 'ran' }>, warnings: readonly Remark[]): Report {
  const { outcomes, mode, planId, scope } = ending
  const result = overallResult(outcomes)
  const remarks = bySeverity([...onceIfCommon(outcomes, (outcome) => remarksOf(outcome, mode)), ...warnings])
  const ended = { result, mode, outcomes }
  return {
    result,
    isFailure: isFailure(outcomes, mode),
    hasDrift: hasDrift(outcomes),
    planId,
    title: title(ended),
    explanation: explanation(ended, planId),
    annotations: [
      ...outcomes.flatMap((outcome) =>
        changeRemarks(outcome, mode).map((remark) => labelled(remark, outcome, outcomes)),
      ),
      ...remarks.filter(({ level }) => level !== 'note'),
    ],
    remarks,
    scope,
    body: { kind: 'account', sections: outcomes.map((outcome) => section(outcome, mode)) },
  }
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

function section(outcome: Outcome, mode: Mode): Section {
  const observation = observationOf(outcome)
  const target = outcome.status === 'skipped' ? null : outcome.target
  const requestIds = outcome.status === 'skipped' ? [] : outcome.requestIds
  const rows = observation === null ? [] : rowsOf(outcome, observation, mode)
  return {
    target,
    columns: [isOutdated(outcome) ? 'Before' : 'Current', outcome.status === 'written' ? 'Now' : 'Desired'],
    managed: rows.filter((row) => row.mark !== 'unmanaged'),
    unmanaged: rows.filter((row) => row.mark === 'unmanaged'),
    requestIds,
  }
}
