import * as z from 'zod/mini'
import { GithubError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import type { Send } from './connection.ts'
import { hasMarker } from './post.ts'

/** An existing issue of the repository. */
export interface ExistingIssue {
  readonly number: number
  readonly isOpen: boolean
  readonly body: string
}

/** The comments and issues of one repository. All calls reject with a `GithubError`. */
export interface IssuesApi {
  /** The first comment of ours at an issue or a pull request that begins with the marker. */
  readonly findComment: (
    issue: number,
    marker: string,
  ) => Promise<{ readonly id: number; readonly body: string } | null>
  readonly createComment: (issue: number, body: string) => Promise<unknown>
  readonly updateComment: (id: number, body: string) => Promise<unknown>
  /** The last issue of ours in that state that has the label and begins with the marker. */
  readonly findIssue: (state: 'open' | 'closed', label: string, marker: string) => Promise<ExistingIssue | null>
  /** Opens an issue, and returns its number. */
  readonly openIssue: (title: string, body: string, label: string) => Promise<number>
  readonly updateIssue: (
    number: number,
    change: { readonly title?: string; readonly body?: string; readonly state?: 'open' | 'closed' },
  ) => Promise<unknown>
  /** Creates the label if it is missing. */
  readonly ensureLabel: (label: string) => Promise<void>
}

const schemas = once(() => {
  const posted = {
    body: z.nullish(z.string()),
    user: z.nullish(z.object({ login: z.nullish(z.string()) })),
  }
  return {
    comment: z.object({ id: z.number(), ...posted }),
    issue: z.object({ number: z.number(), state: z.string(), pull_request: z.optional(z.unknown()), ...posted }),
    opened: z.object({
      number: z.number(),
      labels: z.array(z.union([z.string(), z.object({ name: z.nullish(z.string()) })])),
    }),
  }
})
/** How many things are listed at once: the most that GitHub gives. */
const pageSize = 100

/**
 * The comments and issues of a repository, `repository` being its owner and name. `isOurs` tells whether we
 * wrote what somebody of that login put up with our marker.
 * https://docs.github.com/rest/issues
 */
export function issuesApi(
  repository: string,
  send: Send,
  isOurs: (author: string | null) => Promise<boolean>,
): IssuesApi {
  const root = `/repos/${repository}`
  const isByUs = async (body: string, author: string | null, marker: string): Promise<boolean> =>
    hasMarker(body, marker) && isOurs(author)
  return {
    findComment: (number, marker) =>
      find(
        `${root}/issues/${number}/comments`,
        {},
        schemas().comment,
        async ({ id, body, user }) =>
          (await isByUs(body ?? '', user?.login ?? null, marker)) ? { id, body: body ?? '' } : null,
        send,
      ),
    createComment: (number, body) => send('POST', `${root}/issues/${number}/comments`, { body }),
    updateComment: (id, body) => send('PATCH', `${root}/issues/comments/${id}`, { body }),
    findIssue: (state, labels, marker) =>
      // GitHub lists pull requests among the issues.
      find(
        `${root}/issues`,
        { state, labels },
        schemas().issue,
        async ({ number, state: found, pull_request: pull, body, user }) =>
          pull === undefined && (await isByUs(body ?? '', user?.login ?? null, marker))
            ? { number, isOpen: found === 'open', body: body ?? '' }
            : null,
        send,
      ),
    openIssue: async (title, body, label) => {
      const { number, labels } = checked(
        schemas().opened,
        (await send('POST', `${root}/issues`, { title, body, labels: [label] })).data,
        'POST issues',
      )
      const names = labels.map((each) => (typeof each === 'string' ? each : each.name)?.toLowerCase())
      if (!names.includes(label.toLowerCase()))
        throw new GithubError(
          `GitHub opened #${number} without the label "${label}", so later runs cannot find it. Add the label by hand, and use a token that may set labels`,
          201,
          false,
        )
      return number
    },
    updateIssue: (number, change) => send('PATCH', `${root}/issues/${number}`, change),
    ensureLabel: (label) => ensureLabel(`${root}/labels`, label, send),
  }
}

async function ensureLabel(path: string, name: string, send: Send): Promise<void> {
  try {
    await send('GET', `${path}/${encodeURIComponent(name)}`, {})
  } catch (thrown) {
    if (!(thrown instanceof GithubError && thrown.status === 404)) throw thrown
    await send('POST', path, {
      name,
      color: 'b60205',
      description: 'A Twilio account is not as its workflow desires',
    }).catch(async (refused: unknown) => {
      // Another shard may have created it in the meantime.
      if (!(refused instanceof GithubError && refused.status === 422)) throw refused
      await send('GET', `${path}/${encodeURIComponent(name)}`, {}).catch(() => Promise.reject(refused))
    })
  }
}

/** The maximum number of pages of a list: the links may lead in circles. */
const mostPages = 100

/** The first thing in a list, page by page, of which something is `found`. */
async function find<T, F>(
  path: string,
  parameters: Readonly<Record<string, string>>,
  schema: z.ZodMiniType<T>,
  found: (item: T) => Promise<F | null>,
  send: Send,
): Promise<F | null> {
  for (let page = 1; page <= mostPages; page++) {
    const { data, hasNextPage } = await send('GET', path, { ...parameters, per_page: pageSize, page })
    for (const item of checked(z.array(schema), data, `GET ${path}`)) {
      const hit = await found(item)
      if (hit !== null) return hit
    }
    if (!hasNextPage) return null
  }
  throw new GithubError(`GitHub lists more than ${mostPages} pages of ${path}`, null, false)
}

function checked<T>(schema: z.ZodMiniType<T>, data: unknown, call: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  throw new GithubError(`GitHub sent an unexpected response to ${call}`, null, false)
}
