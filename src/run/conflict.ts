import { abbreviate } from '../shared/text.ts'
import { diff, changedBetween } from '../settings/diff.ts'
import { ConflictError } from '../shared/errors.ts'
import type { Reading } from './effects.ts'
import { type Current, type Desired, type SettingName } from '../settings/settings.ts'
import { isSameAccount, type Target } from '../settings/target.ts'

/** One write: the desired settings, the values to send, and the settings that the guards saw. */
export interface PlannedWrite {
  readonly target: Target
  readonly desired: Desired
  readonly sent: Current
  readonly seen: Current
  /** Whether Twilio showed settings then, and did not answer that there are none. */
  readonly wasConfigured: boolean
}

/**
 * Looks at an account before it is written late, or once more: whether there is anything left to write.
 * Twilio takes no condition with a write, so what somebody else changed after the guards saw the account
 * would be overwritten unseen: that throws a `ConflictError`, and so does an account that shows no settings
 * any more.
 */
export function isStillNeeded(planned: PlannedWrite, reading: Reading): boolean {
  const { target, desired, seen, wasConfigured } = planned
  if (wasConfigured && !reading.isConfigured) throw new ConflictError(goneFacts(target))
  const now = currentOf(target, reading)
  const changed = changedBetween(seen, now)
  if (changed.length === 0) return true
  if (diff(desired, now).length === 0) return false
  throw conflict(planned, changed)
}

/** That Twilio answers as if settings had never been made, which it showed before. */
export function goneFacts({ accountSid, resource }: Target): string {
  return `Twilio answers that ${accountSid} has no ${resource}, and it showed some before, so what the account has is not known.`
}

/**
 * Throws a `ConflictError` if something is neither as it was nor as it was sent: then a lost write must
 * not be sent again.
 */
export function assertOnlyOurs(planned: PlannedWrite, now: Current): void {
  const unlikeSent = changedBetween(planned.sent, now)
  const changed = changedBetween(planned.seen, now).filter((name) => unlikeSent.includes(name))
  if (changed.length > 0) throw conflict(planned, changed)
}

function conflict({ target, wasConfigured }: PlannedWrite, changed: readonly SettingName[]): ConflictError {
  const { accountSid, resource } = target
  const advice =
    'Run it again: it then starts from what the account has. With "expected-plan", review a new plan first.'
  const facts = wasConfigured
    ? `${changed.join(', ')} changed after the ${resource} of ${accountSid} were read, and sending the settings would have overwritten that.`
    : `Twilio answered twice that ${accountSid} has no ${resource}, and then showed some: ${changed.join(', ')}. Sending the settings would have overwritten that.`
  return new ConflictError(facts, { advice })
}

/** What an account has before a write, from an answer that must be its own. */
function currentOf({ accountSid }: Target, reading: Reading): Current {
  if (!reading.isConfigured || isSameAccount(reading.accountSid, accountSid)) return reading.current
  throw new ConflictError(
    `The account ${abbreviate(reading.accountSid ?? '(none)')} answers now, where ${accountSid} did before.`,
    { advice: 'Check which account the credential belongs to.' },
  )
}
