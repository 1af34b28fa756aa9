import { refusedRequest } from '../shared/errors.ts'
import { type Guard, isRefused, type Policy, runGuards } from '../settings/guards.ts'
import { readAccount, type Observed, type Task } from './read-account.ts'
import type { Observation, Outcome, Uploaded } from './outcome.ts'
import { planId } from '../settings/plan-id.ts'
import type { Effects } from './effects.ts'
import { uploadKey, type UploadResult } from './upload-key.ts'
import { writeAndVerify } from './write.ts'
import { progress } from './progress.ts'
import { pooled } from '../shared/async.ts'

/**
 * Takes accounts through read, diff, guard, write and read back. All are read and guarded before the first
 * write, and one refusal stops all writes. Never rejects: a failure on a target is its outcome.
 */
export async function run(
  tasks: readonly Task[],
  policy: Policy,
  effects: Effects,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly planId: string | null }> {
  const readings = await readAll(tasks, policy, effects)
  const all = readings.flat()
  const observed = all.filter((reading) => reading.status === 'observed')
  const plan =
    !policy.isRead && observed.length === all.length ? planId(observed.map(({ observation }) => observation)) : null
  const general = runGuards(plan, policy)
  const isStopped = general.some((guard) => isRefused([guard])) || all.some(isRefusal)
  const end = policy.isRead ? 'read' : policy.mode !== 'apply' ? 'compare' : isStopped ? 'refuse' : 'write'
  const writes = (ofAccount: readonly (Observed | Outcome)[]): boolean => end === 'write' && ofAccount.some(isToWrite)
  const tellDone = progress(readings.filter(writes).length, 'done', effects.now, effects.say)
  const outcomes = await pooled(readings, effects.width, async (ofAccount, index) => {
    const finished = await finish(withGuards(ofAccount, general), end, policy, effects)
    if (writes(ofAccount)) tellDone()
    const task = tasks[index]
    if (policy.mode === 'apply' && task !== undefined) effects.forget(task.accountSid)
    return finished
  })
  return { outcomes: outcomes.flat(), planId: plan }
}

async function readAll(
  tasks: readonly Task[],
  policy: Policy,
  effects: Effects,
): Promise<(readonly (Observed | Outcome)[])[]> {
  const tellRead = progress(tasks.length, 'read', effects.now, effects.say)
  return pooled(tasks, effects.width, async (task) => {
    const readings = await withMedia(await readAccount(task, policy, effects), policy, effects)
    tellRead()
    if (policy.mode !== 'apply') effects.forget(task.accountSid)
    return readings
  })
}

/** Adds the state of recent media. Loads the code for that only where it is asked for. */
async function withMedia(
  readings: readonly (Observed | Outcome)[],
  policy: Policy,
  effects: Effects,
): Promise<readonly (Observed | Outcome)[]> {
  if (policy.mediaHours === null) return readings
  const { verifyMedia } = await import('./verify-media.ts')
  return verifyMedia(readings, policy, effects)
}

function isRefusal(reading: Observed | Outcome): boolean {
  return reading.status === 'observed' ? isRefused(reading.observation.guards) : reading.status === 'wrong-account'
}

function isToWrite(reading: Observed | Outcome): reading is Observed {
  return reading.status === 'observed' && reading.observation.changes.length > 0
}

function withGuards(
  readings: readonly (Observed | Outcome)[],
  general: readonly Guard[],
): readonly (Observed | Outcome)[] {
  if (general.length === 0) return readings
  return readings.map((reading) => {
    if (reading.status !== 'observed') return reading
    const { observation } = reading
    return { ...reading, observation: { ...observation, guards: [...observation.guards, ...general] } }
  })
}

/** Ends the targets of one account, in their own order; what protects more is written first. */
async function finish(
  readings: readonly (Observed | Outcome)[],
  end: 'read' | 'compare' | 'refuse' | 'write',
  policy: Policy,
  effects: Effects,
): Promise<Outcome[]> {
  const toWrite = end === 'write' ? readings.filter(isToWrite) : []
  const written = await writeAll(
    toWrite.sort((a, b) => protection(b.observation) - protection(a.observation)),
    policy,
    effects,
  )
  return readings.map((reading) => {
    if (reading.status !== 'observed') return reading
    const isKept = end === 'refuse' && (isToWrite(reading) || isRefusal(reading))
    if (end === 'read') return { status: 'read', ...reading.observation, guards: [] }
    return written.get(reading) ?? { status: isKept ? 'refused' : 'compared', ...reading.observation }
  })
}

/** Writes the targets of one account, one after the other. All take the same key, so it is uploaded once. */
async function writeAll(
  toWrite: readonly Observed[],
  policy: Policy,
  effects: Effects,
): Promise<Map<Observed, Outcome>> {
  const outcomes = new Map<Observed, Outcome>()
  const keyed = toWrite.map(({ observation }) => observation).find(({ upload }) => upload !== null)
  const upload =
    keyed === undefined || keyed.upload === null || effects.stopped() !== null
      ? null
      : await uploadKey(keyed.target.accountSid, keyed.upload, effects)
  for (const reading of toWrite) {
    const { observation } = reading
    const error = upload?.kind === 'failed' ? upload.error : effects.stopped()
    const outcome: Outcome =
      error === null
        ? await writeAndVerify(reading, upload?.kind === 'uploaded' ? upload.credential : null, policy, effects)
        : {
            status: 'failed',
            target: observation.target,
            error,
            written: 'no',
            uploaded: uploadedBy(upload),
            observation,
            requestIds: [...observation.requestIds, ...refusedRequest(error)],
          }
    outcomes.set(reading, outcome)
  }
  return outcomes
}

/** How much safer a target gets by its changes: what protects more is written first. */
function protection({ changes }: Observation): number {
  return changes.reduce((sum, { setting, desired }) => {
    const weight = setting === 'encryption_enabled' ? 4 : setting === 'aws_storage_enabled' ? 2 : 0
    return sum + (desired === true ? weight : desired === false ? -weight : 1)
  }, 0)
}

function uploadedBy(upload: UploadResult | null): Uploaded {
  if (upload === null) return { kind: 'no' }
  return upload.kind === 'uploaded' ? { kind: 'yes', sid: upload.credential.sid } : upload.uploaded
}
