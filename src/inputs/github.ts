import type { Event } from './event.ts'
import { type InputReader, oneOf, readFlag } from './reader.ts'
import { shortestSecret } from '../shared/secrets.ts'
import { isAccountSid } from '../settings/target.ts'
import { type Proxies, readProxies } from './network.ts'
import { parseShard, shardText } from './accounts.ts'

/** The posts at GitHub that the workflow asks for, beside the summary. */
export interface GithubInputs {
  /** The token, or why there is none though it is needed. */
  readonly token:
    { readonly kind: 'given'; readonly token: string } | { readonly kind: 'missing'; readonly reason: string }
  /** When a pull request gets a comment. */
  readonly comment: 'never' | 'on-difference' | 'always'
  /** `null`: no issue is kept. */
  readonly issueLabel: string | null
  /** The declared account; `null` if it is missing or wrong. */
  readonly account: string | null
  readonly resources: string
  /** The part of the accounts that the run covers, such as `2/5`; empty: all of them. */
  readonly shard: string
  /** The addresses of GitHub's REST API and of its GraphQL API. */
  readonly api: { readonly rest: string; readonly graphql: string }
  readonly proxies: Proxies
}

/** The maximum length of a label's name, in characters. */
const longestLabel = 50

/** Reads what the workflow wants to have at GitHub; `null` if that is nothing. */
export function readGithubInputs(
  reader: InputReader,
  env: Readonly<NodeJS.ProcessEnv>,
  event: Event,
): GithubInputs | null {
  const token = reader.get('github-token')
  const comment = oneOf(reader, 'pr-comment', ['never', 'on-difference', 'always'])
  const keepsIssue = readFlag(reader, 'drift-issue')
  const label = reader.get('drift-issue-label')
  if (label.length > longestLabel || /[,\p{Cc}]/u.test(label))
    reader.mistake(
      `"drift-issue-label" must be the name of one label: at most ${longestLabel} characters on one line, without a comma`,
    )
  if (token !== '' && (token.length < shortestSecret || !/^[\w.~+/=-]+$/.test(token)))
    reader.mistake('"github-token" is not a token of GitHub. Set "github-token: ${{ github.token }}"')
  if (comment === 'never' && !keepsIssue) return null
  const account = reader.get('account-sid', 'TWILIO_ACCOUNT_SID')
  const shard = parseShard(reader.get('shard'))
  return {
    token:
      token === ''
        ? missing(reader, event, keepsIssue ? 'drift-issue: true' : `pr-comment: ${comment}`)
        : { kind: 'given', token },
    comment,
    issueLabel: keepsIssue ? label : null,
    account: isAccountSid(account) ? account : null,
    resources:
      ['compositions', 'recordings'].filter((word) => reader.get('resources').includes(word)).join('+') ||
      'compositions',
    shard: shard === null || shard.count === 1 ? '' : shardText(shard),
    api: apiOf(env),
    proxies: readProxies(env),
  }
}

/**
 * Where GitHub is. Enterprise Server has GraphQL beside REST, and not below it.
 * https://docs.github.com/enterprise-server/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint
 */
function apiOf(env: Readonly<NodeJS.ProcessEnv>): GithubInputs['api'] {
  const rest = (env['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, '')
  return { rest, graphql: env['GITHUB_GRAPHQL_URL'] || `${rest.replace(/\/v3$/, '')}/graphql` }
}

/**
 * A custom token is a secret, and GitHub gives none to a fork. There a missing one is not a mistake of the
 * workflow.
 */
function missing(reader: InputReader, event: Event, input: string): GithubInputs['token'] {
  if (event.withoutSecrets !== null) {
    const whose = event.withoutSecrets === 'fork' ? 'from a fork' : 'of Dependabot'
    return { kind: 'missing', reason: `"github-token" is empty: GitHub gives no secrets to a pull request ${whose}` }
  }
  reader.mistake(`"github-token" is missing, and "${input}" needs it. Set "github-token: \${{ github.token }}"`)
  return { kind: 'missing', reason: '"github-token" is missing' }
}
