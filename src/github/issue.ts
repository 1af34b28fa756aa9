import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import type { IssuesApi, ExistingIssue } from './issues-api.ts'
import { postText, isSameText, line, post, type Topic } from './post.ts'

/** What there is to say. The first line of `body` holds the fingerprint of the differences. */
export interface IssueTexts {
  readonly title: string
  readonly body: string
  readonly changed: string
  readonly again: string
  readonly resolved: string
}

/**
 * The texts of an issue. `differences` is the fingerprint of what differs; `url` that of the run, which
 * is named only where a run speaks once.
 */
export function issueTexts(
  report: Report,
  { topic, marker }: { readonly topic: Topic; readonly marker: string },
  differences: string,
  url: string | null,
): IssueTexts {
  const say = (text: string): string => `<p>${line(text)}${url === null ? '' : ` (<a href="${url}">run</a>)`}</p>\n`
  const keeper = `Kept by the workflow "${topic.workflow}": updated while something differs, and closed by the first run that finds nothing.`
  return {
    title: `Twilio${topic.isSandbox ? ' sandbox:' : ''} ${topic.resources
      .split('+')
      .map((word) => word.replace(/s$/, ' settings'))
      .join(' and ')} of ${topic.account}${topic.shard === '' ? '' : `, shard ${topic.shard},`} are not as desired`,
    body: post(
      `${marker} differences=${differences}`,
      postText(report, topic),
      line(`Account ${topic.account} · ${keeper}`),
    ),
    changed: say(`What differs has changed. Now: ${report.title}. The description above is up to date.`),
    again: say(`It differs again: ${report.title}. The description above is up to date.`),
    resolved: say(`✅ ${report.title}. ${report.explanation} So this issue is closed; the next difference reopens it.`),
  }
}

/** What is done about the issue. `comment` is `null` where nobody has to be told. */
export type IssueAct =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'open'; readonly title: string; readonly body: string }
  | { readonly kind: 'update'; readonly number: number; readonly body: string; readonly comment: string | null }
  | { readonly kind: 'reopen'; readonly number: number; readonly body: string; readonly comment: string }
  | { readonly kind: 'close'; readonly number: number; readonly comment: string }

/** What to do about the drift issue. Only a run that knows how the account stands opens it or closes it. */
export function issueAct(state: AccountState, existing: ExistingIssue | null, texts: IssueTexts): IssueAct {
  if (state === 'unknown')
    return { kind: 'none', reason: 'this run proves neither a difference nor that there is none' }
  if (state === 'in-sync') {
    return existing?.isOpen === true
      ? { kind: 'close', number: existing.number, comment: texts.resolved }
      : { kind: 'none', reason: 'there is no difference, and no open issue' }
  }
  if (existing === null) return { kind: 'open', title: texts.title, body: texts.body }
  const { number } = existing
  if (!existing.isOpen) return { kind: 'reopen', number, body: texts.body, comment: texts.again }
  if (isSameText(existing.body, texts.body)) return { kind: 'none', reason: 'it says so already' }
  return {
    kind: 'update',
    number,
    body: texts.body,
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
  switch (act.kind) {
    case 'none':
      return `left as it is: ${act.reason}`
    case 'open':
      await github.ensureLabel(label)
      return `opened as #${await github.openIssue(act.title, act.body, label)}`
    case 'update':
      await github.updateIssue(act.number, { body: act.body })
      if (act.comment !== null) await github.createComment(act.number, act.comment)
      return `#${act.number} was updated`
    case 'reopen':
      await github.updateIssue(act.number, { body: act.body, state: 'open' })
      await github.createComment(act.number, act.comment)
      return `#${act.number} was reopened`
    case 'close':
      await github.updateIssue(act.number, { state: 'closed' })
      await github.createComment(act.number, act.comment)
      return `#${act.number} was closed`
  }
}

/**
 * The open one if there is any, else the one that was made last. What is closed matters only if there is
 * a difference.
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
