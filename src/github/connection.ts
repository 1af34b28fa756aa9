import { setTimeout as sleep } from 'node:timers/promises'
import { EnvHttpProxyAgent, fetch, type RequestInit } from 'undici'
import * as z from 'zod/mini'
import { abbreviate } from '../shared/text.ts'
import { GithubError, StoppedError } from '../shared/errors.ts'
import type { Proxies } from '../inputs/network.ts'
import type { Output } from './output.ts'
import { once } from '../shared/async.ts'
import { version } from '../shared/version.ts'

/**
 * Sends one request to GitHub. Returns the unchecked body, and whether there is another page. `QUERY` is a
 * POST that changes nothing. Rejects with a `GithubError`.
 */
export type Send = (
  method: 'GET' | 'POST' | 'PATCH' | 'QUERY',
  path: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly hasNextPage: boolean }>

/** The time that one request may take, in milliseconds. */
const requestTimeout = 10_000

/** The pauses before a request is sent again, in milliseconds. */
const pauses = [500, 1500] as const

/**
 * Connects to GitHub's API, which GitHub Enterprise has elsewhere. `@actions/github` is loaded here and nowhere
 * else, so that runs without it do not pay for it. Connections and proxies are those that Twilio's client
 * has, and not the package's own, which cannot be closed. `login` is the name by which the token's posts are
 * signed: GraphQL tells it to the token of a job, of an app and of a person alike, and REST to the last alone.
 */
export async function connect(
  token: string,
  api: { readonly rest: string; readonly graphql: string },
  proxies: Proxies,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly send: Send; readonly login: () => Promise<string>; readonly close: () => Promise<void> }> {
  const { getOctokit } = await import(/* webpackChunkName: "github" */ '@actions/github')
  const dispatcher = new EnvHttpProxyAgent({ ...proxies, connect: { timeout: requestTimeout } })
  const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  const { request } = getOctokit(token, {
    baseUrl: api.rest,
    userAgent: `twilio-composition-settings/${version}`,
    log: silent,
    request: { log: silent, fetch: (url: string, init: RequestInit) => fetch(url, { ...init, dispatcher }) },
  })
  const send: Send = async (method, path, parameters) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const { data, headers }: { data: unknown; headers: { link?: string } } = await request(
          `${method === 'QUERY' ? 'POST' : method} ${output.clean(path)}`,
          {
            ...output.clean(parameters),
            request: { signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)]) },
          },
        )
        if (typeof data === 'string') throw foreignPage(output.clean(data), api.rest)
        return { data, hasNextPage: /;\s*rel="next"/.test(headers.link ?? '') }
      } catch (thrown) {
        const pause = pauses[attempt]
        if (signal.aborted)
          throw signal.reason instanceof StoppedError
            ? signal.reason
            : new GithubError('All requests to GitHub together took too long', null, false, { cause: thrown })
        if (pause === undefined || method === 'POST' || !isPassing(thrown))
          throw toGithubError(thrown, `${method} ${path}`, api.rest, (text) => output.clean(text))
        await sleep(pause, undefined, { signal }).catch(nothing)
      }
    }
  }
  const login = once(() => loginOf(send, api.graphql))
  return { send, login, close: () => dispatcher.destroy() }
}

/** https://docs.github.com/graphql/reference/queries#viewer */
async function loginOf(send: Send, url: string): Promise<string> {
  const { data } = await send('QUERY', url, { query: '{ viewer { login } }' })
  const viewer = z.object({ data: z.object({ viewer: z.object({ login: z.string().check(z.minLength(1)) }) }) })
  const answer = viewer.safeParse(data)
  if (answer.success) return answer.data.data.viewer.login
  throw new GithubError('GitHub did not tell who the token belongs to', null, false)
}

function nothing(): void {}

/**
 * The parts of Octokit's `RequestError` that are used. It gives an answer that never came the status
 * 500, and no response.
 */
const requestError = z.object({
  status: z.number(),
  message: z.string(),
  response: z.optional(z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() })),
})

/**
 * Whether the same request may well succeed a moment later. One that nobody answered in time is not
 * worth another wait.
 */
function isPassing(thrown: unknown): boolean {
  const { data: error } = requestError.safeParse(thrown)
  if (error === undefined || isTimeout(thrown)) return false
  return error.response === undefined || error.status >= 500
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'TimeoutError' || isTimeout(thrown.cause))
}

function toGithubError(thrown: unknown, call: string, api: string, redact: (text: string) => string): GithubError {
  if (thrown instanceof GithubError) return thrown
  const { data: error } = requestError.safeParse(thrown)
  if (error?.response === undefined) {
    const reason = isTimeout(thrown)
      ? `no response within ${requestTimeout / 1000} s`
      : thrown instanceof Error
        ? thrown.message
        : String(thrown)
    return new GithubError(`GitHub did not respond to ${call}: ${abbreviate(redact(reason))}`, null, false, {
      cause: thrown,
    })
  }
  const { status, message, response } = error
  if (status < 500 && typeof response.data === 'string' && /html/i.test(String(response.headers['content-type'])))
    return foreignPage(redact(response.data), api)
  const isRateLimited =
    status === 429 ||
    (status === 403 &&
      ('retry-after' in response.headers ||
        response.headers['x-ratelimit-remaining'] === '0' ||
        /rate limit/i.test(message)))
  return new GithubError(
    `GitHub answered HTTP ${status} to ${call}: ${abbreviate(redact(message.replace(/ - https?:\S+$/, '')))}`,
    status,
    isRateLimited,
  )
}

/** That somebody else answered: GitHub's API has no pages. */
function foreignPage(page: string, api: string): GithubError {
  const title = /<title[^>]*>([^<]+)/i.exec(page)?.[1]?.trim() ?? ''
  const host = URL.canParse(api) ? new URL(api).host : api
  const quoted = title === '' ? '' : ` ("${abbreviate(title, 80)}")`
  return new GithubError(
    `the response is not GitHub's${quoted}: a proxy or firewall answered. Allow the runner to reach ${host}`,
    200,
    false,
  )
}
