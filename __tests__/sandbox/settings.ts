import { type Answer, invalid, json, methodNotAllowed, notFound } from './answers.ts'
import type { Call } from './call.ts'
import type { Quirks, StoredSettings } from './seeds.ts'
import {
  type Account,
  type CredentialKind,
  defaultSettings,
  type SettingsResource,
  type SettingsState,
} from './state.ts'

type SettingName = keyof StoredSettings

interface Setting {
  readonly parameter: string
  /** Reads the parameter's text, or `undefined` if it is malformed. */
  readonly parse: (text: string) => string | boolean | undefined
  /** Whether accounts without the Enterprise or Security Edition lack it. */
  readonly needsEdition: boolean
}

const flag = (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined)
const credentialSid = (text: string) => (/^CR[0-9a-fA-F]{32}$/.test(text) ? text : undefined)
const absoluteUrl = (text: string) => (/^https?:\/\/[^/\s]/i.test(text) && URL.canParse(text) ? text : undefined)

/** In the order in which Twilio's description has the properties. */
const settings: Readonly<Record<SettingName, Setting>> = {
  friendly_name: { parameter: 'FriendlyName', parse: (text) => text, needsEdition: false },
  aws_credentials_sid: { parameter: 'AwsCredentialsSid', parse: credentialSid, needsEdition: true },
  encryption_key_sid: { parameter: 'EncryptionKeySid', parse: credentialSid, needsEdition: true },
  aws_s3_url: { parameter: 'AwsS3Url', parse: absoluteUrl, needsEdition: true },
  aws_storage_enabled: { parameter: 'AwsStorageEnabled', parse: flag, needsEdition: true },
  encryption_enabled: { parameter: 'EncryptionEnabled', parse: flag, needsEdition: true },
}
const settingNames = Object.keys(settings) as SettingName[]

/** Answers GET and POST of `/v1/CompositionSettings/Default` and `/v1/RecordingSettings/Default`. */
export function answerSettings(account: Account, resource: SettingsResource, call: Call): Answer {
  if (call.method === 'GET') return fetchSettings(account, resource, call)
  if (call.method === 'POST') return updateSettings(account, resource, call)
  return methodNotAllowed(call.method, call.path)
}

function fetchSettings(account: Account, resource: SettingsResource, call: Call): Answer {
  const visible = visibleSettings(account.settings[resource])
  if (visible !== null) return json(200, settingsBody(account, call.path, visible))
  switch (account.quirks.neverConfigured) {
    case 'not-found':
      return notFound(call.path)
    case 'nulls':
      return json(
        200,
        bodyOf(account, call.path, () => null),
      )
    case 'empty-strings':
      return json(
        200,
        bodyOf(account, call.path, (name) => (name.endsWith('_enabled') ? null : '')),
      )
    case 'absent':
      return json(
        200,
        bodyOf(account, call.path, () => undefined),
      )
  }
}

/** The state that a GET returns; while a write does not show yet, that is the one before it. */
function visibleSettings(state: SettingsState): StoredSettings | null {
  if (state.earlier === null) return state.stored
  const { settings: earlier } = state.earlier
  state.earlier.reads--
  if (state.earlier.reads === 0) state.earlier = null
  return earlier
}

function updateSettings(account: Account, resource: SettingsResource, call: Call): Answer {
  const { quirks } = account
  const sent = parseParameters(call.form, quirks)
  if ('refusal' in sent) return sent.refusal
  const state = account.settings[resource]
  const before = state.stored ?? defaultSettings
  const after: StoredSettings = { ...(quirks.omitted === 'keep' ? before : defaultSettings), ...sent.values }
  const refused = refuseUpdate(account, sent.values, before, after)
  if (refused !== null) return refused

  const ignored = Object.fromEntries(
    settingNames.filter((name) => quirks.ignores.includes(name)).map((name) => [name, before[name]]),
  )
  state.earlier =
    quirks.lagReads > 0
      ? { settings: state.earlier === null ? state.stored : state.earlier.settings, reads: quirks.lagReads }
      : null
  state.stored = { ...after, ...ignored }
  return json(quirks.createdStatus, settingsBody(account, call.path, after))
}

type Parameters = { readonly values: Partial<StoredSettings> } | { readonly refusal: Answer }

function parseParameters(form: Readonly<Record<string, string>>, quirks: Quirks): Parameters {
  if (form['FriendlyName'] === undefined)
    return { refusal: invalid('Missing required parameter FriendlyName in the post body') }
  const values: Partial<Record<SettingName, string | boolean | null>> = {}
  for (const name of settingNames) {
    const { parameter, parse } = settings[name]
    const text = form[parameter]
    if (text === undefined) continue
    const value =
      text === '' && quirks.emptyParameter === 'clears' ? defaultSettings[name] : text === '' ? undefined : parse(text)
    if (value === undefined) return { refusal: invalid(`Invalid parameter ${parameter}`) }
    values[name] = value
  }
  return { values: values as Partial<StoredSettings> }
}

function refuseUpdate(
  account: Account,
  sent: Partial<StoredSettings>,
  before: StoredSettings,
  after: StoredSettings,
): Answer | null {
  const { quirks } = account
  if (!quirks.edition && sent.encryption_enabled === true) return invalid('Encryption is not available on this account')
  if (quirks.unknownCredentials === 'rejected') {
    const stranger = strangerIn(sent, account)
    if (stranger !== null) return invalid(`Invalid parameter ${settings[stranger].parameter}`)
  }
  const bucket = (of: StoredSettings) => JSON.stringify([of.aws_storage_enabled, of.aws_s3_url, of.aws_credentials_sid])
  const isProbed = after.aws_storage_enabled === true && bucket(before) !== bucket(after)
  return isProbed && quirks.s3Probe === 'fails' ? invalid('Could not write to the AWS S3 bucket') : null
}

/** The setting that names a credential which the account does not have as that kind. */
function strangerIn(sent: Partial<StoredSettings>, account: Account): SettingName | null {
  const isMissing = (kind: CredentialKind, sid: string | null = null) =>
    sid !== null && !account.credentials[kind].has(sid)
  if (isMissing('PublicKeys', sent.encryption_key_sid)) return 'encryption_key_sid'
  if (isMissing('AWS', sent.aws_credentials_sid)) return 'aws_credentials_sid'
  return null
}

function settingsBody(account: Account, path: string, values: StoredSettings): Record<string, unknown> {
  const { quirks } = account
  return bodyOf(account, path, (name) => {
    const value = values[name]
    if (value === null && !name.endsWith('_enabled')) return quirks.blankAs === 'null' ? null : ''
    return name === 'aws_s3_url' && quirks.normalisesUrl ? String(value).replace(/\/?$/, '/') : value
  })
}

function bodyOf(
  account: Account,
  path: string,
  valueOf: (name: SettingName) => string | boolean | null | undefined,
): Record<string, unknown> {
  const { edition, hidden } = account.quirks
  const values = settingNames
    .filter((name) => edition || !settings[name].needsEdition)
    .map((name) => [name, valueOf(name)])
  const body = { account_sid: account.sid, ...Object.fromEntries(values), url: `https://video.twilio.com${path}` }
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== undefined && !hidden.includes(name)),
  )
}
