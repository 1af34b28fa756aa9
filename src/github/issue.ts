import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import type { IssuesApi, ExistingIssue } from './issues-api.ts'
import { html, visible } from './escape.ts'
import { abbreviate } from '../shared/text.ts'
import { accountOf, postText, isSameText, line, post, type Topic } from './post.ts'

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

/**
 * Keeps the drift issue: only a run that knows the state of the account opens or closes it. Returns what was
 * done, in a few words. What follows a change of the issue cannot happen twice.
 */
export async function keepIssue(
  state: AccountState,
  marker: string,
  label: string,
  { title, body, changed, again, resolved }: ReturnType<typeof issueTexts>,
  github: IssuesApi,
): Promise<string> {
  if (state === 'unknown') return 'unchanged, because this run could not tell whether anything differs'
  const existing = await findIssue(state, marker, label, github)
  if (state === 'in-sync') {
    if (existing === null) return 'unchanged, because nothing differs, and no issue is open'
    await github.updateIssue(existing.number, { state: 'closed' })
    await github.createComment(existing.number, resolved)
    return `#${existing.number} was closed`
  }
  if (existing === null) {
    await github.ensureLabel(label)
    return `opened as #${await github.openIssue(title, body, label)}`
  }
  const { number } = existing
  if (!existing.isOpen) {
    await github.updateIssue(number, { title, body, state: 'open' })
    await github.createComment(number, again)
    return `#${number} was reopened`
  }
  if (isSameText(existing.body, body)) return 'unchanged, because it is up to date'
  await github.updateIssue(number, { title, body })
  // Nobody needs a notification of other words for the same differences.
  if (firstLine(existing.body) !== firstLine(body)) await github.createComment(number, changed)
  return `#${number} was updated`
}

function firstLine(text: string): string {
  return text.slice(0, text.search(/\r?\n|$/))
}

/**
 * The open issue if there is one, otherwise the newest closed one. A closed one matters only if there is a
 * difference.
 */
async function findIssue(
  state: 'difference' | 'in-sync',
  marker: string,
  label: string,
  github: IssuesApi,
): Promise<ExistingIssue | null> {
  const open = await github.findIssue('open', label, marker)
  return open === null && state === 'difference' ? github.findIssue('closed', label, marker) : open
}
