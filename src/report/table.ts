import type { Mode } from '../settings/guards.ts'
import { type Finding, isUnusable } from '../settings/findings.ts'
import { findingsOf, isOutdated, type Observation, type Outcome } from '../run/outcome.ts'
import { type SettingName, settingNames } from '../settings/settings.ts'
import { type SettingValue } from '../settings/values.ts'

/** One setting in the table. `undefined`: the account does not have it; `null`: blank. */
export interface Row {
  readonly setting: SettingName
  readonly mark:
    'same' | 'broken' | 'different' | 'planned' | 'written' | 'unwritten' | 'unverified' | 'unmanaged' | 'overwritten'
  readonly before: SettingValue | null | undefined
  readonly after: SettingValue | null | undefined
}

/**
 * The rows of one target's table, what differs first: current and desired values, or those before and
 * after a write.
 */
export function rowsOf(outcome: Outcome, observation: Observation, mode: Mode): Row[] {
  const rows =
    outcome.status === 'written'
      ? writtenRows(outcome, observation)
      : comparedRows(observation, isOutdated(outcome) ? 'unverified' : mode === 'plan' ? 'planned' : 'different')
  const broken = new Set(findingsOf(outcome).filter(isUnusable).map(namedBy))
  const marked = rows.map((row): Row =>
    broken.has(row.setting) && (row.mark === 'same' || row.mark === 'unmanaged') ? { ...row, mark: 'broken' } : row,
  )
  return [...marked.filter(({ mark }) => mark !== 'same'), ...marked.filter(({ mark }) => mark === 'same')]
}

/** The setting that names the credential which a finding is about. */
function namedBy({ rule }: Finding): SettingName {
  return rule.startsWith('key-') ? 'encryption_key_sid' : 'aws_credentials_sid'
}

function comparedRows({ current, desired, changes }: Observation, difference: Row['mark']): Row[] {
  const changed = new Set(changes.map((change) => change.setting))
  const mark = (setting: SettingName): Row['mark'] => {
    if (desired[setting] === undefined) return 'unmanaged'
    return changed.has(setting) ? difference : 'same'
  }
  return settingNames.map((setting) => ({
    setting,
    mark: mark(setting),
    before: current[setting],
    after: desired[setting],
  }))
}

function writtenRows(
  outcome: Extract<Outcome, { status: 'written' }>,
  { current, desired, changes }: Observation,
): Row[] {
  const changed = new Set(changes.map((change) => change.setting))
  const remaining = new Set(outcome.remaining.map((change) => change.setting))
  const mark = (setting: SettingName): Row['mark'] => {
    if (outcome.overwritten.includes(setting)) return 'overwritten'
    if (desired[setting] === undefined) return 'unmanaged'
    if (remaining.has(setting)) return 'unwritten'
    return changed.has(setting) ? 'written' : 'same'
  }
  return settingNames.map((setting) => ({
    setting,
    mark: mark(setting),
    ...(remaining.size > 0
      ? { before: outcome.after[setting], after: desired[setting] ?? outcome.after[setting] }
      : { before: current[setting], after: outcome.after[setting] }),
  }))
}
