import { abbreviate } from '../shared/text.ts'
import { diff, changedBetween } from '../settings/diff.ts'
import { ConflictError } from '../shared/errors.ts'
import type { Reading } from './effects.ts'
import { type Current, type Desired, type SettingName } from '../settings/settings.ts'
import { isSameAccount, type Target } from '../settings/target.ts'

/** One write: what it is to bring about, what is sent for it, and what the guards saw before. */
export interface PlannedWrite {
  readonly target: Target
  readonly desired: Desired
  readonly sent: Current
  readonly seen: Current
}

/** The account is as desired by now, so that there is nothing left to write. */
export class AlreadyThere extends Error {
  readonly current: Current

  constructor(current: Current) {
    super('The account is as desired by now')
    this.current = current
  }
}

/**
 * Looks at an account before it is written late, or once more. Twilio takes no condition with a write,
 * so what somebody else changed after the guards saw the account would be overwritten unseen: that is a
 * `ConflictError`, or, where nothing is left to write, {@link AlreadyThere}. The id of the request is
 * added to `requestIds`.
 */
export function assertUnchanged({ target, desired, seen }: PlannedWrite, reading: Reading, requestIds: string[]): void {
  if (reading.requestId !== null) requestIds.push(reading.requestId)
  const now = currentOf(target, reading)
  const changed = changedBetween(seen, now)
  if (changed.length === 0) return
  if (diff(desired, now).length === 0) throw new AlreadyThere(now)
  throw conflict(target, changed)
}

/**
 * Throws a `ConflictError` if something is neither as it was nor as it was sent: then a lost write must
 * not be sent again.
 */
export function assertOnlyOurs({ target, sent, seen }: PlannedWrite, now: Current): void {
  const unlikeSent = changedBetween(sent, now)
  const changed = changedBetween(seen, now).filter((name) => unlikeSent.includes(name))
  if (changed.length > 0) throw conflict(target, changed)
}

function conflict({ accountSid, resource }: Target, changed: readonly SettingName[]): ConflictError {
  const advice =
    'Run it again: it then starts from what the account has. With "expected-plan", review a new plan first.'
  return new ConflictError(
    `${changed.join(', ')} changed after the ${resource} of ${accountSid} were read, and sending the settings would have overwritten that.`,
    { advice },
  )
}

/** What an account has before a write, from an answer that must be its own. */
function currentOf({ accountSid }: Target, reading: Reading): Current {
  if (!reading.isConfigured || isSameAccount(reading.accountSid, accountSid)) return reading.current
  throw new ConflictError(
    `The account ${abbreviate(reading.accountSid ?? '(none)')} answers now, where ${accountSid} did before.`,
    { advice: 'Check which account the credential belongs to.' },
  )
}
