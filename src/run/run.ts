import { refusedRequest } from '../shared/errors.ts'
import { type Guard, isRefused, type Policy, runGuards } from '../settings/guards.ts'
import { readAccount, type AccountReading, type Observed, type Task } from './read-account.ts'
import type { Observation, Outcome, Uploaded } from './outcome.ts'
import { planId } from '../settings/plan-id.ts'
import type { Effects } from './effects.ts'
import { uploadKey, type UploadResult } from './upload-key.ts'
import { writeAndVerify } from './write.ts'
import { progress } from './progress.ts'
import { pooled } from '../shared/async.ts'

/**
 * Brings accounts through read, diff, guard, write and read back. All are read and guarded before the
 * first is written, and one refusal refuses all. Never rejects: what goes wrong on a target is its
 * outcome.
 */
export async function run(
  tasks: readonly Task[],
  policy: Policy,
  effects: Effects,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly planId: string | null }> {
  const readings = await readAll(tasks, policy, effects)
  const observed = readings.flat().filter((reading) => reading.kind === 'observed')
  const plan =
    observed.length === readings.flat().length ? planId(observed.map(({ observation }) => observation)) : null
  const general = runGuards(plan, policy)
  const isStopped = general.some((guard) => isRefused([guard])) || readings.flat().some(isRefusal)
  const end = policy.mode !== 'apply' ? 'compare' : isStopped ? 'refuse' : 'write'
  const done = progress(
    end === 'write' ? readings.filter((ofAccount) => ofAccount.some(isToWrite)).length : 0,
    'done',
    effects.now,
    effects.say,
  )
  const outcomes = await pooled(readings, effects.width, async (ofAccount, index) => {
    const finished = await finish(withGuards(ofAccount, general), end, policy, effects)
    if (end === 'write' && ofAccount.some(isToWrite)) done()
    return policy.mode === 'apply' ? forget(tasks[index], finished, effects) : finished
  })
  return { outcomes: outcomes.flat(), planId: plan }
}

async function readAll(tasks: readonly Task[], policy: Policy, effects: Effects): Promise<AccountReading[][]> {
  const done = progress(tasks.length, 'read', effects.now, effects.say)
  return pooled(tasks, effects.width, async (task) => {
    const readings = await readAccount(task, policy, effects)
    done()
    return policy.mode === 'apply' ? readings : forget(task, readings, effects)
  })
}

/** What was found on an account, of which nothing more is to be asked. */
function forget<T>(task: Task | undefined, found: T, effects: Effects): T {
  if (task !== undefined) effects.forget(task.accountSid)
  return found
}

function isRefusal(reading: AccountReading): boolean {
  return reading.kind === 'observed'
    ? isRefused(reading.observation.guards)
    : reading.outcome.status === 'wrong-account'
}

function isToWrite(reading: AccountReading): reading is Observed {
  return reading.kind === 'observed' && reading.observation.changes.length > 0
}

function withGuards(readings: readonly AccountReading[], general: readonly Guard[]): readonly AccountReading[] {
  if (general.length === 0) return readings
  return readings.map((reading) =>
    reading.kind === 'ended'
      ? reading
      : {
          ...reading,
          observation: { ...reading.observation, guards: [...reading.observation.guards, ...general] },
        },
  )
}

/** Ends the targets of one account, in their own order; what protects more is written first. */
async function finish(
  readings: readonly AccountReading[],
  end: 'compare' | 'refuse' | 'write',
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
    if (reading.kind === 'ended') return reading.outcome
    const isKept = end === 'refuse' && (isToWrite(reading) || isRefusal(reading))
    return written.get(reading.observation) ?? { status: isKept ? 'refused' : 'compared', ...reading.observation }
  })
}

async function writeAll(
  toWrite: readonly Observed[],
  policy: Policy,
  effects: Effects,
): Promise<Map<Observation, Outcome>> {
  const outcomes = new Map<Observation, Outcome>()
  if (toWrite.length === 0) return outcomes
  const upload = effects.stopped() === null ? await uploadFirst(toWrite, effects) : notNeeded
  const uploaded = uploadedBy(upload)
  for (const { observation, credentials, readAt } of toWrite) {
    const error = upload.kind === 'failed' ? upload.error : effects.stopped()
    if (error !== null)
      outcomes.set(observation, {
        status: 'failed',
        target: observation.target,
        error,
        written: 'no',
        uploaded,
        observation,
        requestIds: [...observation.requestIds, ...refusedRequest(error)],
      })
    else
      outcomes.set(
        observation,
        await writeAndVerify(
          { observation, credentials, readAt, uploaded: upload.kind === 'uploaded' ? upload.credential : null },
          policy,
          effects,
        ),
      )
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

type FirstUpload = UploadResult | { readonly kind: 'not-needed' }

const notNeeded: FirstUpload = { kind: 'not-needed' }

/** All targets of an account take the same key, so it is uploaded once. */
async function uploadFirst(toWrite: readonly Observed[], effects: Effects): Promise<FirstUpload> {
  const observation = toWrite.map((reading) => reading.observation).find(({ upload }) => upload !== null)
  return observation === undefined || observation.upload === null
    ? notNeeded
    : uploadKey(observation.target.accountSid, observation.upload, effects)
}

function uploadedBy(upload: FirstUpload): Uploaded {
  switch (upload.kind) {
    case 'not-needed':
      return { kind: 'no' }
    case 'uploaded':
      return { kind: 'yes', sid: upload.credential.sid }
    case 'failed':
      return upload.uploaded
  }
}
