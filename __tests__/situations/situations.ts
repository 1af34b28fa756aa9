import { failures } from './failures.ts'
import { fleets } from './fleets.ts'
import { inTheLog } from './in-the-log.ts'
import { outcomes } from './outcomes.ts'
import type { Situation } from './situation.ts'

/** All situations, by their numbers: 1 to 22, and two more that are looked at in the log alone. */
export const situations: readonly Situation[] = [...outcomes, ...failures, ...fleets, ...inTheLog].toSorted(
  (one, other) => one.number - other.number,
)

/** Whether a situation is the first of its number, which stands for the others. */
export function isFirst(situation: Situation): boolean {
  return situations.find(({ number }) => number === situation.number) === situation
}
