import { expect, it } from 'vitest'
import { issueAct, type IssueAct, type IssueTexts } from '../../src/github/issue.ts'
import type { AccountState } from '../../src/report/state.ts'

const texts: IssueTexts = {
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
  ['difference', null, '', { kind: 'open', title: 'title', body: texts.body }],
  ['difference', true, same, nothing],
  ['difference', true, reworded, { kind: 'update', number: 7, body: texts.body, comment: null }],
  ['difference', true, other, { kind: 'update', number: 7, body: texts.body, comment: 'changed' }],
  ['difference', true, '', { kind: 'update', number: 7, body: texts.body, comment: 'changed' }],
  ['difference', false, same, { kind: 'reopen', number: 7, body: texts.body, comment: 'again' }],
  ['difference', false, other, { kind: 'reopen', number: 7, body: texts.body, comment: 'again' }],
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
