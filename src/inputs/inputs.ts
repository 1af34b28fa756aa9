import leven from 'leven'
import { type Access, readAccess } from './credentials.ts'
import { InputError } from '../shared/errors.ts'
import type { Event } from './event.ts'
import { type FleetInputs, readFleet } from './accounts.ts'
import { readGithubInputs } from './github.ts'
import { type Requirement, requirements } from '../settings/requirements.ts'
import type { CredentialPolicy } from '../settings/credentials.ts'
import { allowances, type Allowance, type Mode, modes } from '../settings/guards.ts'
import { readKeySource } from './key.ts'
import type { KeySource } from '../settings/key.ts'
import { type Resource } from '../settings/target.ts'
import { checkProxies, readSandbox } from './network.ts'
import type { WorkspaceFile } from './workspace-file.ts'
import { type InputReader, inputReader, listOf, oneOf, printable, readFlag } from './reader.ts'
import { anySettings, type Desired, type SettingName, settingNames } from '../settings/settings.ts'
import { type SettingValue } from '../settings/values.ts'

/** Everything that the workflow says. */
export interface Inputs {
  readonly mode: Mode
  readonly access: Access
  readonly fleet: FleetInputs
  readonly resources: readonly Resource[]
  /** The desired settings, but for the key. */
  readonly desired: Desired
  readonly key: KeySource
  readonly credentials: CredentialPolicy
  readonly requirements: readonly Requirement[]
  readonly allowed: readonly Allowance[]
  readonly expectedPlan: string | null
  /** The origin that replaces every host of Twilio, on this machine only; `null` for the real ones. */
  readonly sandbox: string | null
  readonly warnings: readonly string[]
}

/** What the inputs are read from. */
export interface InputSource {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly event: Event
  readonly readFile: (path: string) => WorkspaceFile
  /** Called with every form of a secret, before anything else is done with it. */
  readonly mask: (secret: string) => void
}

const plainInputs = [
  'mode',
  'account-sid',
  'auth-token',
  'api-key',
  'api-key-secret',
  'accounts',
  'concurrency',
  'shard',
  'resources',
  'encryption-key-name',
  'encryption-public-key',
  'verify-credentials',
  'max-key-age-days',
  'require',
  'allow-risky-changes',
  'expected-plan',
  'on-missing-credentials',
  'report-path',
  'pr-comment',
  'drift-issue',
  'drift-issue-label',
  'github-token',
]
/** Every input of the action. A test keeps them equal to `action.yml`. */
export const inputNames: readonly string[] = [...plainInputs, ...settingNames.map((name) => anySettings[name].input)]

/** Reads all inputs, secrets first. Throws one `InputError` that lists every mistake. */
export function readInputs({ env, event, readFile, mask }: InputSource): Inputs {
  const mistakes: string[] = []
  const warnings: string[] = []
  const reader = inputReader(env, mistakes)

  readGithubInputs(reader, event, mask)
  const access = readAccess(reader, event, mask)
  const { encryption_key_sid: sid, ...desired } = readDesired(reader, warnings)
  const inputs: Inputs = {
    mode: oneOf(reader, 'mode', modes, 'check'),
    access,
    fleet: readFleet(reader, access.kind === 'granted' && access.credential.user !== access.accountSid),
    resources: readResources(reader),
    desired,
    key: readKeySource({ reader, readFile, mask }, sid),
    credentials: {
      verify: readFlag(reader, 'verify-credentials', true),
      maxKeyAgeDays: readDays(reader, 'max-key-age-days'),
    },
    requirements: listOf(reader, 'require', requirements),
    allowed: listOf(reader, 'allow-risky-changes', allowances),
    expectedPlan: readExpectedPlan(reader),
    sandbox: readSandbox(reader, env),
    warnings,
  }
  if (!asksForSomething(reader)) {
    mistakes.push(
      'There is nothing to check: set at least one setting, such as "encryption-enabled: true", or "require: encryption"',
    )
  }
  if (inputs.fleet.accounts.kind !== 'self') warnings.push(...fixedSids(inputs))
  if (inputs.sandbox === null) checkProxies(reader, env)
  mistakes.push(...unknownInputs(env))
  if (mistakes.length > 0)
    throw new InputError(mistakes.map((mistake) => (/[.?]\)?$/.test(mistake) ? mistake : `${mistake}.`)))
  return inputs
}

/** Where the evidence file goes, `null` if nowhere: known even if the other inputs are wrong. */
export function readReportPath(env: InputSource['env']): string | null {
  return inputReader(env, []).get('report-path') || null
}

/** A credential belongs to one account, so one SID for several accounts is hardly meant. */
function fixedSids({ key, desired }: Inputs): string[] {
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

/** Whether a setting or a requirement was given at all, right or wrong. */
function asksForSomething(reader: InputReader): boolean {
  const inputs = [
    ...settingNames.map((name) => anySettings[name].input),
    'encryption-key-name',
    'encryption-public-key',
    'max-key-age-days',
  ]
  return inputs.some((input) => reader.get(input) !== '') || /[^\s,]/.test(reader.get('require'))
}

function readDesired(reader: InputReader, warnings: string[]): Desired {
  const desired: Partial<Record<SettingName, SettingValue>> = {}
  for (const name of settingNames) {
    const setting = anySettings[name]
    const { input } = setting
    const text = reader.get(input)
    if (text === '') continue
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

function readResources(reader: InputReader): Resource[] {
  const words = listOf(reader, 'resources', ['compositions', 'recordings'] as const)
  return (words.length === 0 ? (['compositions'] as const) : words).map((word) => resourceWords[word])
}

/** The longest age that can be asked for, in days. */
const mostDays = 36_500

function readDays(reader: InputReader, input: string): number | null {
  const text = reader.get(input)
  if (text === '') return null
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > mostDays) reader.mistake(`"${input}" must be a whole number of days, from 1 to ${mostDays}`)
  return days
}

function readExpectedPlan(reader: InputReader): string | null {
  const text = reader.get('expected-plan')
  if (text !== '' && !/^[0-9a-f]{64}$/.test(text))
    reader.mistake('"expected-plan" must be the output "plan-id" of a run with "mode: plan": 64 hexadecimal digits')
  return text || null
}

function unknownInputs(env: InputSource['env']): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('INPUT_'))
    .map((name) => name.slice('INPUT_'.length).toLowerCase())
    .filter((name) => !inputNames.includes(name))
    .map((name) => {
      const [nearest = ''] = [...inputNames].sort((a, b) => leven(a, name) - leven(b, name))
      return `"${printable(name)}" is not an input of this action. Did you mean "${nearest}"? (If it is an environment variable of yours, do not begin its name with INPUT_.)`
    })
}
