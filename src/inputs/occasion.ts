import * as z from 'zod/mini'

/** What a run may bring its result to. */
export interface Occasion {
  /** The number of the pull request that triggered the run; `null` if none did. */
  readonly pullRequest: number | null
  /** Whether the run stands for what is agreed on, so that it may keep an issue. */
  readonly mayKeepIssue: boolean
}

const pullRequest = z.object({ pull_request: z.object({ number: z.number() }) })
const repository = z.object({ repository: z.object({ default_branch: z.string() }) })

/**
 * Reads from the runner's environment and the event's payload what there is to write to. A push counts
 * on the default branch only.
 */
export function readOccasion(env: Readonly<Record<string, string | undefined>>, payload: unknown): Occasion {
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  const branch = repository.safeParse(payload).data?.repository.default_branch
  const isOnDefaultBranch = branch !== undefined && env['GITHUB_REF'] === `refs/heads/${branch}`
  return {
    pullRequest: pullRequest.safeParse(payload).data?.pull_request.number ?? null,
    mayKeepIssue: name === 'schedule' || name === 'workflow_dispatch' || (name === 'push' && isOnDefaultBranch),
  }
}
