import { diff } from '../../src/settings/diff.ts'
import { AuthError, StoppedError } from '../../src/shared/errors.ts'
import type { Guard } from '../../src/settings/guards.ts'
import type { Observation, Outcome } from '../../src/run/outcome.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import type { Resource } from '../../src/settings/target.ts'
import { open, safe } from '../action/fixtures.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'

const desired: Desired = { encryption_enabled: true }

/** What was found on a subaccount, by its number. */
export function observation(
  number: number,
  current: Current,
  more: Partial<Observation> = {},
  resource: Resource = 'composition-settings',
): Observation {
  return {
    target: { accountSid: subaccountSid(number), resource },
    desired,
    current,
    changes: diff(desired, current),
    upload: null,
    guards: [],
    findings: [],
    media: null,
    requestIds: [],
    ...more,
  }
}

type Compared = Extract<Outcome, { status: 'compared' }>
type Written = Extract<Outcome, { status: 'written' }>

export const inSync = (number: number, resource?: Resource): Compared => ({
  status: 'compared',
  ...observation(number, safe, {}, resource),
})
export const drifting = (number: number, resource?: Resource): Outcome => ({
  status: 'compared',
  ...observation(number, open, {}, resource),
})
export const applied = (number: number, resource?: Resource): Written => ({
  status: 'written',
  ...observation(number, open, {}, resource),
  uploaded: null,
  after: safe,
  remaining: [],
  overwritten: [],
})
export const unverified = (number: number): Written => ({
  status: 'written',
  ...observation(number, open),
  uploaded: null,
  after: open,
  remaining: diff(desired, open),
  overwritten: [],
})

export const unmet: Outcome = {
  status: 'compared',
  ...observation(
    8,
    { encryption_enabled: true },
    {
      findings: [
        {
          rule: 'key-missing',
          subject: 'live',
          severity: 'error',
          message: 'The key is gone',
          breaks: 'encryption_key_sid',
        },
      ],
    },
  ),
}
export const appliedBelow = (number: number): Outcome => ({
  ...applied(number),
  findings: [
    { rule: 'floor-external-storage', subject: 'live', severity: 'error', message: 'External storage is off' },
  ],
})
export const withoutEdition = (number: number): Outcome => ({
  status: 'compared',
  ...observation(number, { friendly_name: 'Media' }),
})

/** Refused by a guard of its own, or, with none, because another account is. */
export const refused = (number: number, ...guards: Guard[]): Outcome => ({
  status: 'refused',
  ...observation(number, open, { guards }),
})
export const encryptionOff: Guard = {
  rule: 'encryption-off',
  message: 'Encryption would be switched off',
  allowance: 'encryption-off',
  isAllowed: false,
}

/** Twilio refused the account's credential. */
export function denied(number: number): Extract<Outcome, { status: 'failed' }> {
  const refusal = {
    method: 'GET',
    path: '/v1/CompositionSettings/Default',
    status: 401,
    code: 20003,
    detail: 'Authenticate',
    moreInfo: null,
    requestId: null,
    attempts: 1,
  }
  return {
    status: 'failed',
    target: { accountSid: subaccountSid(number), resource: 'composition-settings' },
    error: new AuthError(refusal, null),
    written: 'no',
    uploaded: { kind: 'no' },
    observation: null,
    requestIds: [],
  }
}

/** Cancelled while it was to be written. */
export function cancelled(number: number, written: 'no' | 'yes' | 'unknown', uploaded: string | null = null): Outcome {
  const found = observation(number, open)
  return {
    status: 'failed',
    target: found.target,
    error: new StoppedError('The job was cancelled.'),
    written,
    uploaded: uploaded === null ? { kind: 'no' } : { kind: 'yes', sid: uploaded },
    observation: found,
    requestIds: [],
  }
}

/** What is said of them. */
export const edition =
  "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account."
export const didNotTake = 'Twilio accepted the write, but the account has encryption_enabled: false, not true.'
export const overwritten =
  'friendly_name is not managed and was not written, but changed during the run: somebody else wrote in the meantime. Run "mode: check".'
