import { ApiError, NetworkError } from '../../src/shared/errors.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import type { Observed } from '../../src/run/read-account.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { writeAndVerify } from '../../src/run/write.ts'
import { safe } from '../action/fixtures.ts'
import { type FakeAccount, observation, policy, type Twist } from '../builders.ts'

/** Fails. */
export const throwing =
  (error: Error): Twist<never> =>
  () => {
    throw error
  }

/** Responds as it should, except for this. */
export const answering =
  (over: object): Twist<never> =>
  (honest) =>
    ({ ...honest(), ...over }) as never

export const refused = (status: number): ApiError =>
  new ApiError(
    { method: 'POST', path: '/v1', status, code: null, detail: null, moreInfo: null, requestId: null, attempts: 1 },
    null,
  )
export const lost = new NetworkError('lost')

/** The time at which an account was read, from the clock of a fake account. */
export const readAt = new Date('2026-01-02T03:04:05Z')

export const writing = (desired: Desired, current: Current): Observed => ({
  status: 'observed',
  observation: observation(desired, current),
  credentials: { publicKeys: { kind: 'not-asked' }, awsCredentials: { kind: 'not-asked' } },
  readAt,
  isConfigured: true,
})
export const write = (account: FakeAccount, desired: Desired = safe): Promise<Outcome> =>
  writeAndVerify(writing(desired, account.state()), null, policy(), account.effects)

/** The calls that came, in a line. */
export const calls = (account: FakeAccount): string => account.calls.join(' ')
