import type { Mode } from '../settings/guards.ts'
import type { Result } from '../run/outcome.ts'
import { doneIn, prefixOf } from './title.ts'
import { count } from './words.ts'

/** How many accounts of a fleet there are, and in which way. */
export interface FleetCounts {
  readonly accounts: number
  /** By how they ended. */
  readonly counts: readonly (readonly [Result, number])[]
  /** Those that were read back as desired. */
  readonly written: number
  /** Accounts that are known to differ, or to violate a policy, whatever else failed. */
  readonly wrong: number
  /** Accounts of which nothing is known. */
  readonly unjudged: number
  readonly hasDrift: boolean
  /** What is wrong in a few words, if it is the same wherever something is known to be wrong. */
  readonly cause: string | null
}

/** The verdict on many accounts. */
export function fleetTitle(
  result: Result,
  mode: Mode,
  { accounts, counts, written, wrong, unjudged, hasDrift, cause }: FleetCounts,
): string {
  const numberOf = (...some: readonly Result[]): number =>
    counts.reduce((sum, [other, number]) => sum + (some.includes(other) ? number : 0), 0)
  const all = count(accounts, 'account')
  const wrongOnes =
    mode === 'plan' && hasDrift
      ? `${wrong} of ${all} would change`
      : cause === null
        ? `${wrong} of ${all} not in sync`
        : `${cause} ${cause.endsWith(' on') ? 'in' : 'on'} ${wrong} of ${all}`
  const verdictOnAll = (): string => {
    switch (result) {
      case 'in-sync':
        return `all of ${all}`
      case 'read':
        return `what ${all} have; nothing was compared`
      case 'drift':
        return wrongOnes
      case 'applied':
        return `${written} of ${all} written and read back`
      case 'partial': {
        const rest = numberOf('partial', 'error', 'refused', 'unverified')
        return written === 0
          ? `${rest} of ${all} not verified`
          : `${count(written, 'account')} written and read back, ${rest} not`
      }
      case 'error':
        if (mode !== 'apply') return `${numberOf('error', 'refused')} of ${all} could not be ${doneIn[mode]}`
        return `${numberOf('error')} of ${all} failed${numberOf('refused') === 0 ? '' : `, ${numberOf('refused')} refused`}`
      case 'noncompliant':
        return wrongOnes
      case 'unverified':
      case 'refused':
      case 'skipped':
        return `${numberOf(result)} of ${all}`
    }
  }
  if (mode !== 'apply' && wrong > 0 && unjudged > 0) {
    const prefix = prefixOf(hasDrift ? 'drift' : 'noncompliant', mode, false)
    return `${prefix}: ${wrongOnes}, ${unjudged} could not be ${doneIn[mode]}`
  }
  if (mode !== 'apply' && result === 'refused') return `Error: ${unjudged} of ${all} could not be ${doneIn[mode]}`
  return `${prefixOf(result, mode, written > 0)}: ${verdictOnAll()}`
}
