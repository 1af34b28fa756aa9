import { toActionError } from '../shared/errors.ts'
import { abbreviate } from '../shared/text.ts'
import { pooled } from '../shared/async.ts'
import type { Policy } from '../settings/guards.ts'
import { isStored, mediaSettings, reportMedia, unlistedMedia } from '../settings/media-report.ts'
import { type MediaListing, type MediaLook, spread } from '../settings/media.ts'
import { isSameAccount } from '../settings/target.ts'
import type { Effects, MediaPort, TimeLimit } from './effects.ts'
import type { Observation, Outcome } from './outcome.ts'
import type { Observed } from './read-account.ts'

/** The time limit for the media of one account, in milliseconds. */
const timeLimit = 60_000

const hour = 60 * 60 * 1000

/**
 * Adds the state of an account's recent media to its observations, if the policy asks for that. Never
 * rejects.
 */
export async function verifyMedia(
  readings: readonly (Observed | Outcome)[],
  policy: Policy,
  effects: Effects,
): Promise<(Observed | Outcome)[]> {
  const { mediaHours: hours } = policy
  if (hours === null || policy.mode === 'apply') return [...readings]
  const limit = effects.limitTime(timeLimit)
  const verified = await Promise.all(
    readings.map(async (reading): Promise<Observed | Outcome> => {
      if (reading.status !== 'observed') return reading
      const { observation } = reading
      try {
        return { ...reading, observation: await withMedia(observation, hours, policy, limit, effects) }
      } catch (thrown) {
        const { target, requestIds } = observation
        const rest = { written: 'no', uploaded: { kind: 'no' }, observation, requestIds } as const
        return { status: 'failed', target, error: toActionError(thrown), ...rest }
      }
    }),
  )
  limit.end()
  return verified
}

async function withMedia(
  observation: Observation,
  hours: number,
  policy: Policy,
  limit: TimeLimit,
  effects: Effects,
): Promise<Observation> {
  const { target, desired, current, findings } = observation
  const { accountSid, resource } = target
  const until = effects.now()
  const since = new Date(until.getTime() - hours * hour)
  const port = effects.account(accountSid).media(resource)
  const inTime = async <T>(work: () => Promise<T>, late: T): Promise<T> => {
    const result = limit.signal.aborted ? late : await Promise.race([work(), limit.over.catch(() => late)])
    const stop = effects.stopped()
    if (stop !== null) throw stop
    return result
  }
  effects.log(`${resource}: looking at the media since ${since.toISOString()}`)
  const listing = await inTime(() => list(port, since, accountSid), late)
  if (typeof listing === 'string')
    return { ...observation, findings: [...findings, unlistedMedia(resource, hours, listing)] }
  const stored = spread(listing.items.filter(isStored), since, until)
  const looks = new Map<string, MediaLook>()
  await pooled(stored, effects.looksAtOnce, async ({ sid }) => {
    looks.set(sid, await inTime(() => port.look(sid), { kind: 'unknown', reason: late }))
  })
  const report = reportMedia(resource, hours, listing, looks, mediaSettings(desired, current, policy.requirements))
  return { ...observation, media: report.media, findings: [...findings, ...report.findings] }
}

const late = 'Looking at the media of this account took more than a minute.'

/** What was made since then, or in whole sentences why it could not be listed. */
async function list(port: MediaPort, since: Date, accountSid: string): Promise<MediaListing | string> {
  try {
    const listing = await port.list(since)
    const stranger = listing.items.find(
      (item) => item.accountSid !== null && !isSameAccount(item.accountSid, accountSid),
    )
    return stranger === undefined
      ? listing
      : `Twilio listed media of another account, ${abbreviate(stranger.accountSid ?? '')}.`
  } catch (thrown) {
    return toActionError(thrown).message
  }
}
