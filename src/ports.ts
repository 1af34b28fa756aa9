import type { Target } from './outcome.ts'
import type { Current } from './settings.ts'

/** The answer of Twilio to a read or a write of settings. */
export interface Reading {
  /** The account that answered; `null` if the answer does not say. */
  readonly accountSid: string | null
  readonly current: Current
  readonly requestId: string | null
}

/** The settings of one target at Twilio. Both calls reject with an `ActionError`. */
export interface SettingsPort {
  /** Reads the settings. An account on which they were never set has all of them blank, and names no account. */
  readonly read: () => Promise<Reading | 'never-configured'>
  /** Sends one POST with every setting that has a value. It is repeated only if Twilio says that it did nothing. */
  readonly write: (values: Current) => Promise<Reading>
}

/** The effects that a run may have. */
export interface Ports {
  readonly settings: (target: Target) => SettingsPort
  /** Waits so many milliseconds; rejects when the run is stopped. */
  readonly wait: (milliseconds: number) => Promise<void>
  /** Tells people what is being done, one line a step. */
  readonly log: (step: string) => void
}

/** Whether an answer names the account that was declared. */
export function isFrom(target: Target, reading: Reading): boolean {
  return reading.accountSid?.toLowerCase() === target.accountSid.toLowerCase()
}
