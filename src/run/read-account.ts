import { type Change, diff } from '../settings/diff.ts'
import {
  credentialFindings,
  type CredentialPolicy,
  type Listing,
  type AccountCredentials,
} from '../settings/credentials.ts'
import { type ActionError, refusedRequest, ResponseError, toActionError } from '../shared/errors.ts'
import type { Finding } from '../settings/findings.ts'
import { idleFindings, requirementFindings } from '../settings/requirements.ts'
import { type Policy, settingsGuards } from '../settings/guards.ts'
import { type KeySource, resolveKey } from '../settings/key.ts'
import type { Observation, Outcome } from './outcome.ts'
import type { Effects, Reading } from './effects.ts'
import { type Desired, merged } from '../settings/settings.ts'
import { isSameAccount, type Resource, type Target } from '../settings/target.ts'

/** One account, and its desired settings. */
export type Task =
  | {
      readonly kind: 'ready'
      readonly accountSid: string
      readonly resources: readonly Resource[]
      /** The desired settings, but for the key. */
      readonly desired: Desired
      readonly key: KeySource
    }
  /** The reason why the account cannot be reached, if that is known beforehand. */
  | {
      readonly kind: 'unavailable'
      readonly accountSid: string
      readonly resources: readonly Resource[]
      readonly error: ActionError
    }

/**
 * What was found on a target, with what it takes to write it: the account's credentials, when they were
 * read at the earliest, and whether Twilio showed settings.
 */
export interface Observed {
  readonly status: 'observed'
  readonly observation: Observation
  readonly credentials: AccountCredentials
  readonly readAt: Date
  readonly isConfigured: boolean
}

/** How long to wait until a response that there are no settings is asked for once more, in milliseconds. */
const confirmAfter = 1_000

/**
 * Reads everything of one account at once, and compares each of its targets: gives what was observed, or
 * how the target ended. Never rejects.
 */
export async function readAccount(task: Task, policy: Policy, effects: Effects): Promise<(Observed | Outcome)[]> {
  const { accountSid, resources } = task
  const stop = task.kind === 'unavailable' ? task.error : effects.stopped()
  if (task.kind === 'unavailable' || stop !== null)
    return resources.map((resource) => failed({ accountSid, resource }, stop, []))
  const needsKeys = needsPublicKeys(task.key, policy.credentials)
  const needsAws = policy.credentials.verify
  const wanted = [...resources, ...(needsKeys ? ['public keys'] : []), ...(needsAws ? ['AWS credentials'] : [])]
  effects.log(`Reading from ${accountSid}: ${wanted.join(', ')}`)
  const port = effects.account(accountSid)
  const readAt = effects.now()
  const [publicKeys, awsCredentials, ...readings] = await Promise.allSettled([
    needsKeys ? port.publicKeys() : notAsked,
    needsAws ? port.awsCredentials() : notAsked,
    ...resources.map((resource) => readConfirmed({ accountSid, resource }, effects)),
  ] as const)
  const known = readings.flatMap((settled) => (settled.status === 'fulfilled' ? settled.value.reading : []))
  const inUse = known.flatMap(({ current }) => current.encryption_key_sid ?? [])
  return resources.map((resource, index) => {
    const target: Target = { accountSid, resource }
    const settled = readings[index]
    const requestIds = settled?.status === 'fulfilled' ? settled.value.requestIds : []
    try {
      const { reading } = valueOf(settled)
      const credentials = { publicKeys: valueOf(publicKeys), awsCredentials: valueOf(awsCredentials) }
      const named = [...accountsOf(reading, known), ...accountsIn(credentials)]
      const stranger = named.find((sid) => !isSameAccount(sid, accountSid))
      if (stranger !== undefined) return { status: 'wrong-account', target, answered: stranger, requestIds }
      // An API key reaches whatever account it belongs to.
      if (named.length === 0 && !port.isOwn) return { status: 'wrong-account', target, answered: null, requestIds }
      const { current, isConfigured } = reading
      const observation = observe({ target, task, current, credentials, inUse, requestIds }, policy, effects)
      const isToWrite = policy.mode === 'apply' && observation.changes.length > 0
      if (isToWrite && reading.isRedacted) throw new ResponseError(secretInside)
      return {
        status: 'observed',
        observation,
        credentials: isToWrite ? credentials : noCredentials,
        readAt,
        isConfigured,
      }
    } catch (thrown) {
      return failed(target, thrown, requestIds)
    }
  })
}

function failed(target: Target, thrown: unknown, requestIds: readonly string[]): Outcome {
  return {
    status: 'failed',
    target,
    error: toActionError(thrown),
    written: 'no',
    uploaded: { kind: 'no' },
    observation: null,
    requestIds: [...requestIds, ...refusedRequest(thrown)],
  }
}

/** Whether the public keys have to be listed: to prove that one exists, to tell its age, or to find it. */
export function needsPublicKeys(key: KeySource, { verify, maxKeyAgeDays }: CredentialPolicy): boolean {
  return verify || maxKeyAgeDays !== null || key.kind === 'name' || key.kind === 'public-key'
}

const secretInside =
  'The settings of the account have the secret of its credential in them. They would be written back without it, so nothing was written. Take it out in the Twilio Console, and renew the credential.'

/** Stands for the credentials of an account on which nothing is to be written: a fleet may have thousands. */
const noCredentials: AccountCredentials = { publicKeys: { kind: 'not-asked' }, awsCredentials: { kind: 'not-asked' } }

const notAsked: Promise<Listing> = Promise.resolve({ kind: 'not-asked' })

function valueOf<T>(settled: PromiseSettledResult<T> | undefined): T {
  if (settled?.status === 'fulfilled') return settled.value
  throw settled?.reason
}

/**
 * Reads the settings of a target. That there are none is what Twilio may also answer for a moment, so it
 * counts only if it answers so once more, a pause later.
 */
async function readConfirmed(
  { accountSid, resource }: Target,
  effects: Effects,
): Promise<{ readonly reading: Reading; readonly requestIds: readonly string[] }> {
  const port = effects.account(accountSid).settings(resource)
  const first = await port.read()
  if (first.isConfigured) return { reading: first, requestIds: idsOf(first) }
  effects.log(`Twilio answers that ${accountSid} has no ${resource}; reading again in ${confirmAfter / 1000} s`)
  await effects.wait(confirmAfter)
  const second = await port.read()
  return { reading: second, requestIds: [...idsOf(first), ...idsOf(second)] }
}

function idsOf({ requestId }: Reading): string[] {
  return requestId === null ? [] : [requestId]
}

/**
 * The accounts that a response about settings names, `null` where it should name one. One that there are
 * none names no account: then that of the other resource does.
 */
function accountsOf(reading: Reading, all: readonly Reading[]): (string | null)[] {
  return (reading.isConfigured ? [reading] : all)
    .filter(({ isConfigured }) => isConfigured)
    .map(({ accountSid }) => accountSid)
}

/** The accounts that the listed credentials say they belong to. */
function accountsIn({ publicKeys, awsCredentials }: AccountCredentials): (string | null)[] {
  return [publicKeys, awsCredentials].flatMap((listing) =>
    listing.kind === 'listed' ? listing.credentials.map(({ accountSid }) => accountSid) : [],
  )
}

/** Compares what was read of one target. `inUse` are the keys that any settings of the account name. */
function observe(
  {
    task,
    credentials,
    inUse,
    ...seen
  }: Pick<Observation, 'target' | 'current' | 'requestIds'> & {
    readonly task: Extract<Task, { readonly kind: 'ready' }>
    readonly credentials: AccountCredentials
    readonly inUse: readonly string[]
  },
  policy: Policy,
  effects: Effects,
): Observation {
  const { target, current } = seen
  const key = resolveKey(task.key, credentials.publicKeys, inUse)
  const desired: Desired =
    key.desired === undefined ? task.desired : { ...task.desired, encryption_key_sid: key.desired }
  const changes = diff(desired, current)
  effects.log(differences(target, changes, Object.keys(desired).length))
  const wouldBe = merged(desired, current)
  // A key that is yet to be uploaded has no SID to look for, and no age.
  const isNew = key.upload !== null
  const lasting = credentialFindings(
    isNew ? { ...wouldBe, encryption_key_sid: null } : wouldBe,
    changes.map(({ setting }) => setting),
    credentials,
    isNew ? { ...policy.credentials, maxKeyAgeDays: null } : policy.credentials,
    effects.now(),
  )
  const findings = [
    ...requirementFindings(desired, current, policy.requirements),
    ...credentialFindings(current, null, credentials, policy.credentials, effects.now()),
    ...lasting,
    ...idleFindings(desired, wouldBe, policy.credentials),
    ...key.findings,
  ]
  return {
    ...seen,
    desired,
    changes,
    upload: key.upload,
    findings: unique(findings),
    media: null,
    guards: settingsGuards({ target, desired, current, changes }, lasting, policy),
  }
}

function differences({ resource }: Target, changes: readonly Change[], managed: number): string {
  if (managed === 0) return `${resource}: nothing is managed, only the policies are checked`
  if (changes.length === 0)
    return `${resource}: ${managed === 1 ? 'the managed setting matches' : `all ${managed} managed settings match`}`
  const differ = managed === 1 ? '1 managed setting differs' : `${managed} managed settings differ`
  return `${resource}: ${changes.length} of ${differ} (${changes.map(({ setting }) => setting).join(', ')})`
}

/** Findings without those that say the same as one before them. */
export function unique(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ message }, index) => findings.findIndex((other) => other.message === message) === index)
}
