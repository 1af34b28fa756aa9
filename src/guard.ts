import type { Change } from './diff.ts'
import { type Current, type Desired, layOver, type SettingName, settings } from './settings.ts'

/** The modes: fail on a difference, show it, or write it. */
export const modes = ['check', 'plan', 'apply'] as const
export type Mode = (typeof modes)[number]

/** A word of the input `require`: what settings may never fall below. */
export const floors = ['encryption', 'external-storage'] as const
export type Floor = (typeof floors)[number]

/** A word of the input `allow-risky-changes`. */
export const allowances = ['encryption-off', 'encryption-key', 'storage-off', 'storage-location', 'apply-from-pull-request'] as const
export type Allowance = (typeof allowances)[number]

/** A rule that a guard watches. The rules that can be allowed have the name of their allowance. */
export type GuardRule = Allowance | 'incoherent' | 'below-floor' | 'expected-plan'

/** Something that must not be written, unless it `isAllowed`. `allowance` is the word that allows it, if there is one. */
export interface Guard {
  readonly rule: GuardRule
  readonly message: string
  readonly allowance: Allowance | null
  readonly isAllowed: boolean
}

/** A policy that is not met, by what the workflow desires or by what the live account has. */
export interface Finding {
  readonly rule: `floor-${Floor}`
  readonly subject: 'desired' | 'live'
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** What the guards know beside the settings themselves. */
export interface Policy {
  readonly mode: Mode
  readonly floor: readonly Floor[]
  readonly allowed: readonly Allowance[]
  readonly expectedPlan: string | null
  /** Whether a pull request triggered the run. */
  readonly isPullRequest: boolean
}

interface Compared {
  readonly desired: Desired
  readonly current: Current
  readonly changes: readonly Change[]
}

/** The guards that the changes of one target touch, those that are allowed included. */
export function settingsGuards({ desired, current, changes }: Compared, policy: Policy): Guard[] {
  const belowFloor = changes.length === 0 ? [] : desiredFindings(desired, policy.floor).map(({ message }) => refusing('below-floor', message))
  return [...riskyChanges(changes, current, policy), ...incoherences(layOver(desired, current)), ...belowFloor]
}

/** The guards of the run as a whole. `plan` is the id of the plan at hand, `null` if not every target could be read. */
export function runGuards(plan: string | null, policy: Policy): Guard[] {
  const { mode, isPullRequest, expectedPlan } = policy
  return [
    ...(mode === 'apply' && isPullRequest
      ? [risky('apply-from-pull-request', 'A pull request triggered this run, so code that nobody has reviewed could change the account. Use plan on pull requests, and apply after the merge', policy)]
      : []),
    ...(expectedPlan !== null && expectedPlan !== plan
      ? [refusing('expected-plan', `The plan is not the one that was reviewed: its plan-id is ${plan ?? 'not known'}, expected-plan is ${expectedPlan}. The inputs or the account changed in between. Review a new plan`)]
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
      ? [risky('encryption-off', 'Encryption would be switched off. What is made from then on stays unencrypted for good', policy)]
      : []),
    ...(isEncrypted && replaced('encryption_key_sid')
      ? [risky('encryption-key', 'Another key would encrypt. Only the holder of its private key can read what is made from then on', policy)]
      : []),
    ...(isStored && changed.has('aws_storage_enabled')
      ? [risky('storage-off', 'External storage would be switched off. What is made from then on is stored in Twilio\'s cloud', policy)]
      : []),
    ...(isStored && (replaced('aws_s3_url') || replaced('aws_credentials_sid'))
      ? [risky('storage-location', 'What is made from then on would be stored in another bucket, or with another AWS credential', policy)]
      : []),
  ]
}

function incoherences(wouldBe: Current): Guard[] {
  const lacks = (name: SettingName): boolean => (wouldBe[name] ?? null) === null
  const incoherent = (missing: SettingName, effect: string): Guard => refusing('incoherent', `${effect}. Set "${settings[missing].input}"`)
  return [
    ...(wouldBe.encryption_enabled === true && lacks('encryption_key_sid') ? [incoherent('encryption_key_sid', 'Encryption would be on without a key, and every composition would fail')] : []),
    ...(wouldBe.aws_storage_enabled === true && lacks('aws_s3_url') ? [incoherent('aws_s3_url', 'External storage would be on without a bucket URL')] : []),
    ...(wouldBe.aws_storage_enabled === true && lacks('aws_credentials_sid') ? [incoherent('aws_credentials_sid', 'External storage would be on without an AWS credential')] : []),
  ]
}

/** The policies that the desired settings, or those of the live account, do not meet. */
export function findings(desired: Desired, live: Current, floor: readonly Floor[]): Finding[] {
  return [...desiredFindings(desired, floor), ...liveFindings(live, floor)]
}

/** What the workflow itself asks for that is below the floor: known without asking Twilio. */
export function desiredFindings(desired: Desired, floor: readonly Floor[]): Finding[] {
  const below = (rule: Floor, input: string, what: string): Finding => ({
    rule: `floor-${rule}`,
    subject: 'desired',
    severity: 'error',
    message: `The workflow asks for ${what} ("${input}: false"), and "require" demands it. Change one of the two`,
  })
  return [
    ...(floor.includes('encryption') && desired.encryption_enabled === false ? [below('encryption', 'encryption-enabled', 'no encryption')] : []),
    ...(floor.includes('external-storage') && desired.aws_storage_enabled === false ? [below('external-storage', 'aws-storage-enabled', 'no external storage')] : []),
  ]
}

/** Where the live account is below the floor. A switch without what it needs to work counts as off. */
function liveFindings(current: Current, floor: readonly Floor[]): Finding[] {
  const below = (rule: Floor, message: string): Finding => ({ rule: `floor-${rule}`, subject: 'live', severity: 'error', message })
  return [
    ...(floor.includes('encryption') ? unmet(current, 'encryption_enabled', ['encryption_key_sid'], 'encryption').map((message) => below('encryption', message)) : []),
    ...(floor.includes('external-storage')
      ? unmet(current, 'aws_storage_enabled', ['aws_s3_url', 'aws_credentials_sid'], 'external storage').map((message) => below('external-storage', message))
      : []),
  ]
}

function unmet(current: Current, aSwitch: 'encryption_enabled' | 'aws_storage_enabled', needs: readonly SettingName[], what: string): string[] {
  if (current[aSwitch] !== true) {
    const state = current[aSwitch] === false ? 'off' : 'not on, and not available or never configured'
    return [`On the live account ${what} is ${state}, and "require" demands it. Set "${settings[aSwitch].input}: true" and apply`]
  }
  return needs
    .filter((name) => (current[name] ?? null) === null)
    .map((name) => `On the live account ${what} is on, but ${name} is blank, so it cannot work. Set "${settings[name].input}" and apply`)
}

function risky(rule: Allowance, message: string, policy: Policy): Guard {
  return { rule, message, allowance: rule, isAllowed: policy.allowed.includes(rule) }
}

function refusing(rule: GuardRule, message: string): Guard {
  return { rule, message, allowance: null, isAllowed: false }
}
