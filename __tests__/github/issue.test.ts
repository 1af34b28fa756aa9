import { expect, it } from 'vitest'
import type { IssuesApi } from '../../src/github/issues-api.ts'
import { issueAct, type IssueAct, type issueTexts, keepIssue } from '../../src/github/issue.ts'
import type { AccountState } from '../../src/report/state.ts'

const texts: ReturnType<typeof issueTexts> = {
  title: 'title',
  body: '<!-- differences=1 -->\nbody\n',
  changed: 'changed',
  again: 'again',
  resolved: 'resolved',
}
const nothing = { kind: 'none', reason: expect.any(String) as string } as const
const same = '<!-- differences=1 -->\r\nbody'
const reworded = '<!-- differences=1 -->\r\nother'
const other = '<!-- differences=2 -->\nbody'

it.each<[state: AccountState, isOpen: boolean | null, body: string, act: IssueAct]>([
  ['difference', null, '', { kind: 'open' }],
  ['difference', true, same, nothing],
  ['difference', true, reworded, { kind: 'update', number: 7, comment: null }],
  ['difference', true, other, { kind: 'update', number: 7, comment: 'changed' }],
  ['difference', true, '', { kind: 'update', number: 7, comment: 'changed' }],
  ['difference', false, same, { kind: 'reopen', number: 7, comment: 'again' }],
  ['difference', false, other, { kind: 'reopen', number: 7, comment: 'again' }],
  ['in-sync', null, '', nothing],
  ['in-sync', true, same, { kind: 'close', number: 7, comment: 'resolved' }],
  ['in-sync', true, other, { kind: 'close', number: 7, comment: 'resolved' }],
  ['in-sync', false, same, nothing],
  ['unknown', null, '', nothing],
  ['unknown', true, other, nothing],
  ['unknown', false, other, nothing],
])('%s, open: %s, and the issue says %j', (state, isOpen, body, act) => {
  expect(issueAct(state, isOpen === null ? null : { number: 7, isOpen, body }, texts)).toEqual(act)
})

it.each<[state: AccountState, isOpen: boolean | null, body: string, told: string, sent: string]>([
  ['difference', null, '', 'opened as #8', 'label open'],
  ['difference', true, same, 'unchanged, because it is up to date', ''],
  ['difference', true, reworded, '#7 was updated', 'update'],
  ['difference', true, other, '#7 was updated', 'update comment'],
  ['difference', false, same, '#7 was reopened', 'update comment'],
  ['in-sync', true, same, '#7 was closed', 'update comment'],
  ['in-sync', null, '', 'unchanged, because nothing differs, and no issue is open', ''],
  ['unknown', true, same, 'unchanged, because this run could not tell whether anything differs', ''],
])('%s, open: %s, and the issue says %j: told as %j', async (state, isOpen, body, told, sent) => {
  const calls: string[] = []
  const github = {
    findIssue: async (wanted) =>
      isOpen !== null && isOpen === (wanted === 'open') ? { number: 7, isOpen, body } : null,
    ensureLabel: async () => void calls.push('label'),
    openIssue: async () => (calls.push('open'), 8),
    updateIssue: async () => void calls.push('update'),
    createComment: async () => void calls.push('comment'),
  } as Partial<IssuesApi> as IssuesApi
  expect(await keepIssue(state, '', 'label', texts, github)).toBe(told)
  expect(calls.join(' ')).toBe(sent)
})
