import { abbreviate, longestValue } from '../shared/text.ts'
import type { Change } from '../settings/diff.ts'
import type { Guard, Mode } from '../settings/guards.ts'
import { isFailure, isOutdated, observationOf, type Outcome, type Uploaded } from '../run/outcome.ts'
import { mediaText } from './media.ts'
import { wrongAccountRemark } from './wrong-account.ts'
import { settingNames } from '../settings/settings.ts'
import { type SettingValue } from '../settings/values.ts'

/** Something worth saying, beside the table of settings. */
export interface Remark {
  readonly level: 'error' | 'warning' | 'note'
  readonly title: string
  readonly text: string
}

const retroactive: Remark = {
  level: 'note',
  title: 'Not retroactive',
  text: 'Settings are not retroactive: what was made while encryption was off stays unencrypted.',
}

/** What is to be said of one target, the gravest first. */
export function remarksOf(outcome: Outcome, mode: Mode): Remark[] {
  return bySeverity(Object.values(remarksByTopic(outcome, mode)).flat())
}

/** What is to be said of one target, by what it is about. */
export function remarksByTopic(
  outcome: Outcome,
  mode: Mode,
): Readonly<Record<'end' | 'guard' | 'edition' | 'finding' | 'media' | 'retroactive' | 'blank', readonly Remark[]>> {
  return {
    end: ownRemarks(outcome),
    guard: guardRemarks(outcome),
    edition: editionRemarks(outcome, mode),
    finding: findingRemarks(outcome, mode),
    media: mediaRemarks(outcome),
    retroactive: retroactiveRemarks(outcome),
    blank: blankSwitchRemarks(outcome),
  }
}

/** Remarks in the order in which they should be read; those alike in their own. */
export function bySeverity(remarks: readonly Remark[]): Remark[] {
  const weight = { error: 0, warning: 1, note: 2 }
  return [...remarks].sort((a, b) => weight[a.level] - weight[b.level])
}

/** One remark for each change that is surely still to be made, for where the table cannot be seen. */
export function changeRemarks(outcome: Outcome, mode: Mode): Remark[] {
  const observation = observationOf(outcome)
  if (observation === null || isOutdated(outcome)) return []
  const level = mode === 'plan' ? 'warning' : 'error'
  return observation.changes.map((change) => ({
    level,
    title: `${change.setting} ${mode === 'plan' ? 'would change' : 'differs'}`,
    text: sentence(change),
  }))
}

function ownRemarks(outcome: Outcome): Remark[] {
  switch (outcome.status) {
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
          title: `Finding: ${finding.rule}`,
          text: `${finding.message}.`,
        })),
      ]
    case 'wrong-account':
      return [wrongAccountRemark(outcome)]
    case 'failed':
      return [{ level: 'error', title: outcome.error.name, text: outcome.error.facts }, ...failureRemarks(outcome)]
    case 'written':
      return [
        ...(outcome.uploaded === null
          ? []
          : [uploadedRemark('note', outcome.uploaded, 'Keep its private key: without it nobody can read the media.')]),
        ...writeRemarks(outcome),
      ]
  }
}

/** What came of a write otherwise than it should: what did not take, and what someone else wrote. */
export function writeRemarks({ remaining, overwritten }: Extract<Outcome, { status: 'written' }>): Remark[] {
  return [
    ...remaining.map((change): Remark => ({
      level: 'error',
      title: `${change.setting} did not take`,
      text: `Twilio accepted the write, but ${sentence(change)}`,
    })),
    ...overwritten.map((name): Remark => ({
      level: 'warning',
      title: `${name} changed meanwhile`,
      text: `${name} is not managed and was not written, but changed during the run. Someone else wrote in the meantime.`,
    })),
  ]
}

/** What a target was left with that stopped in the middle. */
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
          text: 'Whether the account got the public key is not known. The next apply looks for it first.',
        },
      ]
  }
}

function uploadedRemark(level: 'warning' | 'note', sid: string, advice: string): Remark {
  return { level, title: 'Public key uploaded', text: `The public key was uploaded as ${sid}. ${advice}` }
}

function writtenRemark(written: 'no' | 'yes' | 'unknown'): Remark[] {
  if (written === 'no') return []
  const text =
    written === 'yes'
      ? 'Twilio accepted the new settings, but they were not read back.'
      : 'The new settings were sent; whether Twilio took them is not known.'
  return [{ level: 'error', title: 'Not verified', text: `${text} Run a check to see what the account has.` }]
}

function findingRemarks(outcome: Outcome, mode: Mode): Remark[] {
  // Where a write was not verified, nobody knows whether what was found before it still holds.
  const findings =
    outcome.status === 'written'
      ? outcome.findings
      : isOutdated(outcome)
        ? []
        : (observationOf(outcome)?.findings ?? [])
  const isRed = isFailure([outcome], mode)
  return findings.map((finding): Remark => ({
    level: isRed ? finding.severity : 'warning',
    title: `Finding: ${finding.rule}`,
    text: `${finding.message}.`,
  }))
}

function mediaRemarks(outcome: Outcome): Remark[] {
  const media = observationOf(outcome)?.media ?? null
  return media === null ? [] : [{ level: 'note', title: 'Media', text: mediaText(media) }]
}

/** That settings are not retroactive, if encryption was to be switched on. */
function retroactiveRemarks(outcome: Outcome): Remark[] {
  return observationOf(outcome)?.changes.some(
    ({ setting, desired }) => setting === 'encryption_enabled' && desired === true,
  ) === true
    ? [retroactive]
    : []
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

/** What is to be said of the guards of a target, those that were allowed included. */
function guardRemarks(outcome: Outcome): Remark[] {
  return (observationOf(outcome)?.guards ?? []).map((guard) => guardRemark(guard, outcome))
}

/** What is to be said of a guard, and what allows it. */
function guardRemark({ rule, message, allowance, isAllowed }: Guard, outcome: Outcome): Remark {
  const title = `Guard: ${rule}`
  if (isAllowed) return { level: 'note', title, text: `${message}. Allowed by "allow-risky-changes: ${allowance}".` }
  const remedy = allowance === null ? '' : ` To allow it, set "allow-risky-changes: ${allowance}".`
  return outcome.status === 'refused'
    ? { level: 'error', title, text: `${message}.${remedy}` }
    : { level: 'warning', title, text: `apply would refuse: ${message}.${remedy}` }
}

const edition = "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account."

/**
 * What the account does not have, though the workflow wants it, or seems not to have, since it did not
 * take.
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

/** What a change is about, in a sentence. */
function sentence({ setting, current, desired }: Change): string {
  return `${setting} is ${inWords(current)}, and ${inWords(desired)} is desired.`
}

/** A value as it stands in a sentence. */
export function inWords(value: SettingValue | null | undefined): string {
  if (value === undefined) return 'not available on this account'
  if (value === null) return 'blank'
  return typeof value === 'boolean' ? String(value) : `"${abbreviate(value, longestValue)}"`
}
