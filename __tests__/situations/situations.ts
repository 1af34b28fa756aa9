import { failures } from './failures.ts'
import { fleets } from './fleets.ts'
import { outcomes } from './outcomes.ts'
import type { Situation } from './situation.ts'

/** All situations, by their numbers. */
export const situations: readonly Situation[] = [...outcomes, ...failures, ...fleets].toSorted(
  (one, other) => one.number - other.number,
)

/** Whether a situation is the first of its number, which stands for the others. */
export function isFirst(situation: Situation): boolean {
  return situations.find(({ number }) => number === situation.number) === situation
}
