import { GithubError } from '../shared/errors.ts'
import type { Event } from '../inputs/event.ts'

/** What is written to GitHub: its name, the permission that it takes, and the input that asks for it. */
export interface Purpose {
  readonly name: string
  readonly permission: 'pull-requests: write' | 'issues: write'
  readonly off: string
}

/** The sentence that something was not written to GitHub, with the reason. */
export function notWritten({ name }: Purpose, reason: string): string {
  return `The ${name} was not written, which changes nothing of the result. ${reason.replace(/[.\s]+$/, '')}.`
}

/**
 * Why something was not written to GitHub, and what to do. It is a warning: the result of the run stands
 * without it.
 */
export function failureText(purpose: Purpose, error: Error, event: Event): string {
  const reason = notWritten(purpose, error.message)
  if (!(error instanceof GithubError)) return reason
  const advice = adviceFor(error, purpose, event)
  return advice === null ? reason : `${reason} ${advice}`
}

function adviceFor(
  { status, isRateLimited }: GithubError,
  { permission, off }: Purpose,
  { name, withoutSecrets }: Event,
): string | null {
  if (isRateLimited) return 'This token has sent GitHub too many requests; the next run tries again.'
  switch (status) {
    case 401:
      return 'GitHub does not know the token. Set "github-token: ${{ github.token }}", or renew your own.'
    case 403:
      if (withoutSecrets === 'fork' && name !== 'pull_request_target')
        return 'On a pull request from a fork the token may only read, whatever "permissions" says. The result is in the job summary.'
      return `Give the job "permissions:" with the line "${permission}".`
    case 404:
      return `To this token it does not exist. Give the job "permissions:" with the line "${permission}", and use a token for this repository.`
    case 410:
      return permission === 'issues: write'
        ? `Issues are disabled in this repository. Enable them in its settings, or set "${off}".`
        : null
    case 422:
      return 'GitHub understood the request, and does not take it. Is the conversation locked, or the label not allowed?'
    case null:
      return 'If that happens again: does the runner reach the API of GitHub, and the proxy if there is one?'
    default:
      return status >= 500 ? 'That is an outage of GitHub; the next run tries again.' : null
  }
}
