import type { Change } from '../settings/diff.ts'
import { findingTitle } from '../settings/findings.ts'
import { type Guard, guardRules, type Mode } from '../settings/guards.ts'
import { findingsOf, isFailure, isOutdated, observationOf, type Outcome, type Uploaded } from '../run/outcome.ts'
import { mediaText } from './media.ts'
import { wrongAccountRemark } from './wrong-account.ts'
import { settingNames } from '../settings/settings.ts'
import { capitalized, edition, inWords } from './words.ts'

/** A remark beside the table of settings. */
export interface Remark {
  readonly level: 'error' | 'warning' | 'note'
  readonly title: string
  readonly text: string
}

/** The remarks on one target, the most serious first. */
export function remarksOf(outcome: Outcome, mode: Mode): Remark[] {
  return bySeverity(Object.values(remarksByTopic(outcome, mode)).flat())
}

/** The remarks on one target, by topic. */
export function remarksByTopic(
  outcome: Outcome,
  mode: Mode,
): Readonly<Record<'end' | 'guard' | 'edition' | 'finding' | 'media' | 'blank', readonly Remark[]>> {
  return {
    end: ownRemarks(outcome),
    guard: guardRemarks(outcome),
    edition: editionRemarks(outcome, mode),
    finding: findingRemarks(outcome, mode),
    media: mediaRemarks(outcome),
    blank: blankSwitchRemarks(outcome),
  }
}

/** Remarks in the order in which they should be read; those alike in their own. */
export function bySeverity(remarks: readonly Remark[]): Remark[] {
  const weight = { error: 0, warning: 1, note: 2 }
  return [...remarks].sort((a, b) => weight[a.level] - weight[b.level])
}

function ownRemarks(outcome: Outcome): Remark[] {
  switch (outcome.status) {
    case 'read':
    case 'compared':
    case 'refused':
      return []
    case 'skipped':
      return [
        {
          level: 'warning',
          title: 'The live account was not checked',
          text: `The live account was NOT checked: ${outcome.reason}.`,
        },
        ...outcome.findings.map((finding): Remark => ({
          level: finding.severity,
          title: capitalized(findingTitle(finding)),
          text: `${finding.message}.`,
        })),
      ]
    case 'wrong-account':
      return [wrongAccountRemark(outcome)]
    case 'failed':
      return [{ level: 'error', title: outcome.error.label, text: outcome.error.facts }, ...failureRemarks(outcome)]
    case 'written':
      return [
        ...(outcome.uploaded === null
          ? []
          : [uploadedRemark('note', outcome.uploaded, 'Keep its private key: without it nobody can read the media.')]),
        ...writeRemarks(outcome),
      ]
  }
}

/** What went wrong with a write: settings that did not take, and settings that someone else wrote. */
export function writeRemarks({ remaining, overwritten }: Extract<Outcome, { status: 'written' }>): Remark[] {
  return [
    ...(remaining.length === 0 ? [] : [remainingRemark(remaining)]),
    ...overwritten.map((name): Remark => ({
      level: 'warning',
      title: `${name} changed meanwhile`,
      text: `${name} is not managed and was not written, but changed during the run: somebody else wrote in the meantime. Run "mode: check".`,
    })),
  ]
}

function remainingRemark(remaining: readonly Change[]): Remark {
  const values = remaining.map(
    ({ setting, current, desired }) => `${setting}: ${inWords(current)}, not ${inWords(desired)}`,
  )
  return {
    level: 'error',
    title: 'Not verified',
    text: `Twilio accepted the write, but the account has ${values.join('; ')}.`,
  }
}

/** The state of a target that stopped in the middle. */
export function failureRemarks({ uploaded, written }: Extract<Outcome, { status: 'failed' }>): Remark[] {
  return [...keyRemark(uploaded), ...writtenRemark(written)]
}

function keyRemark(uploaded: Uploaded): Remark[] {
  switch (uploaded.kind) {
    case 'no':
      return []
    case 'yes':
      return [uploadedRemark('warning', uploaded.sid, 'The next apply finds it there.')]
    case 'unknown':
      return [
        {
          level: 'error',
          title: 'Upload not verified',
          text: 'It is unknown whether the public key was uploaded. The next apply checks first.',
        },
      ]
  }
}

function uploadedRemark(level: 'warning' | 'note', sid: string, advice: string): Remark {
  return { level, title: 'Public key uploaded', text: `The public key was uploaded as ${sid}. ${advice}` }
}

function writtenRemark(written: 'no' | 'yes' | 'unknown'): Remark[] {
  return written === 'no' ? [] : [{ level: 'error', title: 'Not verified', text: unverifiedText(written) }]
}

/** What is known of settings that were sent and not read back, and what to do. */
export function unverifiedText(written: 'yes' | 'unknown'): string {
  const text =
    written === 'yes'
      ? 'Twilio accepted the new settings, but they were not read back.'
      : 'The new settings were sent, and it is unknown whether Twilio took them.'
  return `${text} Run "mode: check" to see what the account has.`
}

function findingRemarks(outcome: Outcome, mode: Mode): Remark[] {
  // If a write was not verified, the findings from before it may no longer hold.
  const findings =
    outcome.status === 'written'
      ? outcome.findings
      : isOutdated(outcome)
        ? []
        : (observationOf(outcome)?.findings ?? [])
  const isRed = isFailure([outcome], mode)
  return findings.map((finding): Remark => ({
    level: isRed ? finding.severity : 'warning',
    title: capitalized(findingTitle(finding)),
    text: `${finding.message}.`,
  }))
}

function mediaRemarks(outcome: Outcome): Remark[] {
  const media = observationOf(outcome)?.media ?? null
  return media === null ? [] : [{ level: 'note', title: 'Media', text: mediaText(media) }]
}

/** What is blank on the account, or not there at all, and counts as the desired false. */
function blankSwitchRemarks(outcome: Outcome): Remark[] {
  const observation = observationOf(outcome)
  if (observation === null) return []
  const { desired, current } = observation
  return settingNames
    .filter((name) => desired[name] === false && (current[name] ?? null) === null)
    .map((name): Remark => {
      const state = current[name] === undefined ? 'not available on this account' : 'blank'
      return { level: 'note', title: name, text: `${name} is ${state}, which counts as the desired false.` }
    })
}

/**
 * The remarks on the guards of a target, including those that were allowed. What a finding says already is
 * not said again.
 */
function guardRemarks(outcome: Outcome): Remark[] {
  const told = new Set(findingsOf(outcome).map(({ message }) => message))
  const guards = observationOf(outcome)?.guards ?? []
  return guards.filter(({ message }) => !told.has(message)).map((guard) => guardRemark(guard, outcome))
}

/** The remark on a guard, with the word that allows it. */
function guardRemark({ rule, message, allowance, isAllowed }: Guard, outcome: Outcome): Remark {
  const needed = `"allow-risky-changes: ${allowance}"`
  const title = allowance === null ? capitalized(guardRules[rule].title) : `Needs allow-risky-changes: ${allowance}`
  if (isAllowed) return { level: 'note', title, text: `${message}. Allowed by ${needed}.` }
  if (outcome.status === 'refused')
    return {
      level: 'error',
      title,
      text: allowance === null ? `${message}.` : `${message}. To allow it, run once with ${needed}.`,
    }
  const barrier = allowance === null ? 'would refuse' : `needs ${needed}`
  return { level: 'warning', title, text: `"mode: apply" ${barrier}. ${message}.` }
}

/**
 * Settings that the account does not have although the workflow wants them, or seems not to have because
 * they did not take.
 */
function editionRemarks(outcome: Outcome, mode: Mode): Remark[] {
  if (outcome.status === 'written')
    return outcome.remaining.some(({ setting }) => setting === 'encryption_enabled')
      ? [{ level: 'error', title: 'Edition', text: edition }]
      : []
  const missing = (isOutdated(outcome) ? [] : (observationOf(outcome)?.changes ?? []))
    .filter(({ current }) => current === undefined)
    .map(({ setting }) => setting)
  const advice = missing.some((setting) => setting.startsWith('encryption_'))
    ? edition
    : 'Ask Twilio to enable it for this account.'
  return missing.length === 0
    ? []
    : [
        {
          level: mode === 'check' ? 'error' : 'warning',
          title: 'Not available',
          text: `The account does not have ${missing.join(', ')}. ${advice}`,
        },
      ]
}
