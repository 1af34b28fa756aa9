import { GithubError, StoppedError, toActionError } from '../shared/errors.ts'
import type { GithubInputs } from '../inputs/github.ts'
import type { Report } from '../report/report.ts'
import type { AccountState } from '../report/state.ts'
import { capitalized } from '../report/words.ts'
import { failureText, notWritten, type Post } from './errors.ts'
import { issuesApi, type IssuesApi } from './issues-api.ts'
import { connect } from './connection.ts'
import { markerOf, type Topic } from './post.ts'
import { issueTexts, keepIssue } from './issue.ts'
import type { Event, RunIdentity } from '../inputs/event.ts'
import type { Output } from './output.ts'
import { commentTexts, writeComment } from './comment.ts'

/** A run that has been published, and where it ran. */
export interface PublishedRun {
  readonly inputs: GithubInputs
  readonly event: Event
  readonly identity: RunIdentity
  readonly report: Report
  /** Whether a sandbox answered instead of Twilio. */
  readonly isSandbox: boolean
  readonly state: AccountState
  /** The fingerprint of all that differs. */
  readonly differences: string
  /** Whether the run was cancelled, or took too long: then there is no time left. */
  readonly wasStopped: boolean
  readonly output: Output
}

/** The time that all of it may take, in milliseconds. */
const longest = 30_000

/**
 * Brings the result of a run to the pull request and to the drift issue, if the workflow wants that.
 * Never rejects, and changes nothing of the result: what fails is a warning.
 */
export async function notify(published: PublishedRun): Promise<void> {
  const { wasStopped, output } = published
  if (wasStopped) return output.log('The run was stopped, so nothing is written to GitHub')
  for (const line of withoutDestination(published)) output.log(line)
  const stop = new AbortController()
  const cancel = (): void => stop.abort(new StoppedError('The run was stopped before GitHub had answered.'))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, cancel)
  const over = AbortSignal.any([stop.signal, AbortSignal.timeout(longest)])
  try {
    await writeAll(published, over)
    /* c8 ignore next 3 -- Posts do not reject: only a defect comes here, and it shall not turn a result around. */
  } catch (thrown) {
    output.annotate({ level: 'warning', title: 'GitHub', text: toActionError(thrown).message })
  }
}

/** Writes what the workflow asks for and what has a place, the comment first. */
async function writeAll(published: PublishedRun, signal: AbortSignal): Promise<void> {
  const { inputs, event, identity, state, differences, report, isSandbox, output } = published
  const { comment, issueLabel, account, resources, shard } = inputs
  const { pullRequest, mayKeepIssue } = event
  const { workflow, url } = identity
  // Without an account, a later run could not find the posts of this one.
  if (account === null) return
  // The marker is made from it, so redact it before that.
  const topic: Topic = output.clean({ account, resources, shard, workflow: workflow ?? '', isSandbox })
  if (comment !== 'never' && pullRequest !== null) {
    const marker = markerOf('pull-request-comment', topic)
    const texts = commentTexts(report, { topic, marker }, url)
    const isAlwaysWanted = comment === 'always'
    await write(
      commentPost,
      (github) => writeComment(pullRequest, marker, isAlwaysWanted, state, texts, github),
      published,
      signal,
    )
  }
  if (issueLabel !== null && mayKeepIssue) {
    const marker = markerOf('drift-issue', topic)
    const texts = issueTexts(report, { topic, marker }, differences, url)
    const label = output.clean(issueLabel)
    await write(issuePost, (github) => keepIssue(state, marker, label, texts, github), published, signal)
  }
}

/** What was asked for, and can be nowhere on the event that triggered the run. */
function withoutDestination({ inputs, event }: PublishedRun): string[] {
  const { comment, issueLabel } = inputs
  const name = `"${event.name || 'none'}"`
  return [
    ...(comment === 'never' || event.pullRequest !== null
      ? []
      : [`The ${commentPost.name}: not written, because the event ${name} is of no pull request`]),
    ...(issueLabel === null || event.mayKeepIssue
      ? []
      : [
          `The ${issuePost.name}: left as it is, because the event ${name} keeps none on this branch. Only "schedule" does, and "workflow_dispatch" and "push" on the default branch`,
        ]),
  ]
}

const commentPost: Post = {
  name: 'pull request comment',
  permission: 'pull-requests: write',
  off: 'pr-comment: never',
}
const issuePost: Post = { name: 'drift issue', permission: 'issues: write', off: 'drift-issue: false' }

/** Writes a post; `act` returns what it did, in a few words. What fails is a warning. */
async function write(
  post: Post,
  act: (github: IssuesApi) => Promise<string>,
  { inputs: { token, api, proxies }, identity, event, output }: PublishedRun,
  signal: AbortSignal,
): Promise<void> {
  const warn = (text: string): void => output.annotate({ level: 'warning', title: post.name, text })
  if (token.kind === 'missing') return warn(notWritten(post, token.reason))
  try {
    const connection = await connect(token.token, api, proxies, output, signal)
    try {
      const github = issuesApi(identity.repository ?? '', connection.send, ownership(post, connection.login, warn))
      output.log(`${capitalized(post.name)}: ${await act(github)}`)
    } finally {
      await connection.close()
    }
  } catch (thrown) {
    warn(failureText(post, toActionError(thrown), event))
  }
}

/**
 * Tells whether a post with our marker is ours: the token's own login wrote it. Of one by somebody else it warns
 * once. If GitHub does not tell the login, nothing may be touched: it rejects with a `GithubError`.
 */
function ownership(
  { name }: Post,
  login: () => Promise<string>,
  warn: (text: string) => void,
): (author: string | null) => Promise<boolean> {
  let hasWarned = false
  return async (author) => {
    const own = await login().catch((thrown: unknown) => {
      if (!(thrown instanceof GithubError)) throw thrown
      const facts = `There is a ${name} with the marker of this workflow, and whether this token wrote it is unknown, so it was left alone: ${thrown.message}`
      throw new GithubError(facts, null, thrown.isRateLimited)
    })
    if (author?.toLowerCase() === own.toLowerCase()) return true
    if (!hasWarned)
      warn(
        `${author ?? 'A deleted user'} wrote a ${name} with the marker of this workflow. It was left alone, because this token belongs to ${own}. If the workflow has changed its token, delete the old one.`,
      )
    hasWarned = true
    return false
  }
}
