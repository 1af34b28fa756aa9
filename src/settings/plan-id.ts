import { createHash } from 'node:crypto'
import type { Comparison } from './diff.ts'
import { anySettings, type SettingName, settingNames } from './settings.ts'
import { type SettingValue } from './values.ts'

/**
 * The fingerprint of a plan: SHA-256, in hexadecimal, over account, resource, and the current and desired
 * value of each setting, all in normal form; of several targets, over the sorted fingerprints of each.
 * Two plans with one id would do the same to the same state. What is not managed counts with its current
 * value: a write sends it, too, and can switch on what it names.
 */
export function planId(targets: readonly Omit<Comparison, 'changes'>[]): string {
  const digests = targets.map((target) => sha256(canonicalTarget(target))).sort()
  return sha256(digests.join(','))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function canonicalTarget({ target, desired, current }: Omit<Comparison, 'changes'>): string {
  const values = [...settingNames]
    .sort()
    .map((name) => [
      name,
      canonicalValue(name, current[name]),
      desired[name] === undefined ? ['unmanaged'] : canonicalValue(name, desired[name]),
    ])
  return JSON.stringify([target.accountSid.toLowerCase(), target.resource, values])
}

/**
 * A value in the form by which fingerprints tell it from others: after a word that says whether there is one.
 */
export function canonicalValue(name: SettingName, value: SettingValue | null | undefined): readonly SettingValue[] {
  if (value === undefined) return ['absent']
  return value === null ? ['blank'] : ['value', anySettings[name].normalForm(value)]
}
