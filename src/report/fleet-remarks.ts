import { groupedBy } from '../shared/grouped.ts'
import { type Mode } from '../settings/guards.ts'
import { count } from './words.ts'
import { observationOf, type Outcome, resultOf } from '../run/outcome.ts'
import { mediaText } from './media.ts'
import { type Remark, remarksByTopic, remarksOf } from './remarks.ts'

/**
 * The remarks that several targets share, to be said once above the list of a fleet: every note, and of the others
 * those of at least two targets. By the texts that the entries of the list then leave out.
 */
export function sharedRemarks(outcomes: readonly Outcome[], mode: Mode): ReadonlyMap<string, Remark> {
  const about = (topic: 'guard' | 'edition' | 'blank'): ReturnType<typeof grouped> =>
    grouped(
      outcomes,
      (outcome) => remarksByTopic(outcome, mode)[topic],
      ({ text }) => text,
    ).filter(({ remark, targets }) => remark.level === 'note' || targets > 1)
  const ofTheRun = about('guard')
  const ofAccounts = [...about('edition'), ...about('blank')]
  return new Map([
    ...mediaRemarks(outcomes).map((remark) => [remark.text, remark] as const),
    ...ofTheRun.map(({ remark }) => [remark.text, remark] as const),
    ...ofAccounts.map(
      ({ remark, accounts }) =>
        [remark.text, { ...remark, text: `On ${count(accounts.length, 'account')}: ${remark.text}` }] as const,
    ),
  ])
}

/** What the media of all accounts is like together, for each resource. */
function mediaRemarks(outcomes: readonly Outcome[]): Remark[] {
  const reports = outcomes.flatMap((outcome) => observationOf(outcome)?.media ?? [])
  return [...groupedBy(reports, ({ resource }) => resource).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ level: 'note', title: 'Media', text: mediaText(first, ...more) }],
  )
}

/** The obstacles on one target that are not listed above. */
export function unsharedRemarks(outcome: Outcome, mode: Mode, shared: ReadonlyMap<string, Remark>): Remark[] {
  const { guard, edition } = remarksByTopic(outcome, mode)
  return [...guard, ...edition].filter(({ text }) => !shared.has(text))
}

/**
 * The warnings on targets that are in sync, or were written so that they are: one of each kind, since
 * they get no annotation of their own.
 */
export function quietWarnings(outcomes: readonly Outcome[], mode: Mode, shared: ReadonlyMap<string, Remark>): Remark[] {
  const quiet = outcomes.filter((outcome) => ['in-sync', 'applied'].includes(resultOf(outcome)))
  const warnings = grouped(
    quiet,
    (outcome) => remarksOf(outcome, mode).filter(({ level, text }) => level === 'warning' && !shared.has(text)),
    ({ title }) => title,
  )
  return warnings.map(({ remark, accounts: [sid, ...others] }) => ({
    ...remark,
    text: `${count(others.length + 1, 'account')} in sync (first: ${sid}): ${remark.text}`,
  }))
}

/** The first remark of each kind, in their order, on how many targets it is made, and the SIDs of their accounts. */
function grouped(
  outcomes: readonly Outcome[],
  remarksFor: (outcome: Outcome) => readonly Remark[],
  kindOf: (remark: Remark) => string,
): { readonly remark: Remark; readonly targets: number; readonly accounts: readonly string[] }[] {
  const all = outcomes.flatMap((outcome) =>
    outcome.status === 'skipped'
      ? []
      : remarksFor(outcome).map((remark) => ({ remark, sid: outcome.target.accountSid })),
  )
  return [...groupedBy(all, ({ remark }) => kindOf(remark)).values()].flatMap((group) =>
    group
      .slice(0, 1)
      .map(({ remark }) => ({ remark, targets: group.length, accounts: [...new Set(group.map(({ sid }) => sid))] })),
  )
}
