import type { z } from 'zod/mini'
import type { evidenceSchema } from './evidence-schema.ts'
import type { RunIdentity } from './github/event.ts'
import type { Mode } from './guard.ts'
import { findingsOf, observationOf, type Outcome, resultOf, type Target } from './outcome.ts'
import type { Ending, Report } from './report.ts'
import { version } from './version.ts'

/** The content of the evidence file. */
export type Evidence = z.infer<typeof evidenceSchema>
type TargetRecord = Evidence['targets'][number]

/** One element of the output `changes`. */
export type ChangeRecord = TargetRecord['changes'][number]

/** The evidence of a run that began at `time`. */
export function evidence(ending: Ending, report: Report, run: RunIdentity, time: Date): Evidence {
  const outcomes = ending.kind === 'ran' ? ending.outcomes : []
  const mode: Mode | null = ending.kind === 'ran' ? ending.mode : null
  return {
    schemaVersion: 1,
    action: { name: 'twilio-composition-settings', version },
    mode,
    result: report.result,
    drift: report.hasDrift,
    title: report.title,
    planId: report.planId,
    targets: outcomes.map(targetRecord),
    errors: report.remarks.filter(({ level }) => level === 'error').map(({ text }) => text),
    run: { time: time.toISOString(), ...run, requestIds: report.sections.flatMap(({ requestIds }) => requestIds) },
  }
}

/** The changes of all targets, as the output `changes` gives them. */
export function changeRecords(outcomes: readonly Outcome[]): ChangeRecord[] {
  return outcomes.flatMap((outcome) => {
    const observation = observationOf(outcome)
    if (observation === null) return []
    return observation.changes.map(({ setting, current, desired }) => ({
      ...names(observation.target),
      setting,
      ...(current === undefined ? {} : { current }),
      desired,
    }))
  })
}

function targetRecord(outcome: Outcome): TargetRecord {
  const observation = observationOf(outcome)
  return {
    ...(outcome.status === 'skipped' ? { account_sid: outcome.accountSid, resource: null } : names(outcome.target)),
    result: resultOf(outcome),
    desired: outcome.status === 'skipped' ? outcome.desired : (observation?.desired ?? null),
    current: observation?.current ?? null,
    after: outcome.status === 'written' ? outcome.after : null,
    changes: changeRecords([outcome]),
    findings: findingsOf(outcome).map(({ rule, severity, message }) => ({ rule, severity, message })),
    guards: [...(observation?.guards ?? [])],
    error: outcome.status === 'failed' ? { name: outcome.error.name, message: outcome.error.message } : null,
  }
}

function names({ accountSid, resource }: Target): { account_sid: string; resource: string } {
  return { account_sid: accountSid, resource }
}
