import { abbreviate } from '../shared/text.ts'
import type { FleetEntry, FleetReport } from '../report/fleet.ts'
import { code, html } from './escape.ts'

/**
 * The most that the list of targets takes, in bytes of UTF-8: GitHub takes summaries of 1 MiB from a
 * step.
 */
const longestList = 900 * 1024

/** The most of one target's details, in characters. */
const longestDetails = 600

/** How many accounts of a fleet ended in each way; nothing if there is none. */
export function countsTable({ counts }: FleetReport): string[] {
  const rows = counts.map(([result, number]) => `<tr><td>${html(result)}</td><td>${number}</td></tr>`)
  return rows.length === 0
    ? []
    : [['<table>', '<tr><th>Result</th><th>Accounts</th></tr>', ...rows, '</table>'].join('\n')]
}

/** What is not in sync, as far as it fits; nothing if all is. */
export function entriesTable({ entries }: FleetReport): string[] {
  if (entries.length === 0) return []
  const rows: string[] = []
  let size = 0
  for (const row of entries.map(entryRow)) {
    size += Buffer.byteLength(row) + 1
    if (size > longestList) break
    rows.push(row)
  }
  const left = entries.length - rows.length
  const more =
    left === 0
      ? []
      : [`<tr><td colspan="3">… and ${left} more, which the evidence file lists (<code>report-path</code>)</td></tr>`]
  return [
    ['<table>', '<tr><th>Account</th><th>Verdict</th><th>Details</th></tr>', ...rows, ...more, '</table>'].join('\n'),
  ]
}

function entryRow({ accountSid, resource, title, details }: FleetEntry): string {
  return `<tr><td>${code(accountSid)}<br>${html(resource)}</td><td>${html(title)}</td><td>${html(abbreviate(details, longestDetails))}</td></tr>`
}
