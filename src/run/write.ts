import { abbreviate } from '../shared/text.ts'
import { diff, changedBetween } from '../settings/diff.ts'
import { type AccountCredentials, credentialFindings, type StoredCredential } from '../settings/credentials.ts'
import { assertOnlyOurs, goneFacts, isStillNeeded, type PlannedWrite } from './conflict.ts'
import { didNothing, isLost, refusedRequest, ResponseError, toActionError } from '../shared/errors.ts'
import type { Finding } from '../settings/findings.ts'
import { idleFindings, requirementFindings } from '../settings/requirements.ts'
import type { Policy } from '../settings/guards.ts'
import { equalKeys } from './equal-keys.ts'
import { readUntilThere } from './patience.ts'
import { type Observed, unique } from './read-account.ts'
import type { Outcome } from './outcome.ts'
import type { Effects, Reading, SettingsPort } from './effects.ts'
import { type Current, type Desired, merged, type SettingName, settingNames } from '../settings/settings.ts'
import { defaultNames, isSameAccount, type Target } from '../settings/target.ts'

/**
 * The time for which a reading is fresh enough to write, in milliseconds: in a fleet, minutes may pass
 * between reading and writing.
 */
const freshFor = 5_000

/** The maximum number of times that a write is sent if its response is lost. */
const mostWrites = 2

/** The progress of a write, which a cancelled run must be able to report. */
interface Progress {
  written: 'no' | 'yes' | 'unknown'
  /** Whether Twilio has shown settings of the target: then it has some, whatever it answers later. */
  wasShown: boolean
  readonly requestIds: string[]
}

/**
 * Writes what differs on one target, reads it back and compares again. `uploaded` is the key that was
 * uploaded for it in this run. Never rejects.
 */
export async function writeAndVerify(
  { observation, credentials, readAt, isConfigured }: Observed,
  uploaded: StoredCredential | null,
  policy: Policy,
  effects: Effects,
): Promise<Outcome> {
  const { target, current } = observation
  const desired: Desired =
    uploaded === null ? observation.desired : { ...observation.desired, encryption_key_sid: uploaded.sid }
  const progress: Progress = { written: 'no', wasShown: isConfigured, requestIds: [...observation.requestIds] }
  const { requestIds } = progress
  const sent: Current = {
    ...merged(desired, current),
    friendly_name: desired.friendly_name ?? current.friendly_name ?? defaultNames[target.resource],
  }
  try {
    assertText(sent)
    const planned = { target, desired, sent, seen: current, wasConfigured: isConfigured }
    const after = await writeUntilThere(planned, readAt, progress, effects)
    const { publicKeys, hasEqualKey, keyFindings } = await equalKeys(
      after,
      observation,
      credentials.publicKeys,
      uploaded,
      effects,
    )
    const found = { ...credentials, publicKeys }
    const findings = unique([...findingsAfter(desired, after, found, policy, effects.now()), ...keyFindings])
    if (progress.written === 'no')
      return { status: 'compared', ...observation, current: after, changes: [], guards: [], findings, requestIds }
    return {
      status: 'written',
      ...observation,
      desired,
      requestIds,
      uploaded: uploaded?.sid ?? null,
      findings,
      after,
      remaining: diff(desired, after).filter(({ setting }) => !(hasEqualKey && setting === 'encryption_key_sid')),
      overwritten: overwrittenBy({ desired, sent, seen: current }, after),
    }
  } catch (thrown) {
    return {
      status: 'failed',
      target,
      error: toActionError(thrown),
      written: progress.written,
      uploaded: uploaded === null ? { kind: 'no' } : { kind: 'yes', sid: uploaded.sid },
      observation,
      requestIds: [...requestIds, ...refusedRequest(thrown)],
    }
  }
}

/** What is wrong with the settings that were read back. */
function findingsAfter(
  desired: Desired,
  after: Current,
  credentials: AccountCredentials,
  policy: Policy,
  now: Date,
): Finding[] {
  return [
    ...requirementFindings(desired, after, policy.requirements),
    ...credentialFindings(after, null, credentials, policy.credentials, now),
    ...idleFindings(desired, after, policy.credentials),
  ]
}

/**
 * The unmanaged settings that somebody else changed in the meantime: they are neither as they were sent nor
 * as they were before, which they stay if the write does not take.
 */
function overwrittenBy(
  { desired, sent, seen }: Pick<PlannedWrite, 'desired' | 'sent' | 'seen'>,
  after: Current,
): SettingName[] {
  const moved = changedBetween(seen, after)
  return changedBetween(sent, after).filter((name) => desired[name] === undefined && moved.includes(name))
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

/** The account's final settings. Writes nothing if they are as desired by now. */
async function writeUntilThere(
  planned: PlannedWrite,
  readAt: Date,
  progress: Progress,
  effects: Effects,
): Promise<Current> {
  const { target, desired } = planned
  const port = effects.account(target.accountSid).settings(target.resource)
  // That there are no settings is a claim, and a write onto it would have no guard.
  if (!planned.wasConfigured || Math.abs(effects.now().getTime() - readAt.getTime()) > freshFor) {
    effects.log(`Reading the ${target.resource} of ${target.accountSid} again before they are written`)
    const reading = await port.read()
    note(reading, progress)
    if (!isStillNeeded(planned, reading)) return reading.current
  }
  for (let attempt = 1; ; attempt++) {
    const sent = await write(planned, port, progress, effects)
    if (sent.kind === 'not-needed') return sent.current
    const after = await readBack(planned, port, progress, effects)
    if (sent.kind === 'answered' || diff(desired, after).length === 0) return after
    if (attempt === mostWrites) throw sent.error
    assertOnlyOurs(planned, after)
    const stop = effects.stopped()
    if (stop !== null) throw stop
    effects.log('The write is not there, so it is sent again')
  }
}

/** Writes once. After a `lost` response it is unknown whether the write took; rejects if it surely did not. */
async function write(
  planned: PlannedWrite,
  port: SettingsPort,
  progress: Progress,
  effects: Effects,
): Promise<{ kind: 'answered' } | { kind: 'lost'; error: Error } | { kind: 'not-needed'; current: Current }> {
  const { target, sent } = planned
  const before = progress.written
  effects.log(`Writing the ${target.resource} of ${target.accountSid}`)
  progress.written = 'unknown'
  let answer: { readonly isWritten: boolean; readonly reading: Reading }
  try {
    answer = await port.write(sent, (now) => {
      note(now, progress)
      return isStillNeeded(planned, now)
    })
  } catch (thrown) {
    if (isLost(thrown)) {
      effects.log('The answer to the write was lost; reading back whether it took')
      return { kind: 'lost', error: thrown }
    }
    if (didNothing(thrown)) progress.written = before
    throw thrown
  }
  progress.written = answer.isWritten ? 'yes' : before
  if (!answer.isWritten) return { kind: 'not-needed', current: answer.reading.current }
  note(answer.reading, progress)
  // A response from another account is not a lost one: repeating the write could only do more harm.
  assertOwn(target, answer.reading)
  return { kind: 'answered' }
}

/** The account's settings once the write shows, or once it is too late for that. */
async function readBack(
  { target, desired }: PlannedWrite,
  port: SettingsPort,
  progress: Progress,
  effects: Effects,
): Promise<Current> {
  const isGone = (reading: Reading): boolean => progress.wasShown && !reading.isConfigured
  const reading = await readUntilThere(
    async () => {
      effects.log(`Reading back the ${target.resource} of ${target.accountSid}`)
      const read = await port.read('verify')
      note(read, progress)
      assertOwn(target, read)
      return read
    },
    (read) => (isGone(read) ? [target.resource] : diff(desired, read.current).map(({ setting }) => setting)),
    effects,
  )
  if (isGone(reading)) throw new ResponseError(goneFacts(target))
  return reading.current
}

function note({ requestId, isConfigured }: Reading, progress: Progress): void {
  if (requestId !== null) progress.requestIds.push(requestId)
  progress.wasShown ||= isConfigured
}

function assertOwn({ accountSid }: Target, reading: Reading): void {
  if (!reading.isConfigured || isSameAccount(reading.accountSid, accountSid)) return
  throw new ResponseError(
    `The account ${abbreviate(reading.accountSid ?? '(none)')} answered to a write for ${accountSid}. Check by hand which account has the new settings.`,
  )
}
