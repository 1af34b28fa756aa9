import { refusedRequest } from '../shared/errors.ts'
import { type AsInputs, inputsOf } from './as-inputs.ts'
import type { Mode } from '../settings/guards.ts'
import { isOutdated, observationOf, type Outcome } from '../run/outcome.ts'
import type { Target } from '../settings/target.ts'
import { type Row, rowsOf } from './table.ts'

/** The report on one target. */
export interface Section {
  readonly target: Target | null
  /** The headers of the two columns of values. */
  readonly columns: readonly [string, string]
  readonly managed: readonly Row[]
  readonly unmanaged: readonly Row[]
  readonly requestIds: readonly string[]
  /** What the account has, as inputs; `null` where that is not known. */
  readonly asInputs: AsInputs | null
}

/** What is said about one target in a table. */
export function section(outcome: Outcome, mode: Mode): Section {
  const observation = observationOf(outcome)
  const target = outcome.status === 'skipped' ? null : outcome.target
  // The message of a refusal names its request.
  const isNamed = outcome.status === 'failed' && refusedRequest(outcome.error).length > 0
  const requestIds = outcome.status === 'skipped' || isNamed ? [] : outcome.requestIds
  const rows = observation === null ? [] : rowsOf(outcome, observation, mode)
  return {
    target,
    columns: columnsOf(outcome),
    managed: rows.filter((row) => row.mark !== 'unmanaged'),
    unmanaged: rows.filter((row) => row.mark === 'unmanaged'),
    requestIds,
    asInputs: inputsOf(outcome),
  }
}

/** The headers of the values: of a write that took, those before and after; else those that are and should be. */
function columnsOf(outcome: Outcome): readonly [string, string] {
  if (outcome.status === 'written') return outcome.remaining.length > 0 ? ['Now', 'Desired'] : ['Before', 'Now']
  return [isOutdated(outcome) ? 'Before' : 'Current', 'Desired']
}

/** One request id is enough to ask Twilio; the evidence file has all of them. */
export function withOneRequest(sections: readonly Section[]): Section[] {
  const last = sections.flatMap(({ requestIds }) => requestIds).at(-1)
  return sections.map((section, index) => ({
    ...section,
    requestIds: index === 0 && last !== undefined ? [last] : [],
  }))
}
