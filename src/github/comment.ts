import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import type { IssuesApi } from './issues-api.ts'
import { accountOf, postText, isSameText, line, post, resolvedText, type Topic } from './post.ts'

/**
 * The texts of a comment: everything, or only that the difference is gone. Beside the link to the run, of which
 * `url` is the address, they hold nothing that differs from run to run.
 */
export function commentTexts(
  report: Report,
  { topic, marker }: { readonly topic: Topic; readonly marker: string },
  url: string | null,
): Readonly<Record<'full' | 'resolved', string>> {
  const smallPrint = line(`Account ${accountOf(report, topic)} · Workflow ${topic.workflow}`)
  return {
    full: post(marker, postText(report, topic), smallPrint, url),
    resolved: post(marker, resolvedText(report, topic), smallPrint, url),
  }
}

/**
 * Brings the comment of a pull request up to date, even if the state is unknown. A new one is created only for a
 * difference, unless the workflow always wants one. Returns what was done, in a few words.
 */
export async function writeComment(
  pullRequest: number,
  marker: string,
  isAlwaysWanted: boolean,
  state: AccountState,
  { full, resolved }: ReturnType<typeof commentTexts>,
  github: IssuesApi,
): Promise<string> {
  const existing = await github.findComment(pullRequest, marker)
  if (existing === null) {
    if (!isAlwaysWanted && state !== 'difference') return 'unchanged, because nothing differs'
    await github.createComment(pullRequest, full)
    return 'created'
  }
  const text = state === 'in-sync' && !isSameText(existing.body, full) ? resolved : full
  if (isSameText(existing.body, text)) return 'unchanged, because it is up to date'
  await github.updateComment(existing.id, text)
  return 'updated'
}
