import { expect, it } from 'vitest'
import type { IssuesApi } from '../../src/github/issues-api.ts'
import { commentAct, type CommentAct, type commentTexts, writeComment } from '../../src/github/comment.ts'
import type { AccountState } from '../../src/report/state.ts'

const texts: ReturnType<typeof commentTexts> = { full: '<!-- -->\nfull\n', resolved: '<!-- -->\nresolved\n' }
const nothing = { kind: 'none', reason: expect.any(String) as string } as const
const create = { kind: 'create', body: texts.full } as const
const update = (text: keyof typeof texts): CommentAct => ({ kind: 'update', id: 1, body: texts[text] })

it.each<[time: 'always' | 'on-difference', state: AccountState, existing: string | null, act: CommentAct]>([
  ['always', 'difference', null, create],
  ['always', 'in-sync', null, create],
  ['always', 'unknown', null, create],
  ['on-difference', 'difference', null, create],
  ['on-difference', 'in-sync', null, nothing],
  ['on-difference', 'unknown', null, nothing],
  ...(['always', 'on-difference'] as const).flatMap((time): [typeof time, AccountState, string, CommentAct][] => [
    [time, 'difference', 'other', update('full')],
    [time, 'difference', 'full', nothing],
    [time, 'difference', 'resolved', update('full')],
    [time, 'in-sync', 'other', update('resolved')],
    [time, 'in-sync', 'full', nothing],
    [time, 'in-sync', 'resolved', nothing],
    [time, 'unknown', 'other', update('full')],
    [time, 'unknown', 'full', nothing],
    [time, 'unknown', 'resolved', update('full')],
  ]),
])('%s, %s, and the comment is %j', (time, state, existing, act) => {
  // GitHub gives a text back without its last line end, and one that was edited there with other line ends.
  for (const end of ['\n', '\r\n']) {
    expect(
      commentAct(time, state, existing === null ? null : { id: 1, body: `<!-- -->${end}${existing}` }, texts),
    ).toEqual(act)
  }
})

it.each<[act: CommentAct, told: string, sent: unknown[]]>([
  [create, 'created', ['create', 7, texts.full]],
  [update('full'), 'updated', ['update', 1, texts.full]],
  [commentAct('on-difference', 'in-sync', null, texts), 'unchanged, because nothing differs', []],
  [commentAct('always', 'unknown', { id: 1, body: texts.full }, texts), 'unchanged, because it is up to date', []],
])('%j is told as %j', async (act, told, sent) => {
  const calls: unknown[] = []
  const github = {
    findComment: async () => null,
    createComment: async (...words: unknown[]) => void calls.push('create', ...words),
    updateComment: async (...words: unknown[]) => void calls.push('update', ...words),
  } as Partial<IssuesApi> as IssuesApi
  expect(await writeComment(7, '', () => act, github)).toBe(told)
  expect(calls).toEqual(sent)
})
