import { createHash } from 'node:crypto'
import { canonicalValue, planId } from '../settings/plan-id.ts'
import type { RunIdentity } from '../inputs/event.ts'
import { type Result, results } from '../run/outcome.ts'
import { groupedBy } from '../shared/grouped.ts'
import { version } from '../shared/version.ts'
import { annotated, type Annotation, annotations } from './annotations.ts'
import type { Evidence, TargetRecord } from './evidence.ts'
import type { FleetGroup } from './fleet.ts'
import { type FleetCounts, fleetTitle } from './fleet-title.ts'
import type { JoinedShards } from './join.ts'
import type { Remark } from './remarks.ts'
import type { Report } from './report.ts'
import type { AccountState } from './state.ts'
import { prefixOf } from './title.ts'
import { count, transitions } from './words.ts'

/** What people are told about a fleet whose shards ran in jobs of their own. */
export function joinReport({ accountSid, shards, records, problems }: JoinedShards): Report {
  const targets = records.flatMap((record) => record.targets)
  const result = problems.length > 0 ? 'error' : worst(records.flatMap(resultsOf))
  const groups = groupsOf(targets)
  const stopped = records.filter((record) => record.targets.length === 0).flatMap(({ errors }) => errors)
  const remarks = [...problems, ...new Set(stopped)].map((text): Remark => ({ level: 'error', title: 'Fleet', text }))
  const hasDrift = driftOf(records, problems)
  const counts = countsOf(targets, hasDrift === true)
  const isFailure = result !== 'in-sync'
  return {
    result,
    isFailure,
    hasDrift,
    planId: problems.length > 0 ? null : planOf(targets),
    title: problems.length === 0 ? fleetTitle(result, 'check', counts) : unprovedTitle(counts),
    explanation:
      problems.length > 0
        ? 'What is missing, or does not fit together, is below. Run the workflow again once it is mended.'
        : result === 'drift'
          ? 'Where an account is wrong, run this action with "mode: apply". Where it is right, correct the workflow.'
          : isFailure
            ? 'What went wrong, or is not met, is below.'
            : `${count(shards, 'shard')} covered each account once.`,
    annotations: annotations(annotated(remarks), groups.map(annotation)),
    remarks,
    errors: [...new Set([...problems, ...records.flatMap(({ errors }) => errors)])],
    scope: { accountSid, shard: null, names: null },
    body: { kind: 'fleet', fleet: { ...counts, groups, reasons: [], warnings: [], asInputs: [] } },
  }
}

/** What is known to be wrong is said, whatever else failed. */
function unprovedTitle({ wrong, accounts }: FleetCounts): string {
  const known = wrong === 0 ? '' : `, and ${wrong} of ${count(accounts, 'account')} are not`
  return `Error: the shards do not prove that the fleet is in sync${known}`
}

/**
 * How the fleet stands: something that is known to differ stays known, whatever else failed. What a
 * sandbox answered says nothing about the fleet.
 */
export function joinState({ records, problems }: JoinedShards): AccountState {
  if (records.some(({ sandbox }) => sandbox)) return 'unknown'
  if (records.some(({ drift, targets }) => drift === true || targets.some(isDifferent))) return 'difference'
  return problems.length === 0 && worst(records.flatMap(resultsOf)) === 'in-sync' ? 'in-sync' : 'unknown'
}

/** The fingerprint of everything that differs, or breaks a policy: SHA-256 in hexadecimal, in any order. */
export function joinFingerprint({ records }: JoinedShards): string {
  const keys = records
    .flatMap(({ targets }) => targets)
    .flatMap(({ account_sid: sid, resource, changes, findings }) => {
      const names = [sid?.toLowerCase(), resource]
      return [
        ...changes.map(({ setting, current, desired }) =>
          JSON.stringify([...names, setting, canonicalValue(setting, current), canonicalValue(setting, desired)]),
        ),
        ...findings.filter(({ severity }) => severity === 'error').map(({ rule }) => JSON.stringify([...names, rule])),
      ]
    })
  return createHash('sha256')
    .update([...new Set(keys)].sort().join('\n'))
    .digest('hex')
}

/** The evidence of the whole fleet, in the form of that of one run. */
export function joinEvidence(
  { accountSid, records, problems }: JoinedShards,
  report: Report,
  run: RunIdentity,
  time: Date,
): Evidence {
  const [first] = records
  const listed = new Set(records.map(({ scope }) => scope?.listed ?? null))
  return {
    schemaVersion: 2,
    action: { name: 'twilio-composition-settings', version },
    mode: 'check',
    result: report.result,
    drift: report.hasDrift,
    sandbox: records.some(({ sandbox }) => sandbox),
    scope: {
      accountSid,
      accounts: first?.scope?.accounts ?? 'self',
      shard: { index: 1, count: 1 },
      listed: listed.size === 1 ? ([...listed][0] ?? null) : null,
      covered: problems.length > 0 ? null : records.reduce((sum, { scope }) => sum + (scope?.covered ?? 0), 0),
    },
    policy: first?.policy ?? null,
    title: report.title,
    planId: report.planId,
    targets: records.flatMap(({ targets }) => targets).toSorted(byAccount),
    errors: [...report.errors],
    run: { time: time.toISOString(), ...run, requestIds: records.flatMap(({ run: { requestIds } }) => requestIds) },
  }
}

function byAccount(a: TargetRecord, b: TargetRecord): number {
  return (a.account_sid ?? '') < (b.account_sid ?? '') ? -1 : 1
}

function resultsOf({ result, targets }: Evidence): Result[] {
  return [result, ...targets.map((target) => target.result)]
}

/** The results, the worst first. Of a fleet, what was skipped is not in sync. */
const worstFirst: readonly Result[] = [...results.filter((result) => result !== 'in-sync'), 'in-sync']

/** Over none it is an error: nobody was asked, so nothing is proved. */
function worst(all: readonly Result[]): Result {
  return worstFirst.find((result) => all.includes(result)) ?? 'error'
}

function driftOf(records: readonly Evidence[], problems: readonly string[]): boolean | null {
  const each = records.map(({ drift }) => drift)
  if (each.includes(true)) return true
  return problems.length > 0 || each.includes(null) ? null : false
}

function countsOf(targets: readonly TargetRecord[], hasDrift: boolean): FleetCounts {
  const byAccount = groupedBy(targets, ({ account_sid: sid }) => sid?.toLowerCase())
  const accounts = [...byAccount.values()]
  const ofAccounts = accounts.map((own) => worst(own.map(({ result }) => result)))
  const isWrong = (own: readonly TargetRecord[]): boolean => own.some(isDifferent)
  const isUnjudged = (own: readonly TargetRecord[]): boolean => own.some(({ result }) => unjudged.has(result))
  return {
    accounts: accounts.length,
    counts: results
      .map((result) => [result, ofAccounts.filter((other) => other === result).length] as const)
      .filter(([, number]) => number > 0),
    written: 0,
    wrong: accounts.filter(isWrong).length,
    unjudged: accounts.filter((own) => !isWrong(own) && isUnjudged(own)).length,
    hasDrift,
    cause: null,
  }
}

const unjudged: ReadonlySet<Result> = new Set(['error', 'refused', 'skipped', 'partial'])

/** What is known to differ, or to break a policy, whatever else failed. */
function isDifferent({ changes, findings }: TargetRecord): boolean {
  return changes.length > 0 || findings.some(({ severity }) => severity === 'error')
}

/** `null` if a target could not be read, as in one run over all accounts. */
function planOf(targets: readonly TargetRecord[]): string | null {
  const known = targets.flatMap(({ account_sid: accountSid, resource, desired, current }) =>
    accountSid === null || resource === null || desired === null || current === null
      ? []
      : [{ target: { accountSid, resource }, desired, current }],
  )
  // A switch is true or false, and what is desired is never blank: this action wrote the files.
  return known.length === targets.length ? planId(known as Parameters<typeof planId>[0]) : null
}

/** The accounts that are not in sync, by what is wrong with them, the worst first. */
function groupsOf(targets: readonly TargetRecord[]): FleetGroup[] {
  const wrong = targets
    .filter(({ result }) => result !== 'in-sync')
    .toSorted((a, b) => worstFirst.indexOf(a.result) - worstFirst.indexOf(b.result))
    .map((target) => ({ ...target, details: detailsOf(target) }))
  const alike = groupedBy(wrong, ({ resource, result, details }) => JSON.stringify([resource, result, details]))
  return [...alike.values()].flatMap((group) =>
    group.slice(0, 1).map(({ resource, result, details }) => ({
      resource: resource ?? 'composition-settings',
      result,
      isFailure: true,
      title: prefixOf(result, 'check', false),
      details,
      accounts: group.map(({ account_sid: sid }) => ({ sid: sid ?? '', name: null })),
    })),
  )
}

function detailsOf({ changes, findings, error }: TargetRecord): string {
  return [
    ...(changes.length === 0
      ? []
      : [`${transitions(changes.map((change) => ({ ...change, current: change.current })))}.`]),
    ...(error === null ? [] : [error.message]),
    ...findings.map(({ message }) => message),
  ].join(' ')
}

function annotation({ title, details, accounts }: FleetGroup): Annotation {
  const sids = accounts.slice(0, 10).map(({ sid }) => sid)
  const more = accounts.length > sids.length ? `, and ${accounts.length - sids.length} more` : ''
  return {
    level: 'error',
    title: `${title}: ${count(accounts.length, 'account')}`,
    text: `${sids.join(', ')}${more}: ${details}`,
    accounts: accounts.length,
  }
}
