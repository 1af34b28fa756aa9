import type { Listing, StoredCredential } from '../settings/credentials.ts'
import type { ActionError } from '../shared/errors.ts'
import type { Upload } from '../settings/key.ts'
import type { MediaListing, MediaLook } from '../settings/media.ts'
import type { Current } from '../settings/settings.ts'
import type { Resource } from '../settings/target.ts'

/**
 * What a read or a wait is for: to `look` at something, or to `verify` a write that was sent. A run that is
 * cancelled ends the one at once, and has some seconds for the other.
 */
export type Purpose = 'look' | 'verify'

/** The response of Twilio to a read or a write of settings. */
export interface Reading {
  /** Whether the settings were ever set. If not, they are blank, and the response does not say whose they are. */
  readonly isConfigured: boolean
  /** The account that answered; `null` if the response does not say. */
  readonly accountSid: string | null
  readonly current: Current
  readonly requestId: string | null
  /** Whether a value had the secret of the credential in it, so that it is not known as it is. */
  readonly isRedacted: boolean
}

/** The settings of one target at Twilio. Both calls reject with an `ActionError`. */
export interface SettingsPort {
  readonly read: (purpose?: Purpose) => Promise<Reading>
  /**
   * Sends one POST with every setting that has a value. It is repeated only if Twilio says that it did
   * nothing, and `isStillNeeded` finds nothing against it in what the account has by then, which is
   * given where it says no. Rejects with what it throws. Once it is sent, a run that is cancelled waits for
   * the response for some seconds.
   */
  readonly write: (
    values: Current,
    isStillNeeded: (reading: Reading) => boolean,
  ) => Promise<{ readonly isWritten: boolean; readonly reading: Reading }>
}

/** What one resource of an account has made, at Twilio. Both calls reject with an `ActionError`. */
export interface MediaPort {
  /** What was made since then, at most a thousand. */
  readonly list: (since: Date) => Promise<MediaListing>
  /** Looks at the headers of stored media, and at nothing else of it. Rejects only when the run is stopped. */
  readonly look: (sid: string) => Promise<MediaLook>
}

/** One account at Twilio. All calls reject with an `ActionError`. */
export interface AccountPort {
  /**
   * Whether the credential is the account's own SID and token: it cannot reach another account. An API
   * key can.
   */
  readonly isOwn: boolean
  readonly settings: (resource: Resource) => SettingsPort
  readonly media: (resource: Resource) => MediaPort
  readonly publicKeys: (purpose?: Purpose) => Promise<Listing>
  readonly awsCredentials: () => Promise<Listing>
  /** Sends one POST. It is repeated only if Twilio says that it did nothing, and does not list the key. */
  readonly upload: (upload: Upload) => Promise<StoredCredential>
}

/** A limit on the time of some work. It must be ended. */
export interface TimeLimit {
  /** Aborts when the time is over, and when the run is stopped. */
  readonly signal: AbortSignal
  /** Rejects then. */
  readonly over: Promise<never>
  readonly end: () => void
}

/** The effects that a run needs from outside. */
export interface Effects {
  readonly account: (accountSid: string) => AccountPort
  /** Forgets the credential of an account: nothing more is to be asked of it. */
  readonly forget: (accountSid: string) => void
  /** How many accounts are worked on at a time. */
  readonly width: number
  /** Why the run was stopped; `null` if it was not. */
  readonly stopped: () => ActionError | null
  /** How many compositions or recordings of an account are looked at at a time. */
  readonly looksAtOnce: number
  readonly limitTime: (milliseconds: number) => TimeLimit
  /** Waits so many milliseconds; rejects when the run is stopped. */
  readonly wait: (milliseconds: number, purpose?: Purpose) => Promise<void>
  readonly now: () => Date
  /** Logs each step in one line; for a fleet, in debug mode only. */
  readonly log: (step: string) => void
  /** Logs a line in any case. */
  readonly say: (line: string) => void
}
