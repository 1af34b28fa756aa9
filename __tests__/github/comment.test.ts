import { expect, it } from 'vitest'
import type { IssuesApi } from '../../src/github/issues-api.ts'
import { type commentTexts, writeComment } from '../../src/github/comment.ts'
import type { AccountState } from '../../src/report/state.ts'

const texts: ReturnType<typeof commentTexts> = { full: '<!-- -->\nfull\n', resolved: '<!-- -->\nresolved\n' }

const nothing = ['unchanged, because nothing differs']
const created = ['created', 'create', 7, texts.full]
const upToDate = ['unchanged, because it is up to date']
const updated = (text: keyof typeof texts): unknown[] => ['updated', 'update', 1, texts[text]]

it.each<[time: 'always' | 'on-difference', state: AccountState, existing: string | null, toldAndSent: unknown[]]>([
  ['always', 'difference', null, created],
  ['always', 'in-sync', null, created],
  ['always', 'unknown', null, created],
  ['on-difference', 'difference', null, created],
  ['on-difference', 'in-sync', null, nothing],
  ['on-difference', 'unknown', null, nothing],
  ...(['always', 'on-difference'] as const).flatMap((time): [typeof time, AccountState, string, unknown[]][] => [
    [time, 'difference', 'other', updated('full')],
    [time, 'difference', 'full', upToDate],
    [time, 'difference', 'resolved', updated('full')],
    [time, 'in-sync', 'other', updated('resolved')],
    [time, 'in-sync', 'full', upToDate],
    [time, 'in-sync', 'resolved', upToDate],
    [time, 'unknown', 'other', updated('full')],
    [time, 'unknown', 'full', upToDate],
    [time, 'unknown', 'resolved', updated('full')],
  ]),
])('%s, %s, and the comment is %j', async (time, state, existing, toldAndSent) => {
  // GitHub gives a text back without its last line end, and one that was edited there with other line ends.
  for (const end of ['\n', '\r\n']) {
    const calls: unknown[] = []
    const github = {
      findComment: async () => (existing === null ? null : { id: 1, body: `<!-- -->${end}${existing}` }),
      createComment: async (...words: unknown[]) => void calls.push('create', ...words),
      updateComment: async (...words: unknown[]) => void calls.push('update', ...words),
    } as Partial<IssuesApi> as IssuesApi
    expect([await writeComment(7, '', time === 'always', state, texts, github), ...calls]).toEqual(toldAndSent)
  }
})
