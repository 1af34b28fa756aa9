import leven from 'leven'
import { type Access, readAccess } from './credentials.ts'
import { emptyMistake, emptyWarning, inputNames } from './defaults.ts'
import { asksForSomething, fixedSids, readDesired, readResources } from './desired.ts'
import { type ActionError, InputError, toActionError } from '../shared/errors.ts'
import { type Event, documentsUrl, readEvent, readRunIdentity, type RunIdentity } from './event.ts'
import { type FleetInputs, readFleet } from './accounts.ts'
import { type GithubInputs, readGithubInputs } from './github.ts'
import { type Requirement, requirements } from '../settings/requirements.ts'
import type { CredentialPolicy } from '../settings/credentials.ts'
import { allowances, type Allowance, type Mode, modes } from '../settings/guards.ts'
import { checkPrivateKeys, readKeySource } from './key.ts'
import type { KeySource } from '../settings/key.ts'
import { parseSpan } from '../settings/media.ts'
import { type Resource } from '../settings/target.ts'
import { maskSecrets } from './secrets.ts'
import { checkProxies, checkTls, hasRegion, namesSandbox, type Proxies, readProxies, readSandbox } from './network.ts'
import type { Parsed } from '../shared/parsed.ts'
import { isWordLike } from '../shared/text.ts'
import { type InputReader, inputReader, listOf, oneOf, readFlag } from './reader.ts'
import type { Desired } from '../settings/settings.ts'

/** The inputs of a workflow without mistakes. */
export interface Inputs {
  readonly mode: Mode
  /** Whether the workflow asks for nothing: then `plan` shows what is there. */
  readonly isRead: boolean
  readonly access: Access
  readonly fleet: FleetInputs
  readonly resources: readonly Resource[]
  /** The desired settings, but for the key. */
  readonly desired: Desired
  readonly key: KeySource
  readonly credentials: CredentialPolicy
  /** The span, in hours, in which media was made that is looked at; `null` if none is. */
  readonly mediaHours: number | null
  readonly requirements: readonly Requirement[]
  readonly allowed: readonly Allowance[]
  readonly expectedPlan: string | null
  /** The origin that replaces every host of Twilio, on this machine only; `null` for the real ones. */
  readonly sandbox: string | null
  readonly proxies: Proxies
  /** Whether the environment names a region of Twilio, which does nothing here. */
  readonly hasRegion: boolean
  readonly warnings: readonly string[]
}

/** Everything that the workflow says. All but `inputs` is known even if the workflow has mistakes. */
export interface WorkflowInputs {
  readonly event: Event
  readonly identity: RunIdentity
  /** As {@link documentsUrl} gives it. */
  readonly documents: string | null
  /** The posts at GitHub that the workflow asks for; `null` if it asks for none. */
  readonly github: GithubInputs | null
  /** Whether a sandbox answers instead of Twilio. */
  readonly isSandbox: boolean
  /** Where the evidence file goes; `null`: nowhere. */
  readonly reportPath: string | null
  /** `wrong` carries one `InputError` that lists every mistake. */
  readonly inputs:
    { readonly kind: 'right'; readonly value: Inputs } | { readonly kind: 'wrong'; readonly error: ActionError }
}

/** The sources of the inputs. */
export interface InputSource {
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** The event as GitHub describes it; `null` if that is not known. */
  readonly payload: unknown
  readonly readFile: (path: string) => Parsed<string>
  /** Called with every form of a secret, before anything else is done with it. */
  readonly mask: (secret: string) => void
}

/** Reads all inputs, once, and secrets first. */
export function readInputs(source: InputSource): WorkflowInputs {
  const { env, payload, mask } = source
  maskSecrets(env, mask)
  const mistakes: string[] = []
  const reader = inputReader(env, mistakes)
  checkTls(reader, env)
  checkPrivateKeys(env, reader, mask)
  const event = readEvent(env, payload)
  const github = readGithubInputs(reader, env, event)
  return {
    event,
    identity: readRunIdentity(env),
    documents: documentsUrl(env),
    // Wrong or empty inputs for GitHub turn the posts off; mistakes elsewhere do not.
    github: mistakes.length === 0 && reader.empty.size === 0 ? github : null,
    isSandbox: namesSandbox(env),
    reportPath: reader.get('report-path') || null,
    inputs: attempt(() => readRunInputs(reader, event, source, mistakes)),
  }
}

function attempt(read: () => Inputs): WorkflowInputs['inputs'] {
  try {
    return { kind: 'right', value: read() }
  } catch (thrown) {
    return { kind: 'wrong', error: toActionError(thrown) }
  }
}

/** Adds to the `mistakes` of the reader, and throws them all if there are any. */
function readRunInputs(
  reader: InputReader,
  event: Event,
  { env, readFile, mask }: InputSource,
  mistakes: string[],
): Inputs {
  const warnings: string[] = []
  const access = readAccess(reader, event)
  const { encryption_key_sid: sid, ...desired } = readDesired(reader, warnings)
  const mode = oneOf(reader, 'mode', modes)
  const isAsked = asksForSomething(reader)
  const mediaHours = readSpan(reader, 'verify-media')
  const inputs: Inputs = {
    mode,
    isRead: mode === 'plan' && !isAsked && mediaHours === null,
    access,
    fleet: readFleet(reader),
    resources: readResources(reader),
    desired,
    key: readKeySource(reader, sid, readFile, mask),
    credentials: {
      verify: readFlag(reader, 'verify-credentials'),
      maxKeyAgeDays: readDays(reader, 'max-key-age-days'),
    },
    mediaHours,
    requirements: listOf(reader, 'require', requirements),
    allowed: listOf(reader, 'allow-risky-changes', allowances),
    expectedPlan: readExpectedPlan(reader),
    sandbox: readSandbox(reader, env),
    proxies: readProxies(env),
    hasRegion: hasRegion(env),
    warnings,
  }
  if (!isAsked && inputs.mediaHours !== null) {
    mistakes.push(
      '"verify-media" alone is nothing to check: set "require: encryption", or a setting, to say how media is to be stored',
    )
  } else if (!isAsked && !inputs.isRead) {
    mistakes.push(
      'There is nothing to check: set at least one setting, such as "encryption-enabled: true", or "require: encryption". To see what the account has, use "mode: plan"',
    )
  }
  const empty = [...reader.empty]
  if (empty.length > 0) {
    if (access.kind === 'missing' && event.withoutSecrets !== null)
      warnings.push(emptyWarning(empty, event.withoutSecrets))
    else mistakes.push(emptyMistake(empty))
  }
  if (inputs.fleet.accounts.kind !== 'self') warnings.push(...fixedSids(inputs.key, inputs.desired))
  if (inputs.sandbox === null) checkProxies(reader, env)
  mistakes.push(...unknownInputs(env))
  if (mistakes.length > 0)
    throw new InputError(mistakes.map((mistake) => (/[.?]\)?$/.test(mistake) ? mistake : `${mistake}.`)))
  return inputs
}

function readSpan(reader: InputReader, input: string): number | null {
  const parsed = parseSpan(reader.get(input))
  if (parsed.kind === 'value') return parsed.value
  reader.mistake(`"${input}" ${parsed.mistake}`)
  return null
}

/** The longest age that can be asked for, in days. */
const mostDays = 36_500

function readDays(reader: InputReader, input: string): number | null {
  const text = reader.get(input)
  if (text === 'unlimited') return null
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > mostDays) reader.mistake(`"${input}" must be a whole number of days, from 1 to ${mostDays}`)
  return days
}

function readExpectedPlan(reader: InputReader): string | null {
  const text = reader.get('expected-plan')
  if (text === 'any') return null
  if (!/^[0-9a-f]{64}$/.test(text))
    reader.mistake('"expected-plan" must be the output "plan-id" of a run with "mode: plan": 64 hexadecimal digits')
  return text
}

function unknownInputs(env: InputSource['env']): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('INPUT_'))
    .map((name) => name.slice('INPUT_'.length).toLowerCase())
    .filter((name) => !inputNames.includes(name))
    .map((name) => {
      const [nearest = ''] = [...inputNames].sort((a, b) => leven(a, name) - leven(b, name))
      const told = isWordLike(name) ? `"${name}"` : `A name of ${name.length} characters`
      return `${told} is not an input of this action. Did you mean "${nearest}"? (If it is an environment variable of yours, do not begin its name with INPUT_.)`
    })
}
