import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pullRequest, safe, safeInputs } from './fixtures.ts'
import { type GithubFault, type Recorder, startRecorder } from './github.ts'
import { preloaded } from './preloaded.ts'
import { annotated, play, type Scenario, type Scene } from './scenario.ts'

const token = 'ghs_token/of+a=job'
const drifted = { seed: { compositionSettings: { ...safe, encryption_enabled: false } } }

const recorders: Recorder[] = []
afterAll(async () => {
  for (const recorder of recorders.splice(0)) await recorder.close()
})

async function recorder(pick: Parameters<Recorder['fault']>[0]): Promise<Recorder> {
  const started = await startRecorder(null)
  started.fault(pick)
  recorders.push(started)
  return started
}

const comment: Scenario = {
  ...drifted,
  event: {
    name: 'pull_request',
    payload: { pull_request: { number: 7, ...(pullRequest('your-org/app').pull_request as object) } },
  },
  inputs: { ...safeInputs, 'pr-comment': 'always' },
}
const issue: Scenario = { ...drifted, event: { name: 'schedule' }, inputs: { ...safeInputs, 'drift-issue': 'true' } }
const ways = {
  comment: { scenario: comment, name: 'pull request comment', permission: 'pull-requests: write' },
  issue: { scenario: issue, name: 'drift issue', permission: 'issues: write' },
} as const

function withGithub({ inputs, ...scenario }: Scenario, url: string): Scenario {
  return { ...scenario, inputs: { ...inputs, 'github-token': token }, env: { GITHUB_API_URL: url } }
}

function withoutGithub({ inputs, ...scenario }: Scenario): Scenario {
  return { ...scenario, inputs: { ...inputs, 'pr-comment': 'never', 'drift-issue': 'false' } }
}

/** The 30 s for all requests to GitHub are over in no time, and no other time is shorter. */
const thirtySecondsOver = preloaded(`
    const { timeout } = AbortSignal
    AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds === 30_000 ? 300 : milliseconds)`)

/** What must not depend on GitHub. */
function lasting({ exitCode, outputs, summary }: Scene): unknown {
  return [exitCode, outputs, summary.replace(/<sub>.*<\/sub>/, '')]
}

const rows: readonly (readonly [
  name: string,
  fault: GithubFault,
  advice: Readonly<Record<keyof typeof ways, string>> | string,
])[] = [
  // It takes the longest, so it begins first.
  [
    'nothing at all',
    'hang',
    'no response within 10 s. If this keeps happening, check that the runner can reach the GitHub API and the proxy, if there is one.',
  ],
  ['401', { status: 401 }, 'GitHub rejected the token. Set "github-token: ${{ github.token }}", or renew your own.'],
  [
    '403',
    { status: 403 },
    {
      comment: 'Give the job "permissions:" with the line "pull-requests: write".',
      issue: 'Give the job "permissions:" with the line "issues: write".',
    },
  ],
  [
    '403 by a rate limit',
    { status: 403, headers: { 'retry-after': '60' } },
    'This token has sent GitHub too many requests. The next run tries again.',
  ],
  [
    '403 by a rate limit that is used up',
    { status: 403, headers: { 'x-ratelimit-remaining': '0' } },
    'This token has sent GitHub too many requests. The next run tries again.',
  ],
  [
    '403 by a rate limit that only its words name',
    { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
    'This token has sent GitHub too many requests. The next run tries again.',
  ],
  [
    '404',
    { status: 404 },
    {
      comment: 'with the line "pull-requests: write", and use a token for this repository.',
      issue: 'with the line "issues: write", and use a token for this repository.',
    },
  ],
  [
    '410',
    { status: 410, body: { message: 'Issues are disabled for this repo' } },
    {
      comment: 'Issues are disabled for this repo.',
      issue: 'Issues are disabled in this repository. Enable them in its settings, or set "drift-issue: false".',
    },
  ],
  [
    '422',
    { status: 422, body: { message: 'Validation Failed', errors: [{ field: 'labels' }] } },
    'Validation Failed: {"field":"labels"}. GitHub rejected the request. Check that the conversation is not locked, and that the label is allowed.',
  ],
  ['429', { status: 429 }, 'This token has sent GitHub too many requests. The next run tries again.'],
  ['500', { status: 500 }, 'GitHub has an outage. The next run tries again.'],
  ['503 with a page', { status: 503, body: '<html>' }, 'GitHub has an outage. The next run tries again.'],
  ['a reset', 'reset', 'check that the runner can reach the GitHub API and the proxy, if there is one.'],
  ['something else', { status: 200, body: { message: 'Hello' } }, 'GitHub sent an unexpected response to GET '],
  [
    'a page',
    { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
    "the response is not GitHub's: a proxy or firewall answered. Allow the runner to reach 127.0.0.1:",
  ],
  [
    "a firewall's page",
    {
      status: 403,
      body: '<html><head><title>Blocked</title></head><body>No <b>way</b>.</body></html>',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    },
    `the response is not GitHub's ("Blocked"): a proxy or firewall answered. Allow the runner to reach 127.0.0.1:`,
  ],
  ...(
    [
      [
        'Unable to create comment because issue is locked.',
        {
          comment: 'comment: it is locked. Unlock it, or set "pr-comment: never".',
          issue: 'issue: it is locked. Unlock it, or set "drift-issue: false".',
        },
      ],
      ['Repository was archived so is read-only.', 'the repository is archived. Unarchive it, or set "'],
      [
        'Commenting is disabled on issues with more than 2500 comments',
        {
          comment: 'GitHub takes no more. Open a new one, or set "pr-comment: never".',
          issue: 'GitHub takes no more. Remove its label; the next run opens a new issue.',
        },
      ],
      [
        'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.',
        'Authorize it, or use "github-token: ${{ github.token }}".',
      ],
      [
        'Although you appear to have the correct authorization credentials, the `your-org` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
        'does not include this runner. Ask an owner of the organization to add it.',
      ],
    ] as const
  ).map(([message, advice]) => [message, { status: 403, body: { message } }, advice] as const),
]

describe.concurrent.each(Object.entries(ways))('GitHub answers the %s with', (way, { scenario, name }) => {
  let alone: Scene
  beforeAll(async () => {
    alone = await play(withoutGithub(scenario))
  })

  it.each(rows)('%s: a warning, and verdict and outputs as without it', async (_, fault, advice) => {
    const github = await recorder(() => fault)
    const scene = await play(withGithub(scenario, github.url))
    expect(lasting(scene)).toEqual(lasting(alone))
    const warnings = annotated(scene, 'warning').filter((text) => !annotated(alone, 'warning').includes(text))
    expect(warnings).toEqual([
      expect.stringContaining(typeof advice === 'string' ? advice : advice[way as keyof typeof ways]),
    ])
    if (/GitHub's|locked|archived|2500|SAML|IP allow/.test(_)) expect(warnings[0]).not.toContain('permissions')
    expect(warnings[0]).toMatch(new RegExp(`^Could not write the ${name}: .* The result is not affected\\.$`))
    expect(scene.annotations.filter(({ title }) => title === `Twilio settings: ${name}`)).toHaveLength(1)
    expect(scene.everything).not.toContain(token)
    // A request that timed out is not repeated: a run does not wait for GitHub twice.
    if (fault === 'hang') expect(github.requests).toHaveLength(1)
  })
})

describe.concurrent('a request', () => {
  const list = (request: { readonly method: string }): GithubFault | null =>
    request.method === 'GET' ? { status: 200, body: [] } : null

  it('that writes is sent once, since its answer may be what was lost', async () => {
    const github = await recorder((request) => list(request) ?? { status: 500 })
    const scene = await play(withGithub(comment, github.url))
    expect(github.requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
    expect(annotated(scene, 'warning').at(-1)).toContain(
      'GitHub answered HTTP 500 to POST /repos/your-org/app/issues/7/comments: Told to. GitHub has an outage',
    )
  })

  it('that reads is sent again, so that a moment of trouble is none', async () => {
    let failures = 2
    const github = await recorder((request) =>
      failures-- > 0 ? (failures === 1 ? 'reset' : { status: 502 }) : (list(request) ?? { status: 201, body: {} }),
    )
    const scene = await play(withGithub(comment, github.url))
    expect(github.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST'])
    expect(annotated(scene, 'warning')).toEqual([])
  })

  it('that an issue without its label answers is a warning', async () => {
    const github = await recorder((request) => list(request) ?? { status: 201, body: { number: 5, labels: [] } })
    const scene = await play(withGithub(issue, github.url))
    expect(annotated(scene, 'warning').at(-1)).toContain(
      'GitHub opened #5 without the label "twilio-drift", so later runs cannot find it.',
    )
  })

  it('for a label that another shard has made in the meantime is no failure', async () => {
    let looks = 0
    const github = await recorder(({ method, path }) => {
      if (path.includes('/labels/')) return looks++ === 0 ? { status: 404 } : { status: 200, body: {} }
      if (path.endsWith('/labels'))
        return {
          status: 422,
          body: {
            message: 'Validation Failed',
            errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }],
          },
        }
      return method === 'GET'
        ? { status: 200, body: [] }
        : { status: 201, body: { number: 5, labels: [{ name: 'twilio-drift' }] } }
    })
    const scene = await play(withGithub(issue, github.url))
    expect(scene.log).toContain('Drift issue: opened as #5')
    expect(annotated(scene, 'warning').filter((text) => text.includes('Could not write'))).toEqual([])
  })

  it('is not sent for ever where a list leads in circles', async () => {
    const github = await recorder((request) => ({
      status: 200,
      body: [],
      headers: { link: `<${request.path}>; rel="next"` },
    }))
    const scene = await play(withGithub(comment, github.url))
    expect(github.requests).toHaveLength(100)
    expect(annotated(scene, 'warning').at(-1)).toContain(
      'GitHub lists more than 100 pages of /repos/your-org/app/issues/7/comments',
    )
  })

  it('is the last one once all of them have taken 30 s together', async () => {
    const github = await recorder(() => 'hang')
    const scenario = withGithub(comment, github.url)
    const scene = await play({ ...scenario, env: { ...scenario.env, ...thirtySecondsOver } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'drift'])
    expect(annotated(scene, 'warning').at(-1)).toContain('All requests to GitHub together took too long.')
  })

  it('is not sent for an account that nobody could find again', async () => {
    const github = await recorder((request) => list(request) ?? { status: 201, body: {} })
    const scenario = withGithub(comment, github.url)
    const scene = await play({ ...scenario, inputs: { ...scenario.inputs, 'account-sid': 'AC1' } })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error')]).toEqual([
      1,
      'error',
      ['"account-sid" must be the SID of an account: AC and 32 hexadecimal digits.'],
    ])
    expect([github.requests, annotated(scene, 'warning')]).toEqual([[], []])
  })

  it('goes to the API of GitHub Enterprise', async () => {
    const github = await recorder((request) => list(request) ?? { status: 201, body: {} })
    await play(withGithub(comment, `${github.url}/api/v3/`))
    expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v3/repos/your-org/app/issues/7/comments?per_page=100&page=1',
      'POST /api/v3/repos/your-org/app/issues/7/comments',
    ])
  })

  it('goes through the proxy that the environment names', async () => {
    const proxy = await recorder((request) => list(request) ?? { status: 201, body: {} })
    const { env, ...step } = withGithub(comment, 'http://github.example')
    await play({ ...step, env: { ...env, HTTP_PROXY: proxy.url } })
    expect(proxy.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual(
      ['GET', 'POST'].map((method) => `${method} http://github.example/repos/your-org/app/issues/7/comments`),
    )
  })

  it('takes no token to where it is redirected, nor to another page than the next one', async () => {
    const elsewhere = await recorder(() => ({ status: 200, body: [] }))
    const github = await recorder((request) =>
      request.path.endsWith('&page=1')
        ? { status: 200, body: [], headers: { link: `<${elsewhere.url}/x?page=2>; rel="next"` } }
        : { status: 307, headers: { location: `${elsewhere.url}/y` } },
    )
    await play(withGithub(comment, github.url))
    expect(github.requests.map(({ path }) => path.split('?')[1])).toEqual([
      'per_page=100&page=1',
      'per_page=100&page=2',
      undefined,
    ])
    expect(elsewhere.requests.length).toBeGreaterThan(0)
    for (const { headers, body } of elsewhere.requests) expect(JSON.stringify([headers, body])).not.toContain(token)
  })

  it('leaves out what GitHub lists among the issues, though it is none', async () => {
    let body = ''
    const github = await recorder((request) => {
      if (request.method === 'POST') body = request.body
      return list(request) ?? { status: 201, body: { number: 5, labels: [{ name: 'twilio-drift' }] } }
    })
    await play(withGithub(issue, github.url))
    const pull = {
      number: 1,
      state: 'open',
      pull_request: {},
      body: (JSON.parse(body) as { body: string }).body,
      user: { type: 'Bot' },
    }
    const again = await recorder((request) =>
      request.method === 'GET'
        ? { status: 200, body: request.path.includes('/labels/') ? {} : [pull] }
        : { status: 201, body: { number: 5, labels: [{ name: 'twilio-drift' }] } },
    )
    await play(withGithub(issue, again.url))
    expect(again.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST'])
  })
})

describe('a job that is cancelled', () => {
  it.each<[string, GithubFault]>([
    ['does not wait for GitHub', 'hang'],
    ['does not ask GitHub again', { status: 500 }],
  ])('%s', async (_, fault) => {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    const github = await recorder(() => {
      resolve('SIGTERM')
      return fault
    })
    const scene = await play({ ...withGithub(comment, github.url), signal: promise })
    expect(github.requests).toHaveLength(1)
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'drift'])
    expect(annotated(scene, 'warning').at(-1)).toContain('The run was stopped before GitHub had answered.')
  })

  it('writes nothing to GitHub', async () => {
    const github = await recorder(() => ({ status: 200, body: [] }))
    const scene = await play({
      ...withGithub(comment, github.url),
      faults: [{ times: Infinity, effect: { kind: 'hang' } }],
      onLog: (log) => (log.includes('Reading') ? 'SIGTERM' : undefined),
    })
    expect(scene.outputs['result']).toBe('error')
    expect(github.requests).toEqual([])
  })
})

describe('without comment and issue', () => {
  it('nothing is sent to GitHub', async () => {
    const github = await recorder(() => null)
    await play(withGithub(withoutGithub(comment), github.url))
    expect(github.requests).toEqual([])
  })
})

describe.concurrent('an input', () => {
  const sentences: readonly (readonly [Record<string, string>, string])[] = [
    [
      { 'pr-comment': 'always', 'github-token': '' },
      '"github-token" is missing, and "pr-comment: always" needs it. Set "github-token: ${{ github.token }}".',
    ],
    [
      { 'drift-issue': 'true', 'github-token': '' },
      '"github-token" is missing, and "drift-issue: true" needs it. Set "github-token: ${{ github.token }}".',
    ],
    [{ 'pr-comment': 'true' }, '"pr-comment" must be never, on-difference or always, and is "true".'],
    [{ 'drift-issue': 'yes' }, '"drift-issue" must be true or false.'],
    [
      { 'drift-issue-label': 'a, b' },
      '"drift-issue-label" must be the name of one label: at most 50 characters on one line, without a comma.',
    ],
    [
      { 'drift-issue-label': 'x'.repeat(51) },
      '"drift-issue-label" must be the name of one label: at most 50 characters on one line, without a comma.',
    ],
    [
      { 'github-token': 'two words of a token' },
      '"github-token" is not a token of GitHub. Set "github-token: ${{ github.token }}".',
    ],
  ]

  it.each(sentences)('%j is a mistake', async (inputs, sentence) => {
    const scene = await play({ inputs: { ...safeInputs, ...inputs } })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error')]).toEqual([1, 'error', [sentence]])
    expect(scene.requests).toEqual([])
  })
})
