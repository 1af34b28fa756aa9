import type { CredentialPolicy } from './credentials.ts'
import type { Change } from './diff.ts'
import { desiredFindings, type Finding, type Requirement } from './requirements.ts'
import type { Resource, Target } from './target.ts'
import { type Current, type Desired, merged, type SettingName, settings } from './settings.ts'

/** The modes: fail on a difference, show it, or write it. */
export const modes = ['check', 'plan', 'apply'] as const
export type Mode = (typeof modes)[number]

/** A word of the input `allow-risky-changes`. */
export const allowances = [
  'encryption-off',
  'encryption-key',
  'storage-off',
  'storage-location',
  'recordings-uncomposable',
  'apply-from-pull-request',
] as const
export type Allowance = (typeof allowances)[number]

/** A rule that a guard watches. The rules that can be allowed have the name of their allowance. */
export type GuardRule =
  Allowance | 'incoherent' | 'below-floor' | 'missing-credential' | 'unproven-account' | 'expected-plan'

/**
 * Something that must not be written, unless it `isAllowed`. `allowance` is the word that allows it, if
 * there is one.
 */
export interface Guard {
  readonly rule: GuardRule
  readonly message: string
  readonly allowance: Allowance | null
  readonly isAllowed: boolean
}

/** What the guards know beside the settings themselves. */
export interface Policy {
  readonly mode: Mode
  readonly requirements: readonly Requirement[]
  readonly allowed: readonly Allowance[]
  readonly expectedPlan: string | null
  /** The resources that the run covers, of every account. */
  readonly resources: readonly Resource[]
  readonly credentials: CredentialPolicy
  /** Whether a pull request triggered the run. */
  readonly isPullRequest: boolean
}

/** What the guards of one target look at. */
export interface Compared {
  readonly target: Target
  readonly desired: Desired
  readonly current: Current
  readonly changes: readonly Change[]
  /** Whether something in Twilio's answers, or the credential itself, says which account it is. */
  readonly isProven: boolean
  /** What is wrong with the credentials that the account would be left with. */
  readonly credentialFindings: readonly Finding[]
}

/** The guards that one target touches, those that are allowed included. */
export function settingsGuards(
  { target, desired, current, changes, isProven, credentialFindings }: Compared,
  policy: Policy,
): Guard[] {
  const wouldBe = merged(desired, current)
  const belowRequirement = changes.length === 0 ? [] : desiredFindings(desired, policy.requirements)
  const unusable = credentialFindings.filter(({ rule }) => unusableRules.has(rule))
  return [
    ...riskyChanges(changes, current, policy),
    ...(target.resource === 'recording-settings' ? uncomposable(changes, wouldBe, policy) : []),
    ...incoherences(target, wouldBe),
    ...belowRequirement.map(({ message }) => refusing('below-floor', message)),
    ...(changes.length > 0 && !isProven ? [refusing('unproven-account', unproven)] : []),
    ...unusable.map(({ message }) => refusing('missing-credential', message)),
  ]
}

const unproven =
  'The settings were never made, so nothing in the answer says which account the API key belongs to. Use the auth token of the account for the first apply, or make the settings once in the Twilio Console'

const unusableRules: ReadonlySet<string> = new Set([
  'key-missing',
  'key-wrong-kind',
  'aws-credential-missing',
  'aws-credential-wrong-kind',
])

/**
 * The guards of the run as a whole. `plan` is the id of the plan at hand, `null` if not every target
 * could be read.
 */
export function runGuards(plan: string | null, policy: Policy): Guard[] {
  const { mode, isPullRequest, expectedPlan } = policy
  return [
    ...(mode === 'apply' && isPullRequest
      ? [
          risky(
            'apply-from-pull-request',
            'A pull request triggered this run, so code that nobody has reviewed could change the account. Use plan on pull requests, and apply after the merge',
            policy,
          ),
        ]
      : []),
    ...(expectedPlan !== null && expectedPlan !== plan
      ? [
          refusing(
            'expected-plan',
            `The plan is not the one that was reviewed: its plan-id is ${plan ?? 'not known'}, expected-plan is ${expectedPlan}. The inputs or the account changed in between. Review a new plan`,
          ),
        ]
      : []),
  ]
}

/** Whether anything stands against writing. */
export function isRefused(all: readonly Guard[]): boolean {
  return all.some((guard) => !guard.isAllowed)
}

function riskyChanges(changes: readonly Change[], current: Current, policy: Policy): Guard[] {
  const changed = new Map(changes.map((change) => [change.setting, change]))
  const replaced = (name: SettingName): boolean => changed.has(name) && (current[name] ?? null) !== null
  const isEncrypted = current.encryption_enabled === true
  const isStored = current.aws_storage_enabled === true
  return [
    ...(isEncrypted && changed.has('encryption_enabled')
      ? [
          risky(
            'encryption-off',
            'Encryption would be switched off. What is made from then on stays unencrypted for good',
            policy,
          ),
        ]
      : []),
    ...(isEncrypted && replaced('encryption_key_sid')
      ? [
          risky(
            'encryption-key',
            'Another key would encrypt. Only the holder of its private key can read what is made from then on',
            policy,
          ),
        ]
      : []),
    ...(isStored && changed.has('aws_storage_enabled')
      ? [
          risky(
            'storage-off',
            "External storage would be switched off. What is made from then on is stored in Twilio's cloud",
            policy,
          ),
        ]
      : []),
    ...(isStored && (replaced('aws_s3_url') || replaced('aws_credentials_sid'))
      ? [
          risky(
            'storage-location',
            'What is made from then on would be stored in another bucket, or with another AWS credential',
            policy,
          ),
        ]
      : []),
  ]
}

/**
 * https://www.twilio.com/docs/video/api/encrypted-recordings: what is encrypted, or stored elsewhere,
 * Twilio cannot read to compose it.
 */
function uncomposable(changes: readonly Change[], wouldBe: Current, policy: Policy): Guard[] {
  const isSealed = wouldBe.encryption_enabled === true || wouldBe.aws_storage_enabled === true
  const turnsOn = changes.some(
    ({ setting, desired }) =>
      (setting === 'encryption_enabled' || setting === 'aws_storage_enabled') && desired === true,
  )
  if (!isSealed || !(turnsOn || policy.resources.includes('composition-settings'))) return []
  return [
    risky(
      'recordings-uncomposable',
      'Twilio cannot compose recordings that are encrypted or stored in S3: with these recording settings, no new recording can be composed',
      policy,
    ),
  ]
}

function incoherences({ resource }: Target, wouldBe: Current): Guard[] {
  const media = resource === 'recording-settings' ? 'recording' : 'composition'
  const lacks = (name: SettingName): boolean => (wouldBe[name] ?? null) === null
  const incoherent = (missing: SettingName, effect: string): Guard =>
    refusing('incoherent', `${effect}, and every ${media} would fail. Set "${settings[missing].input}"`)
  return [
    ...(wouldBe.encryption_enabled === true && lacks('encryption_key_sid')
      ? [incoherent('encryption_key_sid', 'Encryption would be on without a key')]
      : []),
    ...(wouldBe.aws_storage_enabled === true && lacks('aws_s3_url')
      ? [incoherent('aws_s3_url', 'External storage would be on without a bucket URL')]
      : []),
    ...(wouldBe.aws_storage_enabled === true && lacks('aws_credentials_sid')
      ? [incoherent('aws_credentials_sid', 'External storage would be on without an AWS credential')]
      : []),
  ]
}

function risky(rule: Allowance, message: string, policy: Policy): Guard {
  return { rule, message, allowance: rule, isAllowed: policy.allowed.includes(rule) }
}

function refusing(rule: GuardRule, message: string): Guard {
  return { rule, message, allowance: null, isAllowed: false }
}
