import { GithubError } from '../shared/errors.ts'
import type { Event } from '../inputs/event.ts'

/** What is posted at GitHub: its name, the permission that it takes, and the input that turns it off. */
export interface Post {
  readonly name: string
  readonly permission: 'pull-requests: write' | 'issues: write'
  readonly off: string
}

/** That something was not written to GitHub, the reason with what to do, and last that the result stands. */
export function notWritten({ name }: Post, reason: string): string {
  return `Could not write the ${name}: ${reason.replace(/[.\s]+$/, '')}. The result is not affected.`
}

/** Why something was not written to GitHub, and what to do. It is a warning: the result of the run stands. */
export function failureText(post: Post, error: Error, event: Event): string {
  if (!(error instanceof GithubError)) return notWritten(post, error.message)
  const known = refusals.find(({ message }) => message.test(error.message))
  if (known !== undefined) return notWritten(post, known.reason(post))
  const advice = adviceFor(error, post, event)
  const facts = error.message.replace(/[.\s]+$/, '')
  return notWritten(post, advice === null ? facts : `${facts}. ${advice}`)
}

/**
 * What GitHub says where no permission helps, and the reason with the way out. None of it is documented as a whole;
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api has a part.
 */
const refusals: readonly { readonly message: RegExp; readonly reason: (post: Post) => string }[] = [
  {
    message: /\bis locked\b|conversation (?:has been|was) locked/i,
    reason: ({ off }) => `it is locked. Unlock it, or set "${off}"`,
  },
  {
    message: /repository was archived|repository is archived/i,
    reason: ({ off }) => `the repository is archived. Unarchive it, or set "${off}"`,
  },
  {
    message: /more than 2,?500 comments/i,
    reason: ({ permission, off }) =>
      permission === 'issues: write'
        ? 'the issue has 2,500 comments, and GitHub takes no more. Remove its label; the next run opens a new issue'
        : `the pull request has 2,500 comments, and GitHub takes no more. Open a new one, or set "${off}"`,
  },
  {
    message: /SAML/,
    reason: () =>
      'the token is not authorized for the SAML single sign-on of your organization. Authorize it, or use "github-token: ${{ github.token }}"',
  },
  {
    message: /IP allow list/i,
    reason: () =>
      'the IP allow list of your organization does not include this runner. Ask an owner of the organization to add it',
  },
]

function adviceFor(
  { status, isRateLimited }: GithubError,
  { permission, off }: Post,
  { name, withoutSecrets }: Event,
): string | null {
  if (isRateLimited) return 'This token has sent GitHub too many requests. The next run tries again.'
  switch (status) {
    case 401:
      return 'GitHub rejected the token. Set "github-token: ${{ github.token }}", or renew your own.'
    case 403:
      if (withoutSecrets === 'fork' && name !== 'pull_request_target')
        return 'On a pull request from a fork the token may only read, whatever "permissions" says. The result is in the job summary.'
      return `Give the job "permissions:" with the line "${permission}".`
    case 404:
      return `Not found with this token. Give the job "permissions:" with the line "${permission}", and use a token for this repository.`
    case 410:
      return permission === 'issues: write'
        ? `Issues are disabled in this repository. Enable them in its settings, or set "${off}".`
        : null
    case 422:
      return 'GitHub rejected the request. Check that the conversation is not locked, and that the label is allowed.'
    case null:
      return 'If this keeps happening, check that the runner can reach the GitHub API and the proxy, if there is one.'
    default:
      return status >= 500 ? 'GitHub has an outage. The next run tries again.' : null
  }
}
