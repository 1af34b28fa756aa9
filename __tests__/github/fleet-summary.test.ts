import { describe, expect, it } from 'vitest'
import type { FleetGroup, FleetReport } from '../../src/report/fleet.ts'
import { code } from '../../src/github/escape.ts'
import { countsTable, groupList } from '../../src/github/fleet-summary.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'

const group = (count: number, more: Partial<FleetGroup> = {}): FleetGroup => ({
  resource: 'composition-settings',
  result: 'drift',
  isFailure: true,
  title: 'Drift: encryption is off',
  details: 'encryption_enabled: false → true',
  accounts: Array.from({ length: count }, (_, index) => ({
    sid: subaccountSid(index + 1),
    name: `Clinic ${index + 1}`,
  })),
  ...more,
})
const fleetOf = (groups: readonly FleetGroup[], more: Partial<FleetReport> = {}): FleetReport => ({
  accounts: 2,
  counts: [['drift', 2]],
  groups,
  written: 0,
  wrong: 0,
  unjudged: 0,
  hasDrift: false,
  cause: null,
  reasons: [],
  warnings: [],
  asInputs: [],
  ...more,
})
describe('the counts', () => {
  it('stand first, one row for each', () => {
    expect([...countsTable(fleetOf([], { counts: [] })), ...groupList(fleetOf([]))]).toEqual([])
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
  it('says once what is the same with several accounts, and names them', () => {
    expect(groupList(fleetOf([group(2)]))).toEqual([
      [
        '<h3>Drift: encryption is off (2 accounts)</h3>',
        '<p>Composition settings: encryption_enabled: false → true</p>',
        '<ul>',
        `<li>Clinic 1 ${code(subaccountSid(1))}</li>`,
        `<li>Clinic 2 ${code(subaccountSid(2))}</li>`,
        '</ul>',
      ].join('\n'),
    ])
  })

  it('folds more than twenty accounts', () => {
    const [[twenty = ''], [more = '']] = [groupList(fleetOf([group(20)])), groupList(fleetOf([group(21)]))]
    expect(twenty).not.toContain('<details>')
    expect(more).toContain('<details>\n<summary>21 accounts</summary>\n<ul>')
    expect(more.endsWith('</ul>\n</details>')).toBe(true)
  })

  it('shows text from outside as text', () => {
    const hostile = {
      title: '<img src=x>',
      details: '</td></tr>\n\n| @team',
      accounts: [{ sid: subaccountSid(1), name: '<b>' }],
    }
    const [list = ''] = groupList(fleetOf([group(1, hostile)]))
    expect(list.replaceAll(/<\/?(?:h3|p|ul|li|code|wbr)>/g, '')).not.toMatch(/[<>]/)
    expect(list.split('\n')).toHaveLength(5)
  })

  it('cuts long details, and says how long they are', () => {
    const [list = ''] = groupList(fleetOf([group(1, { details: 'x'.repeat(601) })]))
    expect(list).toContain(`${'x'.repeat(600)}… (601 characters)</p>`)
  })

  it.each([
    ['one group', [group(30_000)]],
    ['groups of one', Array.from({ length: 5_000 }, () => group(1, { details: 'x'.repeat(600) }))],
    [
      'characters that take five each when escaped',
      Array.from({ length: 5_000 }, () => group(1, { details: '<'.repeat(600) })),
    ],
  ])('stays below its limit, and counts what is left out: %s', (_, groups) => {
    const text = groupList(fleetOf(groups)).join('\n\n')
    const total = groups.reduce((sum, { accounts }) => sum + accounts.length, 0)
    expect(Buffer.byteLength(text)).toBeLessThan(1000 * 1024)
    expect(Buffer.byteLength(text)).toBeGreaterThan(800 * 1024)
    const listed = [...text.matchAll(/<li>/g)].length
    expect(text).toContain(`<p>${total - listed} more accounts are not listed here:`)
  })
})
