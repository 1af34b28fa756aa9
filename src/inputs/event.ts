import * as z from 'zod/mini'
import { once } from '../shared/async.ts'

/** The event that triggered the run. */
export interface Event {
  /** The name of the event, as in `on:` of a workflow. */
  readonly name: string
  /** Whether a pull request or a merge queue triggered it, so that what it brings is not merged yet. */
  readonly isPullRequest: boolean
  /** The number of the pull request that triggered it; `null` if none did. */
  readonly pullRequest: number | null
  /** Whether the run is about the agreed settings, so that it may keep an issue. */
  readonly mayKeepIssue: boolean
  /** The reason why GitHub gives the run no secrets; `null` if it gives them. */
  readonly withoutSecrets: 'fork' | 'dependabot' | null
}

/** What the payload of a run for a pull request, or for a merge queue, holds. */
const unmerged = once(() =>
  z.union([z.object({ pull_request: z.looseObject({}) }), z.object({ merge_group: z.looseObject({}) })]),
)

/** The branches that a merge queue makes: a push to one triggers runs, too. */
const queueBranch = /^refs\/heads\/gh-readonly-queue\//

/** By what the event is, since GitHub has more events of pull requests than one would name. */
function isUnmerged(name: string, ref: string, payload: unknown): boolean {
  return (
    name.startsWith('pull_request') ||
    name === 'merge_group' ||
    ref.startsWith('refs/pull/') ||
    queueBranch.test(ref) ||
    unmerged().safeParse(payload).success
  )
}

const payload = once(() => {
  const repository = z.nullish(z.object({ full_name: z.string() }))
  return z.object({
    pull_request: z.object({ head: z.object({ repo: repository }), base: z.object({ repo: repository }) }),
  })
})

const pullRequest = once(() => z.object({ pull_request: z.object({ number: z.number() }) }))

const repository = once(() => z.object({ repository: z.object({ default_branch: z.string() }) }))

/**
 * Whether an event is about the agreed settings. A push and a dispatch by hand are on the default branch only.
 * `schedule` runs there by itself, and its payload does not name the branch.
 */
function isAgreed(name: string, ref: string, payload: unknown): boolean {
  if (name === 'schedule') return true
  if (!['workflow_dispatch', 'push'].includes(name)) return false
  const branch = repository().safeParse(payload).data?.repository.default_branch
  return branch !== undefined && ref === `refs/heads/${branch}`
}

/**
 * Reads what triggered the run from the runner's environment and the event's payload, which may be `null`.
 * A pull request whose fork was deleted has no head repository, and counts as a fork's.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function readEvent(env: Readonly<NodeJS.ProcessEnv>, rawPayload: unknown): Event {
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  // GitHub runs `pull_request_target` with the base branch's workflow, and gives it the secrets whoever
  // opened the pull request.
  const data =
    name.startsWith('pull_request') && name !== 'pull_request_target' ? payload().safeParse(rawPayload).data : undefined
  const isFork =
    data !== undefined &&
    (data.pull_request.head.repo?.full_name ?? null) !== (data.pull_request.base.repo?.full_name ?? null)
  const isDependabot = data !== undefined && env['GITHUB_ACTOR'] === 'dependabot[bot]'
  const ref = env['GITHUB_REF'] ?? ''
  const isPullRequest = isUnmerged(name, ref, rawPayload)
  return {
    name,
    isPullRequest,
    pullRequest: isPullRequest ? (pullRequest().safeParse(rawPayload).data?.pull_request.number ?? null) : null,
    mayKeepIssue: isAgreed(name, ref, rawPayload),
    withoutSecrets: isFork ? 'fork' : isDependabot ? 'dependabot' : null,
  }
}

/** The identity of a workflow run; each `null` outside of GitHub Actions. */
export interface RunIdentity {
  readonly repository: string | null
  readonly commit: string | null
  readonly ref: string | null
  readonly workflow: string | null
  readonly url: string | null
  readonly attempt: number | null
  readonly actor: string | null
  readonly event: string | null
}

/** Reads the identity of the run from the runner's environment. */
export function readRunIdentity(env: Readonly<NodeJS.ProcessEnv>): RunIdentity {
  const get = (name: string): string | null => env[name] || null
  const [server, repository, runId, attempt] = [
    get('GITHUB_SERVER_URL'),
    get('GITHUB_REPOSITORY'),
    get('GITHUB_RUN_ID'),
    get('GITHUB_RUN_ATTEMPT'),
  ]
  return {
    repository,
    commit: get('GITHUB_SHA'),
    ref: get('GITHUB_REF'),
    workflow: get('GITHUB_WORKFLOW'),
    url:
      server !== null && repository !== null && runId !== null ? `${server}/${repository}/actions/runs/${runId}` : null,
    attempt: attempt === null ? null : Number(attempt),
    actor: get('GITHUB_ACTOR'),
    event: get('GITHUB_EVENT_NAME'),
  }
}

/**
 * Where the documents of this action are, at the version that runs; `null` if the runner does not say, as for
 * an action in a folder of the workflow's own repository.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
export function documentsUrl(env: Readonly<NodeJS.ProcessEnv>): string | null {
  const [server = '', repository = '', ref = ''] = ['SERVER_URL', 'ACTION_REPOSITORY', 'ACTION_REF'].map(
    (name) => env[`GITHUB_${name}`],
  )
  const isKnown = /^https:\/\/[\w.:-]+$/.test(server) && /^[\w.-]+\/[\w.-]+$/.test(repository) && ref !== ''
  return isKnown ? `${server}/${repository}/blob/${ref.split('/').map(encodeURIComponent).join('/')}` : null
}
