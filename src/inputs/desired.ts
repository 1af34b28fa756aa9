import { inputDefaults } from './defaults.ts'
import { type InputReader, listOf, readManaged } from './reader.ts'
import type { KeySource } from '../settings/key.ts'
import { anySettings, type Desired, type SettingName, settingNames } from '../settings/settings.ts'
import type { Resource } from '../settings/target.ts'
import type { SettingValue } from '../settings/values.ts'

/** Reads the desired settings, including `encryption-key-sid`. Adds valid but odd values to `warnings`. */
export function readDesired(reader: InputReader, warnings: string[]): Desired {
  const desired: Partial<Record<SettingName, SettingValue>> = {}
  for (const name of settingNames) {
    const setting = anySettings[name]
    const { input } = setting
    const text = readManaged(reader, input)
    if (text === null) continue
    const parsed = setting.parse(text)
    if (parsed.kind === 'mistake') {
      reader.mistake(`"${input}" ${parsed.mistake}`)
      continue
    }
    desired[name] = parsed.value
    if (parsed.warning !== null) warnings.push(`"${input}" ${parsed.warning}.`)
  }
  const [key, credential] = [desired.encryption_key_sid, desired.aws_credentials_sid]
  if (key !== undefined && String(key).toLowerCase() === String(credential).toLowerCase()) {
    reader.mistake(
      '"encryption-key-sid" and "aws-credentials-sid" are the same SID, but no credential is both a public key and an AWS credential',
    )
  }
  return desired as Desired
}

const resourceWords = { compositions: 'composition-settings', recordings: 'recording-settings' } as const

/** Reads which resources the run covers. */
export function readResources(reader: InputReader): Resource[] {
  return listOf(reader, 'resources', ['compositions', 'recordings'] as const).map((word) => resourceWords[word])
}

/**
 * Warns if several accounts have the same desired SID: a credential belongs to one account, so that is
 * hardly intended.
 */
export function fixedSids(key: KeySource, desired: Desired): string[] {
  return [
    ...(key.kind === 'sid'
      ? [
          '"encryption-key-sid" is one SID for several accounts, and a public key belongs to one account. Use "encryption-public-key" or "encryption-key-name", which are resolved for each account.',
        ]
      : []),
    ...(desired.aws_credentials_sid === undefined
      ? []
      : ['"aws-credentials-sid" is one SID for several accounts, and an AWS credential belongs to one account.']),
  ]
}

/** Whether a setting or a requirement was given at all, right, wrong or empty. */
export function asksForSomething(reader: InputReader): boolean {
  const inputs = [
    ...settingNames.map((name) => anySettings[name].input),
    'encryption-key-name',
    'encryption-public-key',
    'max-key-age-days',
    'require',
  ]
  return inputs.some((input) => reader.get(input) !== inputDefaults[input] || reader.empty.has(input))
}
