import { type Change, diff } from '../settings/diff.ts'
import {
  credentialFindings,
  type CredentialPolicy,
  type Listing,
  type AccountCredentials,
} from '../settings/credentials.ts'
import { type ActionError, refusedRequest, ResponseError, toActionError } from '../shared/errors.ts'
import type { Finding } from '../settings/findings.ts'
import { requirementFindings } from '../settings/requirements.ts'
import { type Policy, settingsGuards } from '../settings/guards.ts'
import { type KeySource, resolveKey } from '../settings/key.ts'
import type { Observation, Outcome } from './outcome.ts'
import type { Effects, Reading } from './effects.ts'
import { type Current, type Desired, merged } from '../settings/settings.ts'
import { isSameAccount, type Resource, type Target } from '../settings/target.ts'

/** One account, and what is desired of it. */
export type Task =
  | {
      readonly kind: 'ready'
      readonly accountSid: string
      readonly resources: readonly Resource[]
      /** The desired settings, but for the key. */
      readonly desired: Desired
      readonly key: KeySource
    }
  /** It is known beforehand that the account cannot be reached, and why. */
  | {
      readonly kind: 'unavailable'
      readonly accountSid: string
      readonly resources: readonly Resource[]
      readonly error: ActionError
    }

type ReadyTask = Extract<Task, { readonly kind: 'ready' }>

/** What was found on a target, and not before when. */
export interface Observed {
  readonly kind: 'observed'
  readonly observation: Observation
  readonly credentials: AccountCredentials
  readonly readAt: Date
}

/** What reading one target gave: an observation, and the account's credentials, or the end of it. */
export type AccountReading = Observed | { readonly kind: 'ended'; readonly outcome: Outcome }

/** Reads everything of one account at once, and compares each of its targets. Never rejects. */
export async function readAccount(task: Task, policy: Policy, effects: Effects): Promise<AccountReading[]> {
  const { accountSid, resources } = task
  const failed = (resource: Resource, thrown: unknown, requestIds: readonly string[]): AccountReading => ({
    kind: 'ended',
    outcome: {
      status: 'failed',
      target: { accountSid, resource },
      error: toActionError(thrown),
      written: 'no',
      uploaded: { kind: 'no' },
      observation: null,
      requestIds: [...requestIds, ...refusedRequest(thrown)],
    },
  })
  const stop = task.kind === 'unavailable' ? task.error : effects.stopped()
  if (task.kind === 'unavailable' || stop !== null) return resources.map((resource) => failed(resource, stop, []))
  const needsKeys = needsPublicKeys(task.key, policy.credentials)
  const needsAws = policy.credentials.verify
  const wanted = [...resources, ...(needsKeys ? ['public keys'] : []), ...(needsAws ? ['AWS credentials'] : [])]
  effects.log(`Reading from ${accountSid}: ${wanted.join(', ')}`)
  const port = effects.account(accountSid)
  const readAt = effects.now()
  const [publicKeys, awsCredentials, ...readings] = await Promise.allSettled([
    needsKeys ? port.publicKeys() : notAsked,
    needsAws ? port.awsCredentials() : notAsked,
    ...resources.map((resource) => port.settings(resource).read()),
  ] as const)
  const inUse = readings.flatMap((reading) =>
    reading.status === 'fulfilled' ? (reading.value.current.encryption_key_sid ?? []) : [],
  )
  return resources.map((resource, index): AccountReading => {
    const target: Target = { accountSid, resource }
    const requestIds: string[] = []
    try {
      const reading = valueOf(readings[index])
      if (reading.requestId !== null) requestIds.push(reading.requestId)
      const credentials: AccountCredentials = {
        publicKeys: valueOf(publicKeys),
        awsCredentials: valueOf(awsCredentials),
      }
      const stranger = strangerIn(accountSid, reading, credentials)
      if (stranger !== null)
        return { kind: 'ended', outcome: { status: 'wrong-account', target, answered: stranger.sid, requestIds } }
      const { current } = reading
      const isProven = port.isOwn || reading.isConfigured || accountsIn(credentials).length > 0
      const observation = observe({ target, task, current, credentials, inUse, isProven, requestIds }, policy, effects)
      if (policy.mode === 'apply' && observation.changes.length > 0 && reading.isRedacted)
        throw new ResponseError(secretInside)
      return {
        kind: 'observed',
        observation,
        credentials: policy.mode === 'apply' && observation.changes.length > 0 ? credentials : noCredentials,
        readAt,
      }
    } catch (thrown) {
      return failed(resource, thrown, requestIds)
    }
  })
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

/** An account that answered though it is not the declared one; `null` if there is none. */
function strangerIn(
  accountSid: string,
  reading: Reading,
  credentials: AccountCredentials,
): { readonly sid: string | null } | null {
  const sids = [...(reading.isConfigured ? [reading.accountSid] : []), ...accountsIn(credentials)]
  const stranger = sids.find((sid) => !isSameAccount(sid, accountSid))
  return stranger === undefined ? null : { sid: stranger }
}

/** The accounts that the listed credentials say they belong to. */
function accountsIn({ publicKeys, awsCredentials }: AccountCredentials): (string | null)[] {
  return [publicKeys, awsCredentials].flatMap((listing) =>
    listing.kind === 'listed' ? listing.credentials.map(({ accountSid }) => accountSid) : [],
  )
}

/** What was read of one target. */
interface Seen {
  readonly target: Target
  readonly task: ReadyTask
  readonly current: Current
  readonly credentials: AccountCredentials
  /** The SIDs of the keys that any settings of the account name. */
  readonly inUse: readonly string[]
  readonly isProven: boolean
  readonly requestIds: readonly string[]
}

function observe(
  { target, task, current, credentials, inUse, isProven, requestIds }: Seen,
  policy: Policy,
  effects: Effects,
): Observation {
  const key = resolveKey(task.key, credentials.publicKeys, inUse)
  const desired: Desired =
    key.desired === undefined ? task.desired : { ...task.desired, encryption_key_sid: key.desired }
  const changes = diff(desired, current)
  effects.log(differences(target, changes, Object.keys(desired).length))
  // A key that is yet to be uploaded has no SID to look for.
  const lasting = credentialFindings(
    { ...merged(desired, current), ...(key.upload === null ? {} : { encryption_key_sid: null }) },
    credentials,
    policy.credentials,
    effects.now(),
  )
  const findings = [
    ...requirementFindings(desired, current, policy.requirements),
    ...credentialFindings(current, credentials, policy.credentials, effects.now()),
    ...lasting,
    ...key.findings,
  ]
  return {
    target,
    desired,
    current,
    changes,
    upload: key.upload,
    findings: unique(findings),
    requestIds,
    guards: settingsGuards({ target, desired, current, changes, isProven, credentialFindings: lasting }, policy),
  }
}

function differences({ resource }: Target, changes: readonly Change[], managed: number): string {
  if (managed === 0) return `${resource}: nothing is managed, only the policies are checked`
  if (changes.length === 0)
    return `${resource}: ${managed === 1 ? 'the managed setting matches' : `all ${managed} managed settings match`}`
  const differ = managed === 1 ? '1 managed setting differs' : `${managed} managed settings differ`
  return `${resource}: ${changes.length} of ${differ} (${changes.map(({ setting }) => setting).join(', ')})`
}

/** Findings without those that say the same. */
export function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()]
}
