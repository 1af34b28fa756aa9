import type { Remark } from '../report/remarks.ts'
import type { Report } from '../report/report.ts'
import type { Section } from '../report/sections.ts'
import type { Row } from '../report/table.ts'
import type { Result } from '../run/outcome.ts'
import { defaultNames } from '../settings/target.ts'
import { abbreviate, longestValue } from '../shared/text.ts'
import { code, html } from './escape.ts'
import { countsTable, groupList } from './fleet-summary.ts'
import { inputsBlocks } from './inputs-block.ts'
import { type SettingValue } from '../settings/values.ts'
import { shardText } from '../inputs/accounts.ts'

/** The mark of each result. */
export const icons: Readonly<Record<Result, string>> = {
  'in-sync': '✅',
  read: '📖',
  applied: '✅',
  drift: '❌',
  noncompliant: '❌',
  unverified: '❌',
  partial: '❌',
  refused: '🛑',
  error: '❌',
  skipped: '⚠️',
}

const marks: Readonly<Record<Row['mark'], string>> = {
  same: '✅',
  broken: '❌',
  different: '❌',
  planned: '📝',
  written: '✏️',
  unwritten: '❌',
  unverified: '❓',
  unmanaged: '',
  overwritten: '⚠️',
}
const levels: Readonly<Record<Remark['level'], string>> = { error: '❌', warning: '⚠️', note: 'ℹ️' }

/**
 * A report as the Markdown of a job summary. `time` is when the run began, `documents` where README.md and
 * SECURITY.md can be read.
 */
export function summary(
  report: Report,
  {
    time,
    isSandbox,
    documents,
  }: { readonly time: Date; readonly isSandbox: boolean; readonly documents: string | null },
): string {
  const small = [...smallPrint(report, time).map(html), ...(documents === null ? [] : links(report, documents))]
  return `${summaryBody(report, isSandbox)}\n\n<p><sub>${small.join(' · ')}</sub></p>\n`
}

/** Where to read on: what each message means, and, where an account may have been tampered with, what to check. */
function links(report: Report, documents: string): string[] {
  const link = (page: string, name: string): string => `<a href="${html(`${documents}/${page}`)}">${name}</a>`
  if (!report.isFailure) return []
  return [
    link('README.md#troubleshooting', 'Troubleshooting'),
    ...(report.hasDrift === true
      ? [link('.github/SECURITY.md#if-you-suspect-an-incident', 'If you suspect an incident')]
      : []),
  ]
}

/** The summary without its small print: blocks with a blank line between them, and a line for each row. */
export function summaryBody(report: Report, isSandbox: boolean): string {
  const icon =
    report.result === 'drift' && !report.isFailure
      ? '📝'
      : report.result === 'noncompliant' && !report.isFailure
        ? '⚠️'
        : icons[report.result]
  const remarks =
    report.remarks.length === 0
      ? []
      : [list(report.remarks.map((remark) => `${levels[remark.level]} ${html(remark.text)}`))]
  return [
    `<h2>${icon} ${html(report.title)}${sandboxWord(isSandbox)}</h2>`,
    `<p>${html(report.explanation)}</p>`,
    ...details(report.body, remarks, report.result === 'read'),
    ...inputsBlocks(report.body, report.result === 'read'),
  ].join('\n\n')
}

/** What a heading says of a run that did not ask Twilio. */
export function sandboxWord(isSandbox: boolean): string {
  return isSandbox ? ' (sandbox)' : ''
}

/** The remarks, which say what to do, and then the settings: on a phone these are below the first screen. */
function details(body: Report['body'], remarks: readonly string[], isRead: boolean): string[] {
  if (body.kind === 'fleet') return [...countsTable(body.fleet), ...remarks, ...groupList(body.fleet)]
  const { sections } = body
  return [
    ...remarks,
    ...sections
      .filter(({ managed }) => managed.length > 0)
      .map((section) => titled(section, sections) + managedList(section)),
    ...sections
      .filter(({ unmanaged }) => unmanaged.length > 0)
      .map((section) => (isRead ? titled(section, sections) + currentList(section) : folded(section, sections))),
  ]
}

function titled({ target }: Section, all: readonly Section[]): string {
  return all.length === 1 || target === null ? '' : `<h3>${defaultNames[target.resource]}</h3>\n`
}

/**
 * One item for each setting, its values on lines of their own: a cell of a table is as wide as the longest
 * word in it, and a bucket URL is one word.
 */
function managedList({ columns: [before, after], managed }: Section): string {
  return list(
    managed.map((row) =>
      row.mark === 'same'
        ? `${marks[row.mark]} ${code(row.setting)}: ${value(row.before)}`
        : `${marks[row.mark]} ${code(row.setting)}<br>${before}: ${value(row.before)}<br>${after}: ${value(row.after)}`,
    ),
  )
}

function currentList({ unmanaged }: Section): string {
  return list(unmanaged.map((row) => `${code(row.setting)}: ${value(row.before)}`))
}

function folded(section: Section, all: readonly Section[]): string {
  const { target, unmanaged } = section
  const whose = all.length > 1 && target !== null ? `${defaultNames[target.resource]}: ` : ''
  const heading = `${whose}${unmanaged.length} not managed by this workflow`
  return `<details><summary>${heading}</summary>\n${currentList(section)}\n</details>`
}

/** A list in HTML without a blank line, so that no Markdown in an item is taken for Markdown. */
function list(items: readonly string[]): string {
  return ['<ul>', ...items.map((item) => `<li>${item}</li>`), '</ul>'].join('\n')
}

/** Inside `<code>`, GitHub makes no links and mentions nobody. */
function value(shown: SettingValue | null | undefined): string {
  if (shown === undefined) return '<em>not available</em>'
  if (shown === null) return '<em>blank</em>'
  return code(abbreviate(String(shown), longestValue))
}

function smallPrint(report: Report, time: Date): string[] {
  const { scope, body } = report
  const sections = body.kind === 'account' ? body.sections : []
  const requests = sections.flatMap(({ requestIds }) => requestIds)
  const account = sections.find(({ target }) => target !== null)?.target?.accountSid ?? scope?.accountSid ?? null
  return [
    ...(account === null ? [] : [`${body.kind === 'fleet' ? 'Parent' : 'Account'} ${account}`]),
    ...(scope === null || scope.shard === null ? [] : [`Shard ${shardText(scope.shard)}`]),
    time
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' UTC'),
    ...(requests.length === 0 ? [] : [`Request ${requests.join(', ')}`]),
    ...(report.planId === null ? [] : [`Plan ${report.planId.slice(0, 12)}`]),
  ]
}
