import { abbreviate } from '../shared/text.ts'
import { type Change, diff, changedBetween } from '../settings/diff.ts'
import {
  credentialFindings,
  type Listing,
  type StoredCredential,
  type AccountCredentials,
} from '../settings/credentials.ts'
import { AlreadyThere, assertOnlyOurs, assertUnchanged, type PlannedWrite } from './conflict.ts'
import { didNothing, isLost, refusedRequest, ResponseError, toActionError } from '../shared/errors.ts'
import type { Finding } from '../settings/findings.ts'
import { requirementFindings } from '../settings/requirements.ts'
import type { Policy } from '../settings/guards.ts'
import { duplicates, credentialsWith } from '../settings/key.ts'
import { unique } from './read-account.ts'
import type { Observation, Outcome } from './outcome.ts'
import type { Effects, Reading } from './effects.ts'
import { type Current, type Desired, isSame, merged, settingNames } from '../settings/settings.ts'
import { defaultNames, isSameAccount, type Target } from '../settings/target.ts'

/** The pauses between the reads that wait for a write to show, in milliseconds: about 5 s in all. */
const verifyPauses = [250, 500, 1000, 1500, 2000] as const

/**
 * How long a reading counts as what the account has, in milliseconds: in a fleet minutes may lie between
 * reading and writing.
 */
const freshFor = 5_000

/** A write whose answer was lost is sent at most so often. */
const mostWrites = 2

/** What is written to one target. `uploaded` is the key that was uploaded for it in this run. */
export interface Writing {
  readonly observation: Observation
  readonly credentials: AccountCredentials
  readonly readAt: Date
  readonly uploaded: StoredCredential | null
}

/** How far a write has come: what a cancelled run must be able to tell. */
interface Progress {
  written: 'no' | 'yes' | 'unknown'
  readonly requestIds: string[]
}

/** Writes what differs on one target, reads it back and compares again. Never rejects. */
export async function writeAndVerify(
  { observation, credentials, readAt, uploaded }: Writing,
  policy: Policy,
  effects: Effects,
): Promise<Outcome> {
  const { target, current } = observation
  const desired: Desired =
    uploaded === null ? observation.desired : { ...observation.desired, encryption_key_sid: uploaded.sid }
  const progress: Progress = { written: 'no', requestIds: [...observation.requestIds] }
  const sent: Current = {
    ...merged(desired, current),
    friendly_name: desired.friendly_name ?? current.friendly_name ?? defaultNames[target.resource],
  }
  const planned: PlannedWrite = { target, desired, sent, seen: current }
  try {
    assertText(sent)
    const verified = await writeUntilThere(planned, readAt, progress, effects).catch(alreadyThere)
    const { after, remaining, publicKeys, findings } = await acceptEqualKey(
      verified,
      observation,
      credentials.publicKeys,
      effects,
    )
    const overwritten = changedBetween(sent, after).filter((name) => desired[name] === undefined)
    const standing = unique([
      ...requirementFindings(desired, after, policy.requirements),
      ...credentialFindings(after, { ...credentials, publicKeys }, policy.credentials, effects.now()),
      ...findings,
    ])
    if (progress.written === 'no')
      return {
        status: 'compared',
        ...observation,
        current: after,
        changes: [],
        guards: [],
        findings: standing,
        requestIds: progress.requestIds,
      }
    return {
      status: 'written',
      ...observation,
      desired,
      requestIds: progress.requestIds,
      uploaded: uploaded?.sid ?? null,
      findings: standing,
      after,
      remaining,
      overwritten,
    }
  } catch (thrown) {
    return {
      status: 'failed',
      target,
      error: toActionError(thrown),
      written: progress.written,
      uploaded: uploaded === null ? { kind: 'no' } : { kind: 'yes', sid: uploaded.sid },
      observation,
      requestIds: [...progress.requestIds, ...refusedRequest(thrown)],
    }
  }
}

/**
 * Half of a surrogate pair cannot be sent: it would arrive as another character, and so change a setting
 * that nobody manages.
 */
function assertText(sent: Current): void {
  const broken = settingNames.filter((name) => !String(sent[name]).isWellFormed())
  if (broken.length > 0)
    throw new ResponseError(
      `The account has characters in ${broken.join(', ')} that cannot be sent back as they are.`,
      { advice: 'Correct them in the Twilio Console, or set a value of your own.' },
    )
}

interface Verified {
  readonly after: Current
  readonly remaining: readonly Change[]
}

/** What is there without a write of this run, if that is what was thrown. */
function alreadyThere(thrown: unknown): Verified {
  if (thrown instanceof AlreadyThere) return { after: thrown.current, remaining: [] }
  throw thrown
}

async function writeUntilThere(
  planned: PlannedWrite,
  readAt: Date,
  progress: Progress,
  effects: Effects,
): Promise<Verified> {
  const { target } = planned
  if (Math.abs(effects.now().getTime() - readAt.getTime()) > freshFor) {
    effects.log(`Reading the ${target.resource} of ${target.accountSid} again before they are written`)
    assertUnchanged(planned, await settingsOf(target, effects).read(), progress.requestIds)
  }
  for (let attempt = 1; ; attempt++) {
    const lost = await write(planned, progress, effects)
    const verified = await readBack(planned, progress, effects)
    if (lost === null || verified.remaining.length === 0) return verified
    if (attempt === mostWrites) throw lost
    assertOnlyOurs(planned, verified.after)
    effects.log('The write is not there, so it is sent again')
  }
}

/**
 * Writes once. Returns the error after which nobody knows whether Twilio wrote; rejects when it surely
 * did not.
 */
async function write(planned: PlannedWrite, progress: Progress, effects: Effects): Promise<Error | null> {
  const { target, sent } = planned
  const before = progress.written
  effects.log(`Writing the ${target.resource} of ${target.accountSid}`)
  progress.written = 'unknown'
  // Twilio did nothing of a write that is to be sent again.
  const lookAgain = (reading: Reading): void => {
    progress.written = before
    assertUnchanged(planned, reading, progress.requestIds)
    progress.written = 'unknown'
  }
  let reading: Reading
  try {
    reading = await settingsOf(target, effects).write(sent, lookAgain)
  } catch (thrown) {
    if (isLost(thrown)) {
      effects.log('The answer to the write was lost; reading back whether it took')
      return thrown
    }
    if (didNothing(thrown)) progress.written = before
    throw thrown
  }
  progress.written = 'yes'
  // An answer of another account is not a lost one: sending the write again could only do more harm.
  note(target, reading, progress)
  return null
}

async function readBack({ target, desired }: PlannedWrite, progress: Progress, effects: Effects): Promise<Verified> {
  for (let attempt = 0; ; attempt++) {
    effects.log(`Reading back the ${target.resource} of ${target.accountSid}`)
    const reading = await settingsOf(target, effects).read()
    const after = note(target, reading, progress).current
    const remaining = diff(desired, after)
    const pause = verifyPauses[attempt]
    if (remaining.length === 0 || pause === undefined) return { after, remaining }
    effects.log(
      `Not there yet: ${remaining.map(({ setting }) => setting).join(', ')}; reading again in ${pause / 1000} s`,
    )
    await effects.wait(pause)
  }
}

interface AcceptedKey extends Verified {
  readonly publicKeys: Listing
  readonly findings: readonly Finding[]
}

/**
 * Two runs that upload one key at once make two equal credentials, and the settings may name either. So
 * the keys are listed again, if they can be: the settings are verified without.
 */
async function acceptEqualKey(
  verified: Verified,
  { target, upload, findings }: Observation,
  before: Listing,
  effects: Effects,
): Promise<AcceptedKey> {
  if (upload === null)
    return { ...verified, publicKeys: before, findings: findings.filter(({ rule }) => rule === 'key-duplicate') }
  const publicKeys = await effects
    .account(target.accountSid)
    .publicKeys()
    .catch((thrown: unknown): Listing => ({ kind: 'hidden', reason: toActionError(thrown).message }))
  const equal = publicKeys.kind === 'listed' ? credentialsWith(upload.key, publicKeys.credentials) : []
  const isEqual = equal.some(
    ({ sid }) =>
      verified.after.encryption_key_sid != null && isSame('encryption_key_sid', sid, verified.after.encryption_key_sid),
  )
  const remaining = isEqual
    ? verified.remaining.filter(({ setting }) => setting !== 'encryption_key_sid')
    : verified.remaining
  return { after: verified.after, remaining, publicKeys, findings: duplicates(upload.key, equal) }
}

function settingsOf(
  { accountSid, resource }: Target,
  effects: Effects,
): ReturnType<ReturnType<Effects['account']>['settings']> {
  return effects.account(accountSid).settings(resource)
}

function note(target: Target, reading: Reading, progress: Progress): Reading {
  if (reading.requestId !== null) progress.requestIds.push(reading.requestId)
  if (!reading.isConfigured || isSameAccount(reading.accountSid, target.accountSid)) return reading
  throw new ResponseError(
    `The account ${abbreviate(reading.accountSid ?? '(none)')} answered to a write for ${target.accountSid}. Check by hand which account has the new settings.`,
  )
}
