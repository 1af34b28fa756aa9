import type { CredentialPolicy } from './credentials.ts'
import type { Change, Comparison } from './diff.ts'
import { type Finding, isUnusable } from './findings.ts'
import { desiredFindings, type Requirement } from './requirements.ts'
import type { Resource, Target } from './target.ts'
import { missingParts, type Part } from './switches.ts'
import { type Current, merged, type SettingName, settings } from './settings.ts'

/** The modes: fail on a difference, show it, or write it. */
export const modes = ['check', 'plan', 'apply'] as const
export type Mode = (typeof modes)[number]

/** The texts of each rule: its `title`, a few words on the refusal, and its `risk`, if it can be allowed. */
export const guardRules = {
  'encryption-off': {
    title: 'encryption would be switched off',
    risk: 'Encryption would be switched off. What is made from then on stays unencrypted for good',
  },
  'encryption-key': {
    title: 'another key would encrypt',
    risk: 'Another key would encrypt. Only the holder of its private key can read what is made from then on',
  },
  'storage-off': {
    title: 'external storage would be switched off',
    risk: "External storage would be switched off. What is made from then on is stored in Twilio's cloud",
  },
  'storage-location': {
    title: 'media would be stored elsewhere',
    risk: 'What is made from then on would be stored in another bucket, or with another AWS credential',
  },
  'recordings-uncomposable': {
    title: 'recordings could not be composed',
    risk: 'Twilio cannot compose recordings that are encrypted or stored in S3: with these recording settings, no new recording can be composed',
  },
  'apply-from-pull-request': {
    title: 'a pull request may not apply',
    risk: 'A pull request or a merge queue triggered this run, so code that is not merged could change the account. Use plan there, and apply after the merge',
  },
  incoherent: { title: 'the settings would not work together' },
  'below-floor': { title: 'the desired settings are below what is required' },
  'missing-credential': { title: 'a credential is missing or of the wrong kind' },
  'expected-plan': { title: 'the plan is not the reviewed one' },
} as const satisfies Record<string, { readonly title: string; readonly risk?: string }>

/** A rule that can be allowed, by its own name: a word of the input `allow-risky-changes`. */
export type Allowance = {
  [R in Guard['rule']]: (typeof guardRules)[R] extends { readonly risk: string } ? R : never
}[Guard['rule']]

/** The words of the input `allow-risky-changes`. */
export const allowances = (Object.keys(guardRules) as Guard['rule'][]).filter(
  (rule): rule is Allowance => 'risk' in guardRules[rule],
)

/**
 * Something that must not be written, unless it `isAllowed`. `allowance` is the word that allows it, if
 * there is one.
 */
export interface Guard {
  readonly rule: keyof typeof guardRules
  readonly message: string
  readonly allowance: Allowance | null
  readonly isAllowed: boolean
}

/** Everything that the guards know beside the settings themselves. */
export interface Policy {
  readonly mode: Mode
  /** Whether the workflow asks for nothing, and wants to see what is there. */
  readonly isRead: boolean
  readonly requirements: readonly Requirement[]
  readonly allowed: readonly Allowance[]
  readonly expectedPlan: string | null
  /** The resources that the run covers, of every account. */
  readonly resources: readonly Resource[]
  readonly credentials: CredentialPolicy
  /** The span, in hours, in which media was made that is looked at; `null` if none is. */
  readonly mediaHours: number | null
  /** Whether a pull request or a merge queue triggered the run. */
  readonly isPullRequest: boolean
}

/**
 * The guards that one target touches, those that are allowed included. `credentialFindings` are those on the
 * credentials that the account would have afterwards.
 */
export function settingsGuards(
  { target, desired, current, changes }: Comparison,
  credentialFindings: readonly Finding[],
  policy: Policy,
): Guard[] {
  const wouldBe = merged(desired, current)
  const belowRequirement = changes.length === 0 ? [] : desiredFindings(desired, policy.requirements)
  return [
    ...riskyChanges(changes, current, policy),
    ...(target.resource === 'recording-settings' ? uncomposable(changes, wouldBe, policy) : []),
    ...incoherences(target, wouldBe),
    ...belowRequirement.map(({ message }) => refusing('below-floor', message)),
    ...credentialFindings.filter(isUnusable).map(({ message }) => refusing('missing-credential', message)),
  ]
}

/**
 * The guards of the run as a whole. `plan` is the id of the plan at hand, `null` if not every target
 * could be read.
 */
export function runGuards(plan: string | null, policy: Policy): Guard[] {
  const { mode, isPullRequest, expectedPlan } = policy
  return [
    ...(mode === 'apply' && isPullRequest ? [risky('apply-from-pull-request', policy)] : []),
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

/** Whether any guard refuses the write. */
export function isRefused(all: readonly Guard[]): boolean {
  return all.some((guard) => !guard.isAllowed)
}

function riskyChanges(changes: readonly Change[], current: Current, policy: Policy): Guard[] {
  const changed = new Set(changes.map(({ setting }) => setting))
  const replaced = (name: SettingName): boolean => changed.has(name) && (current[name] ?? null) !== null
  const isEncrypted = current.encryption_enabled === true
  const isStored = current.aws_storage_enabled === true
  return [
    ...(isEncrypted && changed.has('encryption_enabled') ? [risky('encryption-off', policy)] : []),
    ...(isEncrypted && replaced('encryption_key_sid') ? [risky('encryption-key', policy)] : []),
    ...(isStored && changed.has('aws_storage_enabled') ? [risky('storage-off', policy)] : []),
    ...(isStored && (replaced('aws_s3_url') || replaced('aws_credentials_sid'))
      ? [risky('storage-location', policy)]
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
  return [risky('recordings-uncomposable', policy)]
}

function incoherences({ resource }: Target, wouldBe: Current): Guard[] {
  const media = resource === 'recording-settings' ? 'recording' : 'composition'
  return missingParts(wouldBe).map(({ part }) =>
    refusing('incoherent', `${incoherent[part]}, and every ${media} would fail. Set "${settings[part].input}"`),
  )
}

const incoherent: Readonly<Record<Part, string>> = {
  encryption_key_sid: 'Encryption would be on without a key',
  aws_s3_url: 'External storage would be on without a bucket URL',
  aws_credentials_sid: 'External storage would be on without an AWS credential',
}

function risky(rule: Allowance, policy: Policy): Guard {
  return { rule, message: guardRules[rule].risk, allowance: rule, isAllowed: policy.allowed.includes(rule) }
}

function refusing(rule: Exclude<Guard['rule'], Allowance>, message: string): Guard {
  return { rule, message, allowance: null, isAllowed: false }
}
