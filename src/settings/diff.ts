import { type Current, type Desired, isSame, managedNames, type SettingName, settingNames } from './settings.ts'
import type { Target } from './target.ts'
import { type SettingValue } from './values.ts'

/**
 * A setting that differs. `current` is `null` when blank, and `undefined` when the account does not have
 * it.
 */
export interface Change {
  readonly setting: SettingName
  readonly current: SettingValue | null | undefined
  readonly desired: SettingValue
}

/** One target: what is desired, what it has, and how the two differ. */
export interface Comparison {
  readonly target: Target
  readonly desired: Desired
  readonly current: Current
  readonly changes: readonly Change[]
}

/**
 * The differences between an account and its desired settings, of managed settings only. A switch that is
 * absent or blank is not on, so a desired `false` matches it.
 */
export function diff(desired: Desired, current: Current): Change[] {
  return managedNames(desired).flatMap((setting) => {
    const value = desired[setting]
    if (value === undefined) return []
    const change: Change = { setting, current: current[setting], desired: value }
    return matches(change) ? [] : [change]
  })
}

function matches({ setting, current, desired }: Change): boolean {
  if (current === null || current === undefined) return desired === false
  return isSame(setting, current, desired)
}

/**
 * The settings that differ between two states of one account, whoever changed them. Blank, absent and off
 * are the same.
 */
export function changedBetween(before: Current, after: Current): SettingName[] {
  return settingNames.filter((name) => {
    const [a, b] = [before[name] || null, after[name] || null]
    return a === null || b === null ? a !== b : !isSame(name, a, b)
  })
}
