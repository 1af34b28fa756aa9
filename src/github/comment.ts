import type { CommentTime } from '../inputs/github.ts'
import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import type { IssuesApi, ExistingComment } from './issues-api.ts'
import { accountOf, postText, isSameText, line, post, resolvedText, type Topic } from './post.ts'

/** The texts of a comment. */
type CommentTexts = ReturnType<typeof commentTexts>

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

/** The actions on the comment. */
export type CommentAct =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'create'; readonly body: string }
  | { readonly kind: 'update'; readonly id: number; readonly body: string }

/**
 * Decides on the comment of a pull request. An existing comment is always brought up to date, even if the
 * state is unknown. A new one is created only if the workflow asks for it.
 */
export function commentAct(
  time: Exclude<CommentTime, 'never'>,
  state: AccountState,
  existing: ExistingComment | null,
  { full, resolved }: CommentTexts,
): CommentAct {
  if (existing === null)
    return time === 'always' || state === 'difference'
      ? { kind: 'create', body: full }
      : { kind: 'none', reason: 'nothing differs' }
  const body = state === 'in-sync' && !isSameText(existing.body, full) ? resolved : full
  return isSameText(existing.body, body)
    ? { kind: 'none', reason: 'it is up to date' }
    : { kind: 'update', id: existing.id, body }
}

/** Writes the comment of a pull request. Returns what was done, in a few words. */
export async function writeComment(
  pullRequest: number,
  marker: string,
  decide: (existing: ExistingComment | null) => CommentAct,
  github: IssuesApi,
): Promise<string> {
  const act = decide(await github.findComment(pullRequest, marker))
  switch (act.kind) {
    case 'none':
      return `unchanged, because ${act.reason}`
    case 'create':
      await github.createComment(pullRequest, act.body)
      return 'created'
    case 'update':
      await github.updateComment(act.id, act.body)
      return 'updated'
  }
}
