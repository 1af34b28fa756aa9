import type { Change } from '../settings/diff.ts'
import type { Mode } from '../settings/guards.ts'
import { isOutdated, observationOf, type Outcome, verifiedChanges } from '../run/outcome.ts'
import type { Remark } from './remarks.ts'
import { count, transitions } from './words.ts'

/** A line on the run page, beside the verdict. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly text: string
  /** How many accounts it is about; 1 if that is not told. */
  readonly accounts?: number
}

/**
 * How many annotations of each level a report makes at most. GitHub keeps the first ten of a step: of the
 * errors one is the verdict, and one is kept free; of the warnings three are, for what is said after the
 * report, such as that the comment could not be written.
 */
const most = { error: 8, warning: 7, notice: 10 } as const

/**
 * What is shown on the run page: what has a way out first, then what differs. What does not fit is counted
 * in the last one of its level.
 */
export function annotations(reasons: readonly Annotation[], differences: readonly Annotation[]): Annotation[] {
  const all = [...reasons, ...differences]
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    fitted(
      all.filter((annotation) => annotation.level === level),
      most[level],
    ),
  )
}

function fitted(all: readonly Annotation[], limit: number): Annotation[] {
  if (all.length <= limit) return [...all]
  const kept = all.slice(0, limit - 1)
  const more = all.slice(kept.length).reduce((sum, { accounts = 1 }) => sum + accounts, 0)
  const rest = { title: `${more} more`, text: `${more} more are in the job summary.` }
  return [...kept, ...all.slice(0, 1).map(({ level }) => ({ level, ...rest }))]
}

/** Remarks as annotations, but for notes. */
export function annotated(remarks: readonly Remark[]): Annotation[] {
  return remarks.flatMap(({ level, title, text }) => (level === 'note' ? [] : [{ level, title, text }]))
}

/**
 * What surely differs on a target, in one annotation; none if nothing does. `name` is that of the target,
 * such as "Recording settings".
 */
export function differenceAnnotation(outcome: Outcome, mode: Mode, name: string): Annotation[] {
  const observation = observationOf(outcome)
  if (observation === null || isOutdated(outcome) || observation.changes.length === 0) return []
  const { changes } = observation
  const settings = count(changes.length, 'setting')
  return [
    {
      level: mode === 'plan' ? 'warning' : 'error',
      title:
        mode === 'plan' ? `${settings} would change` : `${settings} ${changes.length === 1 ? 'differs' : 'differ'}`,
      text: `${name}: ${shortTransitions(changes)}.`,
    },
  ]
}

/** What was written on a target and read back, in one annotation; none if nothing was. */
export function writtenAnnotation(outcome: Outcome, name: string): Annotation[] {
  if (outcome.status !== 'written' || outcome.remaining.length > 0) return []
  const changes = verifiedChanges(outcome)
  const title = `${count(changes.length, 'setting')} written and read back`
  return [{ level: 'notice', title, text: `${name}: ${shortTransitions(changes)}.` }]
}

/** The most that the values take, in characters: GitHub cuts the message of an annotation at 4,096. */
const longestText = 3_500

/** Changes with their values, if they fit into an annotation; else their names. */
function shortTransitions(changes: readonly Change[]): string {
  const text = transitions(changes)
  return text.length <= longestText
    ? text
    : `${changes.map(({ setting }) => setting).join(', ')}, with values in the job summary`
}
