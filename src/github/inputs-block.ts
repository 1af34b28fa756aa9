import type { AsInputs } from '../report/as-inputs.ts'
import type { Report } from '../report/report.ts'
import { defaultNames } from '../settings/target.ts'
import { firstOf } from '../shared/text.ts'
import { html } from './escape.ts'

/** The most groups of accounts that are shown. */
const mostGroups = 20

/** The most accounts of a group that are named. */
const mostAccounts = 20

/**
 * What the accounts have, ready to be pasted into a workflow: open if that is all that the run was for, else
 * folded away. Blocks of Markdown; none if nothing is known.
 */
export function inputsBlocks(body: Report['body'], isOpen: boolean): string[] {
  const blocks =
    body.kind === 'account'
      ? body.sections.flatMap(({ target, asInputs }, _, all) =>
          asInputs === null || target === null
            ? []
            : [{ title: all.length === 1 ? '' : defaultNames[target.resource], asInputs }],
        )
      : body.fleet.asInputs.slice(0, mostGroups).map((group) => ({ title: namesOf(group.accounts), asInputs: group }))
  if (blocks.length === 0) return []
  const more = body.kind === 'fleet' ? body.fleet.asInputs.length - blocks.length : 0
  const content = [
    ...blocks.flatMap(({ title, asInputs }) => [
      ...(title === '' ? [] : [`<p>${html(title)}</p>`]),
      ...block(asInputs),
    ]),
    ...(more > 0 ? [`<p>${more} more ${more === 1 ? 'group' : 'groups'} of accounts with other settings.</p>`] : []),
  ]
  if (isOpen) return ['<h3>As inputs</h3>', ...content]
  return ['<details><summary>As inputs</summary>', ...content, '</details>']
}

/** A fence around the lines that nothing in them can end, and what they leave out. */
function block({ lines, leftOut }: AsInputs): string[] {
  const text = lines.length === 0 ? '# Nothing is set.' : lines.join('\n')
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return [`${fence}\n${text}\n${fence}`, ...(leftOut.length === 0 ? [] : [`<p>${html(leftOut.join(' '))}</p>`])]
}

function namesOf(accounts: readonly string[]): string {
  const noun = accounts.length === 1 ? 'Account' : `${accounts.length} accounts:`
  return `${noun} ${firstOf(accounts, mostAccounts)}`
}
