import { describe, expect, it } from 'vitest'
import type { IssuesApi } from '../../src/github/issues-api.ts'
import { issueTexts, keepIssue } from '../../src/github/issue.ts'
import type { AccountState } from '../../src/report/state.ts'
import { type Report, report } from '../../src/report/report.ts'
import type { Outcome, RunResult, Scope } from '../../src/run/outcome.ts'
import { accountSid, otherAccountSid, safe } from '../action/fixtures.ts'
import { observation } from '../builders.ts'

const texts: ReturnType<typeof issueTexts> = {
  title: 'title',
  body: '<!-- differences=1 -->\nbody\n',
  changed: 'changed',
  again: 'again',
  resolved: 'resolved',
}
const ranOver = (outcomes: readonly Outcome[], scope: Scope): RunResult => ({
  kind: 'ran',
  mode: 'check',
  scope,
  outcomes,
  planId: null,
  requestIds: [],
  listed: null,
})
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

describe('the texts of an issue', () => {
  const topic = { account: accountSid, resources: 'compositions', shard: '', workflow: 'Nightly', isSandbox: false }
  const drift = { status: 'compared', ...observation(safe, { ...safe, encryption_enabled: false }) } as const
  const of = (...more: Outcome[]): Report =>
    report(ranOver([drift, ...more], { accountSid, shard: null, names: null }), [])
  const titleOf = (over: Partial<typeof topic> = {}, said: Report = of()): string =>
    issueTexts(said, { topic: { ...topic, ...over }, marker: '<!-- m' }, '1', null).title

  it.each<[Partial<typeof topic>, string]>([
    [{}, `Twilio: encryption is off (${accountSid})`],
    [{ resources: 'recordings' }, `Twilio: encryption is off (${accountSid}, recordings)`],
    [{ shard: '2/5' }, `Twilio: encryption is off (${accountSid}, shard 2/5)`],
    [{ isSandbox: true }, `Twilio sandbox: encryption is off (${accountSid})`],
  ])('have the verdict as title, and what %j adds', (over, title) => {
    expect(titleOf(over)).toBe(title)
  })

  it('name in the title no account of a fleet, and nothing twice', () => {
    const other = { ...drift, target: { ...drift.target, accountSid: otherAccountSid } }
    expect(titleOf({}, of(other))).toBe('Twilio: encryption is off on 2 of 2 accounts')
    expect(titleOf({}, { ...of(), title: `Drift: encryption is off (${accountSid})` })).toBe(
      `Twilio: encryption is off (${accountSid})`,
    )
    expect(titleOf({ resources: 'recordings' }, { ...of(), title: 'Drift: encryption is off (recordings)' })).toBe(
      `Twilio: encryption is off (recordings) (${accountSid})`,
    )
  })

  it('link the run, if there is one', () => {
    const about = { topic, marker: '<!-- m' }
    const [linked, alone] = ['https://github.com/a/b', null].map((url) => issueTexts(of(), about, '1', url))
    expect(linked?.changed).toMatch(/ up to date\. \(<a href="https:\/\/github\.com\/a\/b">run<\/a>\)<\/p>\n$/)
    expect(alone?.changed).toMatch(/ up to date\.<\/p>\n$/)
    expect(alone?.body).toMatch(/^<!-- m differences=1 -->\n/)
  })
})
