import { abbreviate } from '../shared/text.ts'
import type { FleetGroup, FleetReport } from '../report/fleet.ts'
import { defaultNames } from '../settings/target.ts'
import { code, html } from './escape.ts'

/**
 * The most that the list of accounts takes, in bytes of UTF-8: GitHub takes summaries of 1 MiB from a
 * step.
 */
const longestList = 900 * 1024

/** The most of what is said about a group, in characters. */
const longestDetails = 600

/** So many accounts of a group stand in the open; more are folded. */
const mostOpen = 20

/** How many accounts of a fleet ended in each way; nothing if there is none. */
export function countsTable({ counts }: FleetReport): string[] {
  const rows = counts.map(([result, number]) => `<tr><td>${html(result)}</td><td>${number}</td></tr>`)
  return rows.length === 0
    ? []
    : [['<table>', '<tr><th>Result</th><th>Accounts</th></tr>', ...rows, '</table>'].join('\n')]
}

/** What is wrong, with the accounts that it is wrong with, as far as they fit; nothing if all is in sync. */
export function groupList({ groups }: FleetReport): string[] {
  let [size, left] = [0, 0]
  const fits = (lines: string): boolean => {
    size += Buffer.byteLength(lines) + 1
    return size <= longestList
  }
  const blocks = groups.flatMap((group) => {
    const count = `${group.accounts.length} account${group.accounts.length === 1 ? '' : 's'}`
    const details = `${html(defaultNames[group.resource])}: ${html(abbreviate(group.details, longestDetails))}`
    const head = `<h3>${html(group.title)} (${count})</h3>\n<p>${details}</p>`
    const rows = fits(head) ? group.accounts.map((account) => `<li>${accountText(account)}</li>`).filter(fits) : []
    left += group.accounts.length - rows.length
    if (rows.length === 0) return []
    const list = ['<ul>', ...rows, '</ul>'].join('\n')
    return [
      `${head}\n${group.accounts.length > mostOpen ? `<details>\n<summary>${count}</summary>\n${list}\n</details>` : list}`,
    ]
  })
  return left === 0
    ? blocks
    : [
        ...blocks,
        `<p>${left} more accounts are not listed here: set <code>report-path</code> for a file with all of them.</p>`,
      ]
}

function accountText({ sid, name }: FleetGroup['accounts'][number]): string {
  return name === null ? code(sid) : `${html(name)} ${code(sid)}`
}
