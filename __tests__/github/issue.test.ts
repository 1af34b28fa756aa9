import { expect, it } from 'vitest'
import type { IssuesApi } from '../../src/github/issues-api.ts'
import { type issueTexts, keepIssue } from '../../src/github/issue.ts'
import type { AccountState } from '../../src/report/state.ts'

const texts: ReturnType<typeof issueTexts> = {
  title: 'title',
  body: '<!-- differences=1 -->\nbody\n',
  changed: 'changed',
  again: 'again',
  resolved: 'resolved',
}
const { title, body: desired } = texts
const same = '<!-- differences=1 -->\r\nbody'
const reworded = '<!-- differences=1 -->\r\nother'
const other = '<!-- differences=2 -->\nbody'

const upToDate = 'unchanged, because it is up to date'
const closed = 'unchanged, because nothing differs, and no issue is open'
const unknown = 'unchanged, because this run could not tell whether anything differs'
const comment = (text: string): unknown[] => ['comment', 7, text]

it.each<[state: AccountState, isOpen: boolean | null, body: string, told: string, sent: unknown[][]]>([
  [
    'difference',
    null,
    '',
    'opened as #8',
    [
      ['label', 'drift'],
      ['open', title, desired, 'drift'],
    ],
  ],
  ['difference', true, same, upToDate, []],
  ['difference', true, reworded, '#7 was updated', [['update', 7, { title, body: desired }]]],
  ['difference', true, other, '#7 was updated', [['update', 7, { title, body: desired }], comment('changed')]],
  ['difference', true, '', '#7 was updated', [['update', 7, { title, body: desired }], comment('changed')]],
  ...[same, other].map((body): [AccountState, boolean, string, string, unknown[][]] => [
    'difference',
    false,
    body,
    '#7 was reopened',
    [['update', 7, { title, body: desired, state: 'open' }], comment('again')],
  ]),
  ['in-sync', null, '', closed, []],
  ['in-sync', true, same, '#7 was closed', [['update', 7, { state: 'closed' }], comment('resolved')]],
  ['in-sync', true, other, '#7 was closed', [['update', 7, { state: 'closed' }], comment('resolved')]],
  ['in-sync', false, same, closed, []],
  ['unknown', null, '', unknown, []],
  ['unknown', true, other, unknown, []],
  ['unknown', false, other, unknown, []],
])('%s, open: %s, and the issue says %j: told as %j', async (state, isOpen, body, told, sent) => {
  const calls: unknown[] = []
  const github = {
    findIssue: async (wanted) =>
      isOpen !== null && isOpen === (wanted === 'open') ? { number: 7, isOpen, body } : null,
    ensureLabel: async (...words) => void calls.push(['label', ...words]),
    openIssue: async (...words) => (calls.push(['open', ...words]), 8),
    updateIssue: async (...words) => void calls.push(['update', ...words]),
    createComment: async (...words) => void calls.push(['comment', ...words]),
  } as Partial<IssuesApi> as IssuesApi
  expect(await keepIssue(state, '', 'drift', texts, github)).toBe(told)
  expect(calls).toEqual(sent)
})
