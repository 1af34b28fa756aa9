import type { z } from 'zod/mini'
import type { evidenceSchema } from './evidence-schema.ts'
import type { Inputs, WorkflowInputs } from '../inputs/inputs.ts'
import { accountOf, findingsOf, observationOf, type Outcome, resultOf, type RunResult } from '../run/outcome.ts'
import { type MediaReport, type MediaState, mediaStates } from '../settings/media.ts'
import type { Resource, Target } from '../settings/target.ts'
import type { Report } from './report.ts'
import { version } from '../shared/version.ts'
import { withoutRequestId } from '../shared/text.ts'

/** The content of the evidence file. */
export type Evidence = z.infer<typeof evidenceSchema>

/** What the evidence says of one target. */
export type TargetRecord = Evidence['targets'][number]

/**
 * The evidence of a run that began at `time`, as JSON in parts: one for each target, since a fleet may have
 * thousands.
 */
export function* evidenceJson(
  workflow: Pick<WorkflowInputs, 'inputs' | 'isSandbox' | 'identity'>,
  ending: RunResult,
  report: Report,
  time: Date,
): Generator<string> {
  const inputs = workflow.inputs.kind === 'right' ? workflow.inputs.value : null
  const outcomes = ending.kind === 'ran' ? ending.outcomes : []
  const rest: Omit<Evidence, 'targets'> = {
    schemaVersion: 2,
    action: { name: 'twilio-composition-settings', version },
    mode: ending.kind === 'ran' ? ending.mode : (inputs?.mode ?? null),
    result: report.result,
    drift: report.hasDrift,
    sandbox: workflow.isSandbox,
    scope: inputs === null ? null : scopeRecord(inputs, ending),
    policy: inputs === null ? null : policyRecord(inputs),
    title: report.title,
    planId: report.planId,
    errors: report.errors.map(withoutRequestId),
    run: { time: time.toISOString(), ...workflow.identity, requestIds: [...ending.requestIds] },
  }
  yield '{\n'
  for (const [name, value] of Object.entries(rest)) yield `  ${JSON.stringify(name)}: ${indented(value, '  ')},\n`
  yield '  "targets": ['
  for (const [index, outcome] of outcomes.entries())
    yield `${index === 0 ? '' : ','}\n    ${indented(targetRecord(outcome), '    ')}`
  yield outcomes.length === 0 ? ']\n}\n' : '\n  ]\n}\n'
}

function scopeRecord({ access, fleet }: Inputs, ending: RunResult): Evidence['scope'] {
  const covered = ending.kind === 'ran' ? ending.outcomes.filter(({ status }) => status !== 'skipped') : null
  return {
    accountSid: access.accountSid,
    accounts: fleet.accounts.kind === 'list' ? fleet.accounts.sids.toSorted() : fleet.accounts.kind,
    shard: fleet.shard ?? { index: 1, count: 1 },
    listed: ending.listed,
    covered: covered === null ? null : new Set(covered.map((outcome) => accountOf(outcome)?.toLowerCase())).size,
  }
}

function policyRecord({
  requirements,
  resources,
  credentials,
  mediaHours,
  allowed,
  expectedPlan,
}: Inputs): Evidence['policy'] {
  return {
    require: [...requirements],
    resources: [...resources],
    verifyCredentials: credentials.verify,
    maxKeyAgeDays: credentials.maxKeyAgeDays,
    mediaHours,
    allowRiskyChanges: [...allowed],
    expectedPlan,
  }
}

/**
 * A value as JSON, each of its lines but the first behind a margin. By line feeds, which JSON escapes in
 * texts; for `^` in a pattern, U+2028 and U+2029 would begin lines too, and they stand in texts.
 */
function indented(value: unknown, margin: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${margin}`)
}

/** The changes of all targets, as the output `changes` gives them. */
export function changeRecords(outcomes: readonly Outcome[]): TargetRecord['changes'][number][] {
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

/**
 * The findings of all targets, as the output `findings` gives them: the same in every run on the same
 * state.
 */
export function findingRecords(outcomes: readonly Outcome[]): TargetRecord['findings'][number][] {
  return outcomes.flatMap((outcome) =>
    findingsOf(outcome).map(({ rule, severity, message }) => ({
      ...namesOf(outcome),
      rule,
      severity,
      message: withoutRequestId(`${message}.`),
    })),
  )
}

function namesOf(outcome: Outcome): { account_sid: string | null; resource: Resource | null } {
  return outcome.status === 'skipped' ? { account_sid: outcome.accountSid, resource: null } : names(outcome.target)
}

function targetRecord(outcome: Outcome): TargetRecord {
  const observation = observationOf(outcome)
  return {
    ...namesOf(outcome),
    result: resultOf(outcome),
    desired: outcome.status === 'skipped' ? outcome.desired : (observation?.desired ?? null),
    current: observation?.current ?? null,
    after: outcome.status === 'written' ? outcome.after : null,
    changes: changeRecords([outcome]),
    written: outcome.status === 'failed' ? outcome.written : outcome.status === 'written' ? 'yes' : 'no',
    ...uploadRecord(outcome),
    ...mediaRecord(observation?.media ?? null),
    findings: findingRecords([outcome]),
    guards: [...(observation?.guards ?? [])],
    error:
      outcome.status === 'failed'
        ? { name: outcome.error.name, message: withoutRequestId(outcome.error.message) }
        : null,
  }
}

function mediaRecord(media: MediaReport | null): Pick<TargetRecord, 'media'> {
  if (media === null) return {}
  const { hours, isMore, sids, elsewhere } = media
  const record = <T>(of: (sids: readonly string[]) => T): Record<MediaState, T> =>
    // Every state is a key of `sids`.
    Object.fromEntries(mediaStates.map((state) => [state, of(sids[state])])) as Record<MediaState, T>
  const lists = { sids: record((list) => [...list]), elsewhere: [...elsewhere] }
  return { media: { hours, isMore, counts: record(({ length }) => length), ...lists } }
}

function uploadRecord(outcome: Outcome): Pick<TargetRecord, 'uploaded' | 'uploadedKey'> {
  if (outcome.status === 'failed')
    return {
      uploaded: outcome.uploaded.kind,
      uploadedKey: outcome.uploaded.kind === 'yes' ? outcome.uploaded.sid : null,
    }
  const sid = outcome.status === 'written' ? outcome.uploaded : null
  return { uploaded: sid === null ? 'no' : 'yes', uploadedKey: sid }
}

function names({ accountSid, resource }: Target): { account_sid: string; resource: Resource } {
  return { account_sid: accountSid, resource }
}
