import type { StoredCredential } from './credentials.ts'
import { toActionError } from './errors.ts'
import { isRefused, type Policy, runGuards } from './guard.ts'
import { inspect, type Inspection, type Task } from './inspect.ts'
import type { Observation, Outcome } from './outcome.ts'
import { planId } from './plan-id.ts'
import type { Ports } from './ports.ts'
import { uploadKey } from './upload.ts'
import { writeAndVerify } from './write.ts'

/** How a run ended, and the id of its plan: `null` if not every target could be read. */
export interface RunOutcome {
  readonly outcomes: readonly Outcome[]
  readonly planId: string | null
}

type Observed = Extract<Inspection, { readonly kind: 'observed' }>

/**
 * Brings an account through read, diff, guard, write and read back. All of it is read and guarded before the first
 * write, and one refusal refuses all. Never rejects: what goes wrong on a target is its outcome.
 */
export async function run(task: Task, policy: Policy, ports: Ports): Promise<RunOutcome> {
  const inspections = await inspect(task, policy, ports)
  const observed = inspections.filter((inspection) => inspection.kind === 'observed')
  const plan = observed.length === inspections.length ? planId(observed.map(({ observation }) => observation)) : null
  const general = runGuards(plan, policy)
  const guarded = observed.map(({ observation, ...rest }): Observed => ({ ...rest, observation: { ...observation, guards: [...observation.guards, ...general] } }))
  const isStopped = guarded.some(({ observation }) => isRefused(observation.guards)) || inspections.some((inspection) => inspection.kind === 'ended' && inspection.outcome.status === 'wrong-account')

  const ended = inspections.flatMap((inspection) => (inspection.kind === 'ended' ? [inspection.outcome] : []))
  const rest = await finish(guarded, isStopped, policy, ports)
  const order = (outcome: Outcome): number => (outcome.status === 'skipped' ? 0 : task.resources.indexOf(outcome.target.resource))
  return { outcomes: [...ended, ...rest].sort((a, b) => order(a) - order(b)), planId: plan }
}

async function finish(observed: readonly Observed[], isStopped: boolean, policy: Policy, ports: Ports): Promise<Outcome[]> {
  if (policy.mode !== 'apply') return observed.map(({ observation }) => ({ status: 'compared', ...observation }))
  if (isStopped) return observed.map(({ observation }) => ({ status: 'refused', ...observation }))
  const outcomes: Outcome[] = observed.filter(({ observation }) => observation.changes.length === 0).map(({ observation }) => ({ status: 'compared', ...observation }))
  const toWrite = observed.filter(({ observation }) => observation.changes.length > 0).sort((a, b) => protection(b.observation) - protection(a.observation))
  const upload = await uploadFirst(toWrite, ports)
  for (const { observation, vault } of toWrite) {
    if (upload.kind === 'failed') outcomes.push({ status: 'failed', target: observation.target, error: upload.error, written: 'no', uploaded: null, observation, requestIds: observation.requestIds })
    else outcomes.push(await writeAndVerify({ observation, vault, uploaded: upload.credential }, policy, ports))
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

type UploadResult = { readonly kind: 'done'; readonly credential: StoredCredential | null } | { readonly kind: 'failed'; readonly error: ReturnType<typeof toActionError> }

/** All targets of an account take the same key, so it is uploaded once. */
async function uploadFirst(toWrite: readonly Observed[], ports: Ports): Promise<UploadResult> {
  const observation = toWrite.map((inspection) => inspection.observation).find(({ upload }) => upload !== null)
  if (observation?.upload == null) return { kind: 'done', credential: null }
  try {
    return { kind: 'done', credential: await uploadKey(observation.target.accountSid, observation.upload, ports) }
  } catch (thrown) {
    return { kind: 'failed', error: toActionError(thrown) }
  }
}
