import { groupedBy } from '../shared/grouped.ts'
import { abbreviate, firstOf, withoutRequestId } from '../shared/text.ts'
import { type AsInputs, groupsOfEqualSettings } from './as-inputs.ts'
import type { Change } from '../settings/diff.ts'
import type { Mode } from '../settings/guards.ts'
import { isBystander } from './explanation.ts'
import type { FleetCounts } from './fleet-title.ts'
import { differencesOf, title, violations } from './title.ts'
import { capitalized, inWords, listed } from './words.ts'
import { hasDrift, isKnownWrong, isUnjudged } from '../run/known.ts'
import {
  accountOf,
  isFailure,
  type Outcome,
  overallResult,
  type Result,
  resultOf,
  results,
  type Scope,
  verifiedChanges,
} from '../run/outcome.ts'
import { bySeverity, failureRemarks, type Remark, writeRemarks } from './remarks.ts'
import type { Resource } from '../settings/target.ts'
import { sharedRemarks, unsharedRemarks, quietWarnings } from './fleet-remarks.ts'

/** Accounts of a fleet of which the same is to be said. */
export interface FleetGroup {
  readonly resource: Resource
  readonly result: Result
  readonly isFailure: boolean
  /** The verdict in a few words. */
  readonly title: string
  /** The differences, the refusals or the failure. */
  readonly details: string
  /** The accounts, with their names as Twilio lists them; `null` if it lists none. */
  readonly accounts: readonly { readonly sid: string; readonly name: string | null }[]
}

/** The report on many accounts. The `counts` have the worst first. */
export interface FleetReport extends FleetCounts {
  /** The accounts that are not in sync, by what is wrong with them: what is known first. */
  readonly groups: readonly FleetGroup[]
  /**
   * What holds for several targets alike, such as why `apply` refuses: each once, since the entries
   * leave it out.
   */
  readonly reasons: readonly Remark[]
  /** The warnings on those that are in sync: one of each kind, since they get no annotation of their own. */
  readonly warnings: readonly Remark[]
  /** What the accounts have, as inputs: those with equal settings together, the most accounts first. */
  readonly asInputs: readonly (AsInputs & { readonly accounts: readonly string[] })[]
}

/** Sums up the outcomes of several accounts. */
export function fleetReport(outcomes: readonly Outcome[], mode: Mode, names: Scope['names'] = null): FleetReport {
  const byAccount = groupedBy(outcomes, accountOf)
  const ofAccounts = [...byAccount.values()].map(overallResult)
  const counts = results.map((result) => [result, ofAccounts.filter((other) => other === result).length] as const)
  const shared = sharedRemarks(outcomes, mode)
  return {
    accounts: byAccount.size,
    counts: counts.filter(([, number]) => number > 0),
    groups: groupsOf(outcomes, mode, (outcome) => unsharedRemarks(outcome, mode, shared), names),
    written: [...byAccount.values()].filter(isWrittenWell).length,
    wrong: [...byAccount.values()].filter((ofAccount) => ofAccount.some(isKnownWrong)).length,
    unjudged: [...byAccount.values()].filter((ofAccount) => !ofAccount.some(isKnownWrong) && ofAccount.some(isUnjudged))
      .length,
    hasDrift: hasDrift(outcomes) === true,
    cause: causeOf(outcomes.filter(isKnownWrong)),
    reasons: bySeverity([...shared.values()]),
    warnings: quietWarnings(outcomes, mode, shared),
    asInputs: groupsOfEqualSettings(outcomes),
  }
}

/** What is wrong in a few words, if it is the same with all of these targets; else `null`. */
function causeOf(wrong: readonly Outcome[]): string | null {
  const causes = new Set(
    wrong.map((outcome) => {
      const differences = differencesOf([outcome])
      return listed(differences.length > 0 ? differences : violations([outcome]))
    }),
  )
  return causes.size === 1 ? ([...causes][0] ?? null) : null
}

/** Whether an account was written, and nothing of that failed; a policy may be broken nonetheless. */
function isWrittenWell(ofAccount: readonly Outcome[]): boolean {
  return (
    ofAccount.some(({ status }) => status === 'written') &&
    ['applied', 'noncompliant'].includes(overallResult(ofAccount))
  )
}

/** What is said of one target, apart from its account. */
interface Entry {
  readonly outcome: Exclude<Outcome, { status: 'skipped' }>
  readonly title: string
  readonly changes: readonly Change[]
  readonly sentences: string
}

function groupsOf(
  outcomes: readonly Outcome[],
  mode: Mode,
  ownRemarks: (outcome: Outcome) => readonly Remark[],
  names: Scope['names'],
): FleetGroup[] {
  const entries = [...outcomes]
    .sort((a, b) => rank(a, mode) - rank(b, mode))
    .flatMap((outcome) => entry(outcome, mode, ownRemarks(outcome)))
  return [...groupedBy(entries, keyOf).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ outcome, title, sentences }) => ({
      resource: outcome.target.resource,
      result: resultOf(outcome),
      isFailure: isFailure([outcome], mode),
      title,
      details: joined(
        commonTransitions(alike.map(({ changes }) => changes)),
        alike.length === 1
          ? sentences
          : capitalized(withoutRequestId(sentences).replaceAll(outcome.target.accountSid, 'the account')),
      ),
      accounts: alike.map(({ outcome: { target } }) => ({
        sid: target.accountSid,
        name: names?.get(target.accountSid.toLowerCase()) ?? null,
      })),
    })),
  )
}

/** Where a target stands in the list: what is known to be wrong comes before what could not be told. */
function rank(outcome: Outcome, mode: Mode): number {
  const place = results.indexOf(resultOf(outcome)) + (isBystander(outcome) ? 0.5 : 0)
  return mode !== 'apply' && isKnownWrong(outcome) ? place - results.length : place
}

function entry(outcome: Outcome, mode: Mode, ownRemarks: readonly Remark[]): Entry[] {
  const result = resultOf(outcome)
  if (result === 'in-sync' || outcome.status === 'skipped' || outcome.status === 'read') return []
  const verdict = isBystander(outcome) ? 'Refused: another account is' : title({ result, mode, outcomes: [outcome] })
  return [{ outcome, title: verdict, ...details(outcome, mode, ownRemarks) }]
}

/** The same for entries of which the same is to be said, whatever values the accounts have. */
function keyOf({ outcome, title, changes, sentences }: Entry): string {
  const { accountSid, resource } = outcome.target
  const settings = changes.map(({ setting }) => setting)
  return JSON.stringify([resource, title, settings, withoutRequestId(sentences).replaceAll(accountSid, '')])
}

/** The changes that several targets have alike; where their values are not, that is said instead of them. */
function commonTransitions(all: readonly (readonly Change[])[]): string {
  const [first = []] = all
  const common = (values: readonly string[]): string =>
    new Set(values).size === 1 ? (values[0] ?? '') : 'different values'
  return first
    .map(({ setting }, index) => {
      const before = common(all.map((changes) => inWords(changes[index]?.current)))
      const after = common(all.map((changes) => inWords(changes[index]?.desired)))
      return `${setting}: ${before} → ${after}`
    })
    .join('; ')
}

function joined(changes: string, sentences: string): string {
  return [changes === '' || sentences === '' ? changes : `${changes}.`, sentences]
    .filter((part) => part !== '')
    .join(' ')
}

/** What is to be said of one target; `ownRemarks` are those that are not said of several alike. */
function details(
  outcome: Exclude<Outcome, { status: 'skipped' | 'read' }>,
  mode: Mode,
  ownRemarks: readonly Remark[],
): Pick<Entry, 'changes' | 'sentences'> {
  const own = ownRemarks.map(({ text }) => text)
  const said = (changes: readonly Change[], ...sentences: readonly string[]): Pick<Entry, 'changes' | 'sentences'> => ({
    changes,
    sentences: sentences.join(' '),
  })
  switch (outcome.status) {
    case 'failed':
      return said(
        [],
        outcome.error.message,
        ...failureRemarks(outcome).map(({ text }) => text),
        ...(mode === 'apply' && outcome.written === 'no'
          ? [outcome.uploaded.kind === 'no' ? 'Nothing was written.' : 'The settings were not written.']
          : []),
      )
    case 'wrong-account':
      return said(
        [],
        outcome.answered === null
          ? 'No answer of Twilio says which account it is about.'
          : `Account ${abbreviate(outcome.answered)} answered.`,
      )
    case 'refused':
      return said(outcome.changes, ...own)
    case 'written':
      return said(
        verifiedChanges(outcome),
        ...writeRemarks(outcome).map(({ text }) => text),
        ...own,
        ...outcome.findings.map(({ message }) => `${message}.`),
      )
    case 'compared':
      return said(outcome.changes, ...outcome.findings.map(({ message }) => `${message}.`), ...own)
  }
}

/** The first of some accounts as people find them, such as "Klinik 7 (AC…), AC… and 2 more". */
export function namesOf(accounts: FleetGroup['accounts'], most: number): string {
  return firstOf(
    accounts.map(({ sid, name }) => (name === null ? sid : `${name} (${sid})`)),
    most,
  )
}
