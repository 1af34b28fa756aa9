import { abbreviate } from './abbreviate.ts'
import { type Change, diff, movedBetween } from './diff.ts'
import { ApiError, NetworkError, ResponseError, toActionError } from './errors.ts'
import { findings, type Policy } from './guard.ts'
import type { Observation, Outcome, Target } from './outcome.ts'
import { isFrom, type Ports, type Reading } from './ports.ts'
import { blank, type Current, layOver } from './settings.ts'

/** The pauses between the reads that wait for a write to show, in milliseconds: about 5 s in all. */
const verifyPauses = [250, 500, 1000, 1500, 2000] as const

/** A write whose answer was lost is sent at most so often. */
const mostWrites = 2

/** How far a write has come: what a cancelled run must be able to tell. */
interface Progress {
  written: 'no' | 'yes' | 'unknown'
  readonly requestIds: string[]
}

/** Writes what differs on one target, reads it back and compares again. Never rejects. */
export async function writeAndVerify(observation: Observation, policy: Policy, ports: Ports): Promise<Outcome> {
  const { target, desired, current } = observation
  const progress: Progress = { written: 'no', requestIds: [...observation.requestIds] }
  const sent: Current = { ...layOver(desired, current), friendly_name: desired.friendly_name ?? current.friendly_name ?? 'Composition settings' }
  try {
    const { after, remaining } = await writeUntilThere(observation, sent, progress, ports)
    const overwritten = movedBetween(sent, after).filter((name) => desired[name] === undefined)
    const { requestIds } = progress
    return { status: 'written', ...observation, requestIds, findings: findings(desired, after, policy.floor), after, remaining, overwritten }
  } catch (thrown) {
    return { status: 'failed', target, error: toActionError(thrown), written: progress.written, observation, requestIds: progress.requestIds }
  }
}

interface Verified {
  readonly after: Current
  readonly remaining: readonly Change[]
}

async function writeUntilThere(observation: Observation, sent: Current, progress: Progress, ports: Ports): Promise<Verified> {
  for (let attempt = 1; ; attempt++) {
    const lost = await write(observation.target, sent, progress, ports)
    const verified = await readBack(observation, progress, ports)
    if (lost === null || verified.remaining.length === 0) return verified
    if (attempt === mostWrites) throw lost
    ports.log('The write is not there, so it is sent again')
  }
}

/** Writes once. Returns the error after which nobody knows whether Twilio wrote; rejects when it surely did not. */
async function write(target: Target, sent: Current, progress: Progress, ports: Ports): Promise<Error | null> {
  const before = progress.written
  let answer: Reading
  try {
    ports.log(`Writing the ${target.resource} of ${target.accountSid}`)
    progress.written = 'unknown'
    answer = await ports.settings(target).write(sent)
  } catch (thrown) {
    if (isLost(thrown)) {
      ports.log('The answer to the write was lost; reading back whether it took')
      return thrown
    }
    if (thrown instanceof ApiError) progress.written = before
    throw thrown
  }
  progress.written = 'yes'
  note(target, answer, progress)
  return null
}

function isLost(thrown: unknown): thrown is Error {
  return thrown instanceof NetworkError || thrown instanceof ResponseError || (thrown instanceof ApiError && thrown.refusal.status >= 500)
}

async function readBack({ target, desired }: Observation, progress: Progress, ports: Ports): Promise<Verified> {
  for (const pause of [...verifyPauses, null]) {
    ports.log('Reading back')
    const reading = await ports.settings(target).read()
    const after = reading === 'never-configured' ? blank : note(target, reading, progress).current
    const remaining = diff(desired, after)
    if (remaining.length === 0 || pause === null) return { after, remaining }
    ports.log(`${remaining.length} settings are not there yet; reading again in ${pause / 1000} s`)
    await ports.wait(pause)
  }
  throw new Error('unreachable')
}

function note(target: Target, reading: Reading, progress: Progress): Reading {
  if (reading.requestId !== null) progress.requestIds.push(reading.requestId)
  if (!isFrom(target, reading)) throw new ResponseError(`The account ${abbreviate(reading.accountSid ?? '(none)')} answered to a write for ${target.accountSid}. Check by hand which account has the new settings`)
  return reading
}
