import { diff } from './diff.ts'
import { StoppedError, toActionError } from './errors.ts'
import { findings, isRefused, type Policy, runGuards, settingsGuards } from './guard.ts'
import type { Observation, Outcome, Target } from './outcome.ts'
import { planId } from './plan-id.ts'
import { isFrom, type Ports } from './ports.ts'
import { blank, type Desired } from './settings.ts'
import { writeAndVerify } from './write.ts'

/** One target and what is desired of it. */
export interface Task {
  readonly target: Target
  readonly desired: Desired
}

/** How a run ended, and the id of its plan: `null` if not every target could be read. */
export interface RunOutcome {
  readonly outcomes: readonly Outcome[]
  readonly planId: string | null
}

type Inspection = { readonly kind: 'observed'; readonly observation: Observation } | { readonly kind: 'ended'; readonly outcome: Outcome }

/**
 * Brings every target through read, diff, guard, write and read back. All are read and guarded before the first is
 * written, and one refusal refuses all. Never rejects: what goes wrong on a target is its outcome.
 */
export async function run(tasks: readonly Task[], policy: Policy, ports: Ports): Promise<RunOutcome> {
  const inspections = await Promise.all(tasks.map((task) => inspect(task, policy, ports)))
  const observed = inspections.flatMap((inspection) => (inspection.kind === 'observed' ? [inspection.observation] : []))
  const plan = observed.length === tasks.length ? planId(observed) : null
  const general = runGuards(plan, policy)
  const guarded = observed.map((observation) => ({ ...observation, guards: [...observation.guards, ...general] }))
  const status = policy.mode !== 'apply' ? 'compare' : isRefusal(inspections) || guarded.some(({ guards }) => isRefused(guards)) ? 'refuse' : 'write'

  const outcomes: Outcome[] = inspections.flatMap((inspection) => (inspection.kind === 'ended' ? [inspection.outcome] : []))
  for (const observation of guarded) {
    if (status === 'refuse') outcomes.push({ status: 'refused', ...observation })
    else if (status === 'compare' || observation.changes.length === 0) outcomes.push({ status: 'compared', ...observation })
    else outcomes.push(notReached(observation, outcomes) ?? (await writeAndVerify(observation, policy, ports)))
  }
  return { outcomes, planId: plan }
}

async function inspect({ target, desired }: Task, policy: Policy, ports: Ports): Promise<Inspection> {
  const requestIds: string[] = []
  try {
    ports.log(`Reading the ${target.resource} of ${target.accountSid}`)
    const reading = await ports.settings(target).read()
    if (reading !== 'never-configured') {
      if (reading.requestId !== null) requestIds.push(reading.requestId)
      if (!isFrom(target, reading)) return { kind: 'ended', outcome: { status: 'wrong-account', target, answered: reading.accountSid, requestIds } }
    }
    const current = reading === 'never-configured' ? blank : reading.current
    const changes = diff(desired, current)
    const managed = Object.keys(desired).length
    ports.log(changes.length === 0 ? `All ${managed} managed settings match` : `${changes.length} of ${managed} managed settings differ`)
    const observation = { target, desired, current, changes, findings: findings(desired, current, policy.floor), requestIds, guards: settingsGuards({ desired, current, changes }, policy) }
    return { kind: 'observed', observation }
  } catch (thrown) {
    return { kind: 'ended', outcome: { status: 'failed', target, error: toActionError(thrown), written: 'no', observation: null, requestIds } }
  }
}

/** How a target ends that the run was stopped before; `null` if it was not. */
function notReached(observation: Observation, before: readonly Outcome[]): Outcome | null {
  const stop = before.find((outcome) => outcome.status === 'failed' && outcome.error instanceof StoppedError)
  if (stop?.status !== 'failed') return null
  return { status: 'failed', target: observation.target, error: stop.error, written: 'no', observation, requestIds: observation.requestIds }
}

function isRefusal(inspections: readonly Inspection[]): boolean {
  return inspections.some((inspection) => inspection.kind === 'ended' && inspection.outcome.status === 'wrong-account')
}
