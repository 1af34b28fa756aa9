import { createHash } from 'node:crypto'
import type { Target } from './target.ts'
import { anySettings, type Current, type Desired, type SettingName, settingNames } from './settings.ts'
import { type SettingValue } from './values.ts'

/** One target's part in a plan. */
export interface PlanEntry {
  readonly target: Target
  readonly desired: Desired
  readonly current: Current
}

type CanonicalValue = ['value', SettingValue] | ['blank'] | ['absent']

/**
 * The fingerprint of a plan: SHA-256, in hexadecimal, over account, resource, and the current and desired
 * value of each setting, all in normal form; of several targets, over the sorted fingerprints of each.
 * Two plans with one id would do the same to the same state. What is not managed counts with its current
 * value: a write sends it, too, and can switch on what it names.
 */
export function planId(entries: readonly PlanEntry[]): string {
  const digests = entries.map((entry) => sha256(canonicalEntry(entry))).sort()
  return sha256(digests.join(','))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function canonicalEntry({ target, desired, current }: PlanEntry): string {
  const values = [...settingNames]
    .sort()
    .map((name): [SettingName, CanonicalValue, CanonicalValue | ['unmanaged']] => [
      name,
      canonicalValue(name, current[name]),
      desired[name] === undefined ? ['unmanaged'] : canonicalValue(name, desired[name]),
    ])
  return JSON.stringify([target.accountSid.toLowerCase(), target.resource, values])
}

/** A value in the form by which fingerprints tell it from others. */
export function canonicalValue(name: SettingName, value: SettingValue | null | undefined): CanonicalValue {
  if (value === undefined) return ['absent']
  return value === null ? ['blank'] : ['value', anySettings[name].normalForm(value)]
}
