import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import type { IssuesApi, ExistingIssue } from './issues-api.ts'
import { html, visible } from './escape.ts'
import { abbreviate } from '../shared/text.ts'
import { accountOf, postText, isSameText, line, post, type Topic } from './post.ts'

/** The texts of an issue. */
type IssueTexts = ReturnType<typeof issueTexts>

/**
 * The texts of an issue: its title is the verdict. `differences` is the fingerprint of what differs, which the
 * first line of the body holds; `url` is that of the run.
 */
export function issueTexts(
  report: Report,
  { topic, marker }: { readonly topic: Topic; readonly marker: string },
  differences: string,
  url: string | null,
): Readonly<Record<'title' | 'body' | 'changed' | 'again' | 'resolved', string>> {
  const say = (text: string): string =>
    `<p>${line(text)}${url === null ? '' : ` (<a href="${html(url)}">run</a>)`}</p>\n`
  const keeper = `Kept by the workflow "${topic.workflow}": updated while something differs, closed by the first run that finds nothing.`
  return {
    title: titleOf(report, topic),
    body: post(
      `${marker} differences=${differences}`,
      postText(report, topic),
      line(`Account ${accountOf(report, topic)} · ${keeper}`),
      url,
    ),
    changed: say(`The drift has changed. Now: ${report.title}. The description above is up to date.`),
    again: say(`The account has drifted again: ${report.title}. The description above is up to date.`),
    resolved: say(`✅ ${report.title}. ${report.explanation} Closing this issue; it reopens on the next difference.`),
  }
}

/** The verdict as a title, with the account of a run over one, such as "Twilio: encryption is off (AC…)". */
function titleOf(report: Report, topic: Topic): string {
  const verdict = report.title.replace(/^(?:Drift|Plan|Not compliant): /, '')
  const whose = [
    ...(report.body.kind === 'account' ? [accountOf(report, topic)] : []).filter((sid) => !verdict.includes(sid)),
    ...(topic.resources === 'recordings' && !/recording/i.test(verdict) ? ['recordings'] : []),
    ...(topic.shard === '' ? [] : [`shard ${topic.shard}`]),
  ].join(', ')
  const title = abbreviate(visible(verdict), longestVerdict)
  return `Twilio${topic.isSandbox ? ' sandbox' : ''}: ${title}${whose === '' ? '' : ` (${whose})`}`
}

/** The most characters of a verdict: GitHub takes titles of 256. */
const longestVerdict = 150

/** The actions on the issue. `comment` is `null` if nobody needs a notification. */
export type IssueAct =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'update'; readonly number: number; readonly comment: string | null }
  | { readonly kind: 'reopen'; readonly number: number; readonly comment: string }
  | { readonly kind: 'close'; readonly number: number; readonly comment: string }

/** Decides on the drift issue. Only a run that knows the state of the account opens or closes it. */
export function issueAct(state: AccountState, existing: ExistingIssue | null, texts: IssueTexts): IssueAct {
  if (state === 'unknown') return { kind: 'none', reason: 'this run could not tell whether anything differs' }
  if (state === 'in-sync') {
    return existing?.isOpen === true
      ? { kind: 'close', number: existing.number, comment: texts.resolved }
      : { kind: 'none', reason: 'nothing differs, and no issue is open' }
  }
  if (existing === null) return { kind: 'open' }
  const { number } = existing
  if (!existing.isOpen) return { kind: 'reopen', number, comment: texts.again }
  if (isSameText(existing.body, texts.body)) return { kind: 'none', reason: 'it is up to date' }
  return {
    kind: 'update',
    number,
    comment: firstLine(existing.body) === firstLine(texts.body) ? null : texts.changed,
  }
}

function firstLine(text: string): string {
  return text.slice(0, text.search(/\r?\n|$/))
}

/**
 * Keeps the drift issue. Returns what was done, in a few words. What follows a change of the issue
 * cannot happen twice.
 */
export async function keepIssue(
  state: AccountState,
  marker: string,
  label: string,
  texts: IssueTexts,
  github: IssuesApi,
): Promise<string> {
  const act = issueAct(state, state === 'unknown' ? null : await findIssue(state, marker, label, github), texts)
  const { title, body } = texts
  switch (act.kind) {
    case 'none':
      return `unchanged, because ${act.reason}`
    case 'open':
      await github.ensureLabel(label)
      return `opened as #${await github.openIssue(title, body, label)}`
    case 'update':
      await github.updateIssue(act.number, { title, body })
      if (act.comment !== null) await github.createComment(act.number, act.comment)
      return `#${act.number} was updated`
    case 'reopen':
      await github.updateIssue(act.number, { title, body, state: 'open' })
      await github.createComment(act.number, act.comment)
      return `#${act.number} was reopened`
    case 'close':
      await github.updateIssue(act.number, { state: 'closed' })
      await github.createComment(act.number, act.comment)
      return `#${act.number} was closed`
  }
}

/**
 * The open issue if there is one, otherwise the newest closed one. A closed one matters only if there is a
 * difference.
 */
async function findIssue(
  state: AccountState,
  marker: string,
  label: string,
  github: IssuesApi,
): Promise<ExistingIssue | null> {
  const open = await github.findIssue('open', label, marker)
  return open === null && state === 'difference' ? github.findIssue('closed', label, marker) : open
}
