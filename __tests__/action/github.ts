import { createSign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createPort } from 'node:net'
import { createEmulator } from 'emulate'

/** What the recorder saw on its way to GitHub. */
export interface GithubRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What is answered in GitHub's place; `hang`: nothing, ever. */
export type GithubFault =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset'

/** A server between the action and GitHub: it writes down what is sent, and can answer itself. */
export interface Recorder {
  readonly url: string
  readonly requests: readonly GithubRequest[]
  /** From now on, the requests that this picks are answered so. */
  readonly fault: (pick: (request: GithubRequest) => GithubFault | null) => void
  readonly close: () => Promise<void>
}

/** The requests that change something; a query of GraphQL is none of them. */
export function writesIn(requests: readonly GithubRequest[]): GithubRequest[] {
  return requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
}

/**
 * Starts a recorder before the GitHub at `upstream`, or before none. With `logins`, those of each token, it tells
 * a token its own one, which the GitHub behind it does not.
 */
export async function startRecorder(
  upstream: string | null,
  logins: ReadonlyMap<string, string> | null = null,
): Promise<Recorder> {
  const requests: GithubRequest[] = []
  let pick: (request: GithubRequest) => GithubFault | null = () => (upstream === null ? { status: 404 } : null)
  const server = createServer((incoming, response) => {
    void (async () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: await text(incoming),
      }
      requests.push(request)
      const fault = pick(request)
      if (fault !== null) fail(fault, response)
      else if (logins !== null && request.path === '/graphql') answerViewer(request, logins, response)
      else await forward(request, upstream ?? '', response)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: (next) => void (pick = next),
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

/** https://docs.github.com/graphql/reference/queries#viewer */
function answerViewer(
  { headers, body }: GithubRequest,
  logins: ReadonlyMap<string, string>,
  response: ServerResponse,
): void {
  const login = logins.get(String(headers['authorization']).replace(/^\w+ /, ''))
  const { query } = JSON.parse(body) as { query: string }
  const isKnown = login !== undefined && /^\{ viewer \{ login \} \}$/.test(query)
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
  response.end(JSON.stringify(isKnown ? { data: { viewer: { login } } } : { message: 'Bad credentials' }))
}

async function text(incoming: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk)
  return body
}

async function forward(
  { method, path, headers, body }: GithubRequest,
  upstream: string,
  response: ServerResponse,
): Promise<void> {
  const answer = await fetch(upstream + path, {
    method,
    headers: { authorization: String(headers['authorization']), 'content-type': 'application/json' },
    body: method === 'GET' ? null : body,
  })
  const link = answer.headers.get('link')
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'text/plain',
    ...(link === null ? {} : { link }),
  })
  response.end(await answer.text())
}

function fail(fault: GithubFault, response: ServerResponse): void {
  if (fault === 'hang') return
  if (fault === 'reset') return void response.destroy()
  const headers = { 'content-type': 'application/json', ...fault.headers }
  response.writeHead(fault.status, headers)
  if (headers['content-type'] === 'text/html') return void response.end(fault.body)
  response.end(JSON.stringify(fault.body ?? { message: 'Told to', documentation_url: 'https://docs.github.com/rest' }))
}

/** A comment or an issue, as far as the tests look at it. */
export interface Posted {
  readonly number: number
  readonly id: number
  readonly body: string
  readonly title: string
  readonly state: string
  readonly created_at: string
  readonly updated_at: string
  readonly labels: readonly { readonly name: string }[]
  readonly user: { readonly login: string }
}

/**
 * A stateful GitHub that Vercel wrote, with the repository `your-org/app` and the app whose token a
 * workflow gets.
 */
export interface Github extends Recorder {
  /** A token as a job has it, with these permissions. */
  readonly tokenWith: (
    permissions: Readonly<Record<string, 'read' | 'write'>>,
    app?: 'github-actions' | 'another-app',
  ) => Promise<string>
  /** Does something as a person: `outsider`, or `maintainer`, who belongs to the organization. */
  readonly as: (login: 'outsider' | 'maintainer', method: string, path: string, body?: unknown) => Promise<unknown>
  readonly openPullRequest: () => Promise<number>
  readonly comments: (issue: number) => Promise<Posted[]>
  readonly issues: () => Promise<Posted[]>
  /** What happened to an issue, such as `opened closed reopened`. */
  readonly events: (issue: number) => Promise<string>
}

const appIds = { 'github-actions': 15368, 'another-app': 2 } as const

/** Starts the emulated GitHub, with a recorder before it. */
export async function startGithub(): Promise<Github> {
  const emulator = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      github: seed,
      tokens: { 'token-of-outsider': { login: 'outsider' }, 'token-of-maintainer': { login: 'maintainer' } },
    },
  })
  const url = emulator.url.replace('localhost', '127.0.0.1')
  const logins = new Map(['outsider', 'maintainer'].map((login) => [`token-of-${login}`, login]))
  const recorder = await startRecorder(url, logins)
  const keys = emulator.generatedSecrets.map(({ value }) => value)
  const call = async (authorization: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const as: Github['as'] = (login, method, path, body) =>
    call(`token token-of-${login}`, method, `/repos/your-org/app${path}`, body)
  const listed = async (path: string): Promise<Posted[]> => {
    const pages: Posted[] = []
    for (let page = 1; ; page++) {
      const items = (await as('maintainer', 'GET', `${path}per_page=100&page=${page}`)) as Posted[]
      pages.push(...items)
      if (items.length < 100) return pages
    }
  }
  return {
    ...recorder,
    as,
    tokenWith: async (permissions, app = 'github-actions') => {
      const [authorization, path] = [jsonWebToken(keys, app), `/app/installations/${appIds[app]}/access_tokens`]
      const { token } = (await call(`Bearer ${authorization}`, 'POST', path, { permissions })) as { token: string }
      logins.set(token, `${app}[bot]`)
      return token
    },
    openPullRequest: async () =>
      (
        (await as('outsider', 'POST', '/pulls', { title: 'Change the settings', head: 'change', base: 'main' })) as {
          number: number
        }
      ).number,
    comments: (issue) => listed(`/issues/${issue}/comments?`),
    issues: () => listed('/issues?state=all&direction=asc&'),
    events: async (issue) =>
      (await listed(`/issues/${issue}/events?`))
        .map((event) => (event as unknown as { event: string }).event)
        .join(' '),
    close: async () => {
      await recorder.close()
      await emulator.close()
    },
  }
}

const permissions = { issues: 'write', pull_requests: 'write', contents: 'write', metadata: 'read' }

const seed = {
  users: [{ login: 'outsider' }, { login: 'maintainer' }],
  orgs: [{ login: 'your-org', members: [{ login: 'maintainer', role: 'admin' }] }],
  repos: [{ owner: 'your-org', name: 'app' }],
  apps: Object.entries(appIds).map(([slug, id]) => ({
    app_id: id,
    slug,
    name: slug,
    permissions,
    installations: [{ installation_id: id, account: 'your-org' }],
  })),
}

/**
 * What an app shows of itself.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
 */
function jsonWebToken(keys: readonly string[], app: keyof typeof appIds): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 10, exp: now + 300, iss: appIds[app] })}`
  return `${unsigned}.${createSign('RSA-SHA256')
    .update(unsigned)
    .sign(keys[Object.keys(appIds).indexOf(app)] ?? '', 'base64url')}`
}

function freePort(): Promise<number> {
  const server = createPort()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
