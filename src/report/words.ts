import type { Change } from '../settings/diff.ts'
import { abbreviate, longestValue } from '../shared/text.ts'
import type { Resource } from '../settings/target.ts'
import { type SettingValue } from '../settings/values.ts'

/** What is made from now on, by resource. */
export const media: Readonly<Record<Resource, string>> = {
  'composition-settings': 'compositions',
  'recording-settings': 'recordings',
}

/** What encryption needs. */
export const edition =
  "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account."

/** A text that begins with a capital letter. */
export function capitalized(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())
}

/** A value as it stands in a sentence. */
export function inWords(value: SettingValue | null | undefined): string {
  if (value === undefined) return 'not available on this account'
  if (value === null) return 'blank'
  return typeof value === 'boolean' ? String(value) : `"${abbreviate(value, longestValue)}"`
}

/** Changes with their values before and after, such as `encryption_enabled: false → true`. */
export function transitions(changes: readonly Change[]): string {
  return changes
    .map(({ setting, current, desired }) => `${setting}: ${inWords(current)} → ${inWords(desired)}`)
    .join('; ')
}

/** Some things in a heading: the first, and how many more. */
export function listed(things: readonly string[]): string {
  const [first = 'see below', ...rest] = things
  if (rest.length === 0) return first
  return rest.length === 1 ? `${first}, and ${rest[0]}` : `${first}, and ${rest.length} more`
}

/** A number with its noun: "1 setting", "2 settings". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
