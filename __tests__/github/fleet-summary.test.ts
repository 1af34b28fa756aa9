import { describe, expect, it } from 'vitest'
import type { FleetEntry, FleetReport } from '../../src/report/fleet.ts'
import { code } from '../../src/github/escape.ts'
import { countsTable, entriesTable } from '../../src/github/fleet-summary.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'

const entry = (number: number, details = 'encryption_enabled: false → true'): FleetEntry => ({
  accountSid: subaccountSid(number),
  resource: 'composition-settings',
  result: 'drift',
  isFailure: true,
  title: 'Drift: encryption is off',
  details,
})
const fleetOf = (entries: readonly FleetEntry[], more: Partial<FleetReport> = {}): FleetReport => ({
  accounts: entries.length,
  counts: [['drift', entries.length]],
  entries,
  written: 0,
  wrong: 0,
  unjudged: 0,
  hasDrift: false,
  reasons: [],
  warnings: [],
  ...more,
})
const entries = (count: number, details: string): FleetEntry[] =>
  Array.from({ length: count }, (_, index) => entry(index + 1, details))

/** The rows of the list, and how many it says that there are besides. */
function listOf(report: FleetReport): { readonly rows: readonly string[]; readonly more: number } {
  const list = entriesTable(report)[0] ?? ''
  const rows = list.split('\n').filter((line) => line.startsWith('<tr><td><code>'))
  return { rows, more: Number(/… and (\d+) more, which the evidence file lists/.exec(list)?.[1] ?? 0) }
}

describe('the counts', () => {
  it('stand first, one row for each', () => {
    expect([...countsTable(fleetOf([], { counts: [] })), ...entriesTable(fleetOf([]))]).toEqual([])
    expect(
      countsTable(
        fleetOf([], {
          counts: [
            ['error', 1],
            ['in-sync', 41],
          ],
        }),
      ),
    ).toEqual([
      '<table>\n<tr><th>Result</th><th>Accounts</th></tr>\n<tr><td>error</td><td>1</td></tr>\n<tr><td>in-sync</td><td>41</td></tr>\n</table>',
    ])
  })
})

describe('the list', () => {
  it('has a row for each target, and says no more if all of them fit', () => {
    const [table] = entriesTable(fleetOf([entry(1), entry(2)]))
    const row = (number: number): string =>
      `<tr><td>${code(subaccountSid(number))}<br>composition-settings</td><td>Drift: encryption is off</td><td>encryption_enabled: false → true</td></tr>`
    expect(table).toBe(
      `<table>\n<tr><th>Account</th><th>Verdict</th><th>Details</th></tr>\n${row(1)}\n${row(2)}\n</table>`,
    )
  })

  it('shows text from outside as text, whatever it holds', () => {
    const [row] = listOf(fleetOf([{ ...entry(1), title: '<img src=x>', details: '</td></tr>\n\n| @team' }])).rows
    expect(row).toContain('<td>&lt;img src=x&gt;</td><td>&lt;/td&gt;&lt;/tr&gt;\\n\\n| @team</td></tr>')
  })

  it('cuts long details, and says how long they are', () => {
    const [row] = listOf(fleetOf([entry(1, 'x'.repeat(601))])).rows
    expect(row).toContain(`<td>${'x'.repeat(600)}… (601 characters)</td>`)
  })

  it.each([
    ['short', 'encryption_enabled: false → true', 10_000],
    ['long', 'x'.repeat(600), 2_000],
    ['of characters that take three bytes each', '…'.repeat(600), 2_000],
    ['of characters that take four each when escaped', '<'.repeat(600), 2_000],
  ])('stays below its limit by whole rows, and counts the others, with details that are %s', (_, details, count) => {
    const report = fleetOf(entries(count, details))
    const { rows, more } = listOf(report)
    const [one = 0, all = 0] = [rows[0] ?? '', [...countsTable(report), ...entriesTable(report)].join('\n\n')].map(
      (text) => Buffer.byteLength(text),
    )
    expect(all).toBeLessThan(1000 * 1024)
    expect(all).toBeGreaterThan(900 * 1024 - 2 * one)
    expect(more).toBe(count - rows.length)
    expect(more).toBeGreaterThan(0)
    for (const row of rows) expect(row.endsWith('</td></tr>')).toBe(true)
    expect(rows.map((row) => /AC[0-9a-f]{32}/.exec(row)?.[0])).toEqual(
      entries(rows.length, '').map(({ accountSid }) => accountSid),
    )
  })
})
