import * as z from 'zod/mini'
import type { RunIdentity } from './github/event.ts'
import type { Mode } from './guard.ts'
import { findingsOf, observationOf, type Outcome, resultOf, type Target } from './outcome.ts'
import type { Ending, Report } from './report.ts'
import { settingNames } from './settings.ts'
import { version } from './version.ts'

const nullableText = z.nullable(z.string())
const value = z.union([z.string(), z.boolean()])
const results = z.enum(['in-sync', 'drift', 'noncompliant', 'applied', 'unverified', 'partial', 'refused', 'skipped', 'error'])
const snapshot = z.partialRecord(z.enum(settingNames), z.nullable(value))

const change = z.object({
  account_sid: z.string(),
  resource: z.string(),
  setting: z.enum(settingNames),
  /** `null` when blank; left out when the account does not have the property. */
  current: z.optional(z.nullable(value)),
  desired: value,
})

const target = z.object({
  account_sid: nullableText,
  resource: nullableText,
  result: results,
  desired: z.nullable(snapshot),
  current: z.nullable(snapshot),
  after: z.nullable(snapshot),
  changes: z.array(change),
  findings: z.array(z.object({ rule: z.string(), severity: z.enum(['error', 'warning']), message: z.string() })),
  guards: z.array(z.object({ rule: z.string(), message: z.string(), allowance: nullableText, isAllowed: z.boolean() })),
  error: z.nullable(z.object({ name: z.string(), message: z.string() })),
})

/** The evidence file. All that differs between two runs on the same state is in `run`. */
export const evidenceSchema = z.object({
  schemaVersion: z.literal(1),
  action: z.object({ name: z.string(), version: z.string() }),
  mode: z.nullable(z.enum(['check', 'plan', 'apply'])),
  result: results,
  drift: z.nullable(z.boolean()),
  title: z.string(),
  planId: nullableText,
  targets: z.array(target),
  errors: z.array(z.string()),
  run: z.object({
    time: z.string(),
    repository: nullableText,
    commit: nullableText,
    ref: nullableText,
    workflow: nullableText,
    url: nullableText,
    attempt: z.nullable(z.number()),
    actor: nullableText,
    event: nullableText,
    requestIds: z.array(z.string()),
  }),
})

export type Evidence = z.infer<typeof evidenceSchema>
type ChangeRecord = z.infer<typeof change>

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

function targetRecord(outcome: Outcome): z.infer<typeof target> {
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
