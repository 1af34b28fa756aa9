import { type Current, settingNames, anySettings, type SettingName } from '../settings/settings.ts'
import { accountPlaceholder, type SettingValue } from '../settings/values.ts'
import type { Resource } from '../settings/target.ts'
import { isOutdated, observationOf, type Outcome } from '../run/outcome.ts'
import { groupedBy } from '../shared/grouped.ts'
import { longestValue } from '../shared/text.ts'

/** What an account has, as it is written below `with:` of a workflow. */
export interface AsInputs {
  /** The lines of YAML, without indentation. */
  readonly lines: readonly string[]
  /** In whole sentences what no input can say, so that it is left out. */
  readonly leftOut: readonly string[]
}

/**
 * The settings that an account has as the inputs that ask for them; blank ones are left out. Where
 * encryption is on, it is required from then on.
 */
export function asInputs(resource: Resource, current: Current): AsInputs {
  const lines = resource === 'recording-settings' ? ['resources: recordings'] : []
  const leftOut: string[] = []
  for (const name of settingNames) {
    const value = current[name] ?? null
    if (value === null) continue
    const reason = unsayable(name, value)
    if (reason === null) lines.push(`${anySettings[name].input}: ${yamlValue(value)}`)
    else leftOut.push(`${name} is left out: ${reason}.`)
  }
  if (current.encryption_enabled === true) lines.push('require: encryption')
  return { lines, leftOut }
}

/** What a target has at the end of a run, as inputs; `null` where that is not known. */
export function inputsOf(outcome: Outcome): AsInputs | null {
  const observation = observationOf(outcome)
  if (observation === null) return null
  if (outcome.status === 'written') return asInputs(observation.target.resource, outcome.after)
  return isOutdated(outcome) ? null : asInputs(observation.target.resource, observation.current)
}

/** The accounts of a fleet that have the same settings, the most accounts first. */
export function groupsOfEqualSettings(
  outcomes: readonly Outcome[],
): (AsInputs & { readonly accounts: readonly string[] })[] {
  const known = outcomes.flatMap((outcome) => {
    const inputs = inputsOf(outcome)
    return inputs === null || outcome.status === 'skipped' ? [] : { ...inputs, sid: outcome.target.accountSid }
  })
  const groups = groupedBy(known, ({ lines, leftOut }) => JSON.stringify([lines, leftOut]))
  return [...groups.values()]
    .flatMap((alike) =>
      alike.slice(0, 1).map(({ lines, leftOut }) => ({ lines, leftOut, accounts: alike.map(({ sid }) => sid) })),
    )
    .sort((one, other) => other.accounts.length - one.accounts.length)
}

/** Why no input can ask for a value that an account has; `null` if one can. */
function unsayable(name: SettingName, value: SettingValue): string | null {
  if (typeof value === 'boolean') return null
  if (value.length > longestValue) return `it has ${value.length} characters, too many to repeat here`
  if (value !== value.trim()) return 'it begins or ends with a blank, which inputs lose'
  if (value.includes(accountPlaceholder)) return `it holds ${accountPlaceholder}, which stands for the SID in inputs`
  if (value.includes('\0') || !value.isWellFormed()) return 'it holds a character that no input can hold'
  if (value === 'unmanaged') return 'the word "unmanaged" means something else in inputs'
  return anySettings[name].parse(value).kind === 'value' ? null : 'it is not a value that Twilio documents'
}

/** Characters that YAML, or an eye, does not see: they are written as escapes, which double quotes have. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

/** Texts that YAML takes for texts without quotes. */
const plain = /^(?:[A-Z]{2}[0-9a-fA-F]{32}|https:\/\/[\w./~-]+)$/

/**
 * A value in YAML. GitHub evaluates `${{` wherever it stands in a workflow, so it is written as an
 * expression that gives it.
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions#literals
 */
function yamlValue(value: SettingValue): string {
  if (typeof value === 'boolean' || plain.test(value)) return String(value)
  const text = value.replaceAll('${{', "${{ '${{' }}")
  if (text.search(unseen) === -1) return `'${text.replaceAll("'", "''")}'`
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(unseen, yamlEscape)}"`
}

/** https://yaml.org/spec/1.2.2/#57-escaped-characters */
function yamlEscape(character: string): string {
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
}
