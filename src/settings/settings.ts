import {
  type SettingValue,
  type ValueKind,
  text,
  flag,
  credentialSid,
  accountPlaceholder,
  bucketUrl,
} from './values.ts'

/** One of Twilio's settings: its names outside, and the kind of its values. */
export interface Setting<V extends SettingValue = SettingValue> extends ValueKind<V> {
  /** The name of the action's input. */
  readonly input: string
  /** The name of the parameter in Twilio's POST. */
  readonly parameter: string
  /** Its name as the subject of a sentence. */
  readonly noun: string
}

const setting = <V extends SettingValue>(
  input: string,
  parameter: string,
  noun: string,
  kind: ValueKind<V>,
): Setting<V> => ({ input, parameter, noun, ...kind })

/**
 * The settings by their names in Twilio's responses, the most important first.
 * https://www.twilio.com/docs/video/api/encrypted-compositions and
 * https://www.twilio.com/docs/video/api/external-s3-compositions
 */
export const settings = {
  encryption_enabled: setting('encryption-enabled', 'EncryptionEnabled', 'encryption', flag),
  encryption_key_sid: setting(
    'encryption-key-sid',
    'EncryptionKeySid',
    'the encryption key',
    credentialSid('a public key'),
  ),
  aws_storage_enabled: setting('aws-storage-enabled', 'AwsStorageEnabled', 'external storage', flag),
  aws_s3_url: setting('aws-s3-url', 'AwsS3Url', 'the bucket URL', bucketUrl),
  aws_credentials_sid: setting(
    'aws-credentials-sid',
    'AwsCredentialsSid',
    'the AWS credential',
    credentialSid('an AWS credential'),
  ),
  friendly_name: setting('friendly-name', 'FriendlyName', 'the name', text),
} as const

/** The name of a setting, as Twilio spells it in its answers. */
export type SettingName = keyof typeof settings

/** The desired settings. A setting that the workflow does not name is no key here: it is unmanaged. */
export type Desired = {
  readonly [N in SettingName]?: (typeof settings)[N] extends Setting<infer V> ? V : never
}

/** The current settings. `null`: blank. No key: the account does not have, or does not show, the property. */
export type Current = { readonly [N in keyof Desired]: Desired[N] | null }

/** Every setting's name, in the order of {@link settings}. */
export const settingNames = Object.keys(settings) as SettingName[]

/** One thing for each setting. */
export function ofEach<T>(make: (name: SettingName) => T): Record<SettingName, T> {
  return Object.fromEntries(settingNames.map((name) => [name, make(name)])) as Record<SettingName, T>
}

/** The current settings of an account that were never configured. */
export const blank: Current = ofEach(() => null)

/** The settings by name, without the type of each one's values: for loops over all of them. */
export const anySettings: Readonly<Record<SettingName, Setting>> = settings

/**
 * Whether two values of a setting mean the same: a host in another case, or one slash at the end, does
 * not count.
 */
export function isSame(name: SettingName, a: SettingValue, b: SettingValue): boolean {
  return anySettings[name].normalForm(a) === anySettings[name].normalForm(b)
}

/** The names of the settings that the workflow manages. */
export function managedNames(desired: Desired): SettingName[] {
  return settingNames.filter((name) => desired[name] !== undefined)
}

/** The desired settings laid over the current ones of an account. */
export function merged(desired: Desired, current: Current): Current {
  return { ...current, ...desired }
}

/** The desired settings of one account, with its SID in the place of `{account_sid}`. */
export function forAccount(desired: Desired, accountSid: string): Desired {
  const { aws_s3_url: url, friendly_name: name } = desired
  if (![url, name].some((text) => text?.includes(accountPlaceholder))) return desired
  return {
    ...desired,
    ...(url === undefined ? {} : { aws_s3_url: url.replaceAll(accountPlaceholder, accountSid) }),
    ...(name === undefined ? {} : { friendly_name: name.replaceAll(accountPlaceholder, accountSid) }),
  }
}
