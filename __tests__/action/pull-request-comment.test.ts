import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { accountSid, authToken, otherAccountSid, pullRequest, safe, safeInputs } from './fixtures.ts'
import {
  type Github,
  type GithubFault,
  type Posted,
  type Recorder,
  startGithub,
  startRecorder,
  writesIn,
} from './github.ts'
import { annotated, onStage, play, type Scenario } from './scenario.ts'
import { settingNames } from '../../src/settings/settings.ts'

const inSync: Scenario = { seed: { compositionSettings: safe } }
const drifted: Scenario = { seed: { compositionSettings: { ...safe, encryption_enabled: false } } }
const noAccount: Scenario = {
  faults: [{ match: { path: 'CompositionSettings' }, effect: { kind: 'status', status: 401, code: 20003 } }],
}

let github: Github
let token: string
let number: number
beforeAll(async () => {
  github = await startGithub()
  token = await github.tokenWith({ pull_requests: 'write' })
})
beforeEach(async () => {
  number = await github.openPullRequest()
})
afterAll(() => github.close())

function onPullRequest(head: string): { readonly name: string; readonly payload: unknown } {
  return { name: 'pull_request', payload: { pull_request: { number, ...(pullRequest(head).pull_request as object) } } }
}

function atGithub({ inputs, env, ...scenario }: Scenario = {}): Scenario {
  return {
    event: onPullRequest('your-org/app'),
    ...scenario,
    inputs: { ...safeInputs, mode: 'plan', 'pr-comment': 'on-difference', 'github-token': token, ...inputs },
    env: { GITHUB_API_URL: github.url, ...env },
  }
}

/** A way to GitHub for one test alone. */
async function ownWay(): Promise<Recorder> {
  const recorder = await startRecorder(github.url)
  onTestFinished(() => recorder.close())
  return recorder
}

async function ours(): Promise<Posted[]> {
  return (await github.comments(number)).filter(({ user }) => user.login === 'github-actions[bot]')
}

function heading(comment: Posted | undefined): string {
  return /^<h2>(.*?)(?: \(sandbox\))?<\/h2>$/m.exec(comment?.body ?? '')?.[1] ?? '(none)'
}

describe('the life of a comment', () => {
  it('is one comment, found again behind 150 others, left alone when it would not change, and reduced at the end', async () => {
    const way = await ownWay()
    const act = (): string =>
      writesIn(way.requests)
        .map(({ method, path }) => `${method} ${path.replace(/\d+/g, 'N')}`)
        .join(', ')
    for (let index = 0; index < 150; index++)
      await github.as('outsider', 'POST', `/issues/${number}/comments`, { body: `Comment ${index}` })
    await onStage(inSync, async (sandbox, run) => {
      const push = async (stored: Record<string, unknown>, runId: string): Promise<unknown[]> => {
        const before = way.requests.length
        sandbox.setSettings(accountSid, 'composition', { ...safe, ...stored })
        const { outputs } = await run(
          atGithub({
            env: {
              GITHUB_API_URL: way.url,
              GITHUB_RUN_ID: runId,
              GITHUB_RUN_ATTEMPT: runId,
              GITHUB_SHA: runId.repeat(40),
            },
          }),
        )
        const written = writesIn(way.requests.slice(before))
        return [outputs['result'], written.map(({ method }) => method).join(' '), (await ours()).map(heading)]
      }
      expect(await push({}, '1')).toEqual(['in-sync', '', []])
      expect(await push({ encryption_enabled: false }, '2')).toEqual([
        'drift',
        'POST',
        ['📝 Plan: 1 setting would change'],
      ])
      expect(await push({ encryption_enabled: false }, '3')).toEqual(['drift', '', ['📝 Plan: 1 setting would change']])
      expect(await push({ encryption_enabled: false, friendly_name: 'Other' }, '4')).toEqual([
        'drift',
        'PATCH',
        ['📝 Plan: 2 settings would change'],
      ])
      sandbox.fault({ match: { path: 'CompositionSettings' }, effect: { kind: 'status', status: 401, code: 20003 } })
      expect(await push({}, '5')).toEqual(['error', 'PATCH', ['❌ Error: Twilio refused the credential']])
      sandbox.fault({ match: { path: 'CompositionSettings' }, effect: { kind: 'status', status: 401, code: 20003 } })
      expect(await push({}, '6')).toEqual(['error', '', ['❌ Error: Twilio refused the credential']])
      expect(await push({}, '7')).toEqual(['in-sync', 'PATCH', ['✅ Now in sync']])
      expect(await push({}, '8')).toEqual(['in-sync', '', ['✅ Now in sync']])
      expect(await push({ encryption_enabled: false }, '9')).toEqual([
        'drift',
        'PATCH',
        ['📝 Plan: 1 setting would change'],
      ])
    })
    expect(await github.comments(number)).toHaveLength(151)
    expect(act()).toBe(
      [
        'POST /repos/your-org/app/issues/N/comments',
        ...Array.from({ length: 4 }, () => 'PATCH /repos/your-org/app/issues/comments/N'),
      ].join(', '),
    )
  })
})

describe('the comment', () => {
  it('says what the summary says, without time, requests and the block of inputs', async () => {
    const { summary } = await play(atGithub(drifted))
    const [comment] = await ours()
    const [first, ...lines] = comment?.body.split('\n') ?? []
    expect(first).toBe(
      `<!-- twilio-composition-settings pull-request-comment sandbox account=${accountSid.toLowerCase()} resources=compositions workflow=Media%20settings -->`,
    )
    const smallPrint = /<sub>.*<\/sub>/
    const inputs = /<details><summary>As inputs<\/summary>.*?<\/details>\n\n/s
    expect(summary).toMatch(inputs)
    expect(lines.join('\n').replace(smallPrint, '')).toBe(summary.replace(inputs, '').replace(smallPrint, ''))
    expect(smallPrint.exec(comment?.body ?? '')?.[0]).toBe(
      `<sub>Account ${accountSid} · Workflow Media settings · <a href="https://github.com/your-org/app/actions/runs/1">Run</a></sub>`,
    )
  })

  it.each<[string, Scenario, string, string[]]>([
    ['never', drifted, 'drift', []],
    ['on-difference', drifted, 'drift', ['📝 Plan: 1 setting would change']],
    ['on-difference', { ...drifted, inputs: { mode: 'check' } }, 'drift', ['❌ Drift: encryption is off']],
    [
      'on-difference',
      { ...drifted, inputs: { mode: 'apply' } },
      'refused',
      ['🛑 Refused: a pull request may not apply'],
    ],
    ['on-difference', inSync, 'in-sync', []],
    ['on-difference', noAccount, 'error', []],
    ['always', inSync, 'in-sync', [`✅ In sync: ${settingNames.length} settings match`]],
    ['always', noAccount, 'error', ['❌ Error: Twilio refused the credential']],
    ['always', { inputs: { 'aws-s3-url': 'ftp://x' } }, 'error', ['❌ Error: 1 mistake in the workflow']],
  ])('%s (%#)', async (time, scenario, result, headings) => {
    const { outputs } = await play(atGithub({ ...scenario, inputs: { ...scenario.inputs, 'pr-comment': time } }))
    expect([outputs['result'], (await ours()).map(heading)]).toEqual([result, headings])
  })

  it('that is there always keeps its text while all is in sync', async () => {
    const way = await ownWay()
    const env = { GITHUB_API_URL: way.url }
    for (const stored of [safe, safe, { ...safe, encryption_enabled: false }, safe, safe])
      await play(atGithub({ seed: { compositionSettings: stored }, inputs: { 'pr-comment': 'always' }, env }))
    expect((await ours()).map(heading)).toEqual(['✅ Now in sync'])
    const writes = writesIn(way.requests)
    expect(writes.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH'])
  })

  it('is one for each account', async () => {
    const other = {
      seed: { ...drifted.seed, sid: otherAccountSid },
      credentials: { with: { 'account-sid': otherAccountSid, 'auth-token': 'token-of-account-a-aaaaaaaaaaaaa' } },
    }
    for (const step of [drifted, other, drifted, other]) await play(atGithub(step))
    expect(await ours()).toHaveLength(2)
    await play(atGithub(inSync))
    expect((await ours()).map(heading)).toEqual(['✅ Now in sync', '📝 Plan: 1 setting would change'])
  })

  it('is not one that quotes it, nor one that an outsider put up', async () => {
    await play(atGithub(drifted))
    const body = (await ours())[0]?.body ?? ''
    const others = [
      ['outsider', body],
      ['maintainer', `> ${body.replaceAll('\n', '\n> ')}`],
      ['maintainer', `Look:\n\n${body}`],
    ] as const
    number = await github.openPullRequest()
    for (const [login, text] of others) await github.as(login, 'POST', `/issues/${number}/comments`, { body: text })
    await play(atGithub(drifted))
    await play(atGithub(inSync))
    const comments = await github.comments(number)
    expect(comments.slice(0, 3).map((comment) => comment.body)).toEqual(others.map(([, text]) => text))
    expect(comments.slice(3).map(heading)).toEqual(['✅ Now in sync'])
  })

  it('is not one that another app or a member put up with its marker: that is left alone, with one warning', async () => {
    await play(atGithub(drifted))
    const body = (await ours())[0]?.body ?? ''
    number = await github.openPullRequest()
    for (let time = 0; time < 2; time++) await github.as('maintainer', 'POST', `/issues/${number}/comments`, { body })
    const otherApp = await github.tokenWith({ pull_requests: 'write' }, 'another-app')
    await play(atGithub({ ...drifted, inputs: { 'github-token': otherApp } }))
    const before = await github.comments(number)
    expect(before.map(({ user }) => user.login)).toEqual(['maintainer', 'maintainer', 'another-app[bot]'])
    const scene = await play(atGithub(drifted))
    await play(atGithub(inSync))
    expect((await github.comments(number)).slice(0, 3)).toEqual(before)
    expect((await ours()).map(heading)).toEqual(['✅ Now in sync'])
    expect(annotated(scene, 'warning').filter((text) => text.includes('marker'))).toEqual([
      'maintainer wrote a pull request comment with the marker of this workflow. It was left alone, because this token belongs to github-actions[bot]. If the workflow has changed its token, delete the old one.',
    ])
  })

  it('is one for a person, too, whatever GitHub calls the person', async () => {
    const inputs = { 'github-token': 'token-of-outsider' }
    for (const step of [drifted, drifted, inSync]) await play(atGithub({ ...step, inputs }))
    const comments = await github.comments(number)
    expect(comments.map((comment) => [comment.user.login, heading(comment)])).toEqual([['outsider', '✅ Now in sync']])
  })

  it.each<[string, GithubFault, string]>([
    ['is refused', { status: 403, body: { message: 'Resource not accessible' } }, 'HTTP 403'],
    ['fails', { status: 200, body: { data: null, errors: [{ message: 'Something went wrong' }] } }, 'did not tell'],
    ['is cut off', 'reset', 'did not respond'],
  ])('is left alone where GraphQL %s, so that nobody knows whose it is', async (_, fault, reason) => {
    await play(atGithub(drifted))
    const before = await github.comments(number)
    const way = await ownWay()
    way.fault(({ path }) => (path === '/graphql' ? fault : null))
    const scene = await play(atGithub({ ...inSync, env: { GITHUB_API_URL: way.url } }))
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(await github.comments(number)).toEqual(before)
    expect(annotated(scene, 'warning').at(-1)).toContain('whether this token wrote it is unknown')
    expect(annotated(scene, 'warning').at(-1)).toContain(reason)
  })

  it('is cut between rows when it is too long, and says so', async () => {
    const mistakes = {
      'account-sid': accountSid,
      ...Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`unknown-${index}-${'x'.repeat(60)}`, 'x'])),
    }
    const { outputs } = await play(atGithub({ inputs: { 'pr-comment': 'always', ...mistakes } }))
    const body = (await ours())[0]?.body ?? ''
    expect(outputs['result']).toBe('error')
    expect(body.length).toBeGreaterThan(65_000)
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(body).toMatch(
      /<\/li>\n<\/ul>\n\n<p>⚠️ Cut here, because GitHub takes at most 65,536 characters\. The job summary of the run has all of it\.<\/p>\n\n<p><sub>Account AC.* · Workflow Media settings · <a href="[^"]*">Run<\/a><\/sub><\/p>\n$/,
    )
  })

  it('is nothing without a pull request, and the log says so once', async () => {
    const way = await ownWay()
    const event = { name: 'merge_group', payload: {} }
    const inputs = { 'pr-comment': 'always', 'drift-issue': 'true' }
    const scene = await play(atGithub({ ...drifted, inputs, event, env: { GITHUB_API_URL: way.url } }))
    expect(way.requests).toEqual([])
    expect(scene.log.split('\n').filter((line) => /pull request comment|drift issue/.test(line))).toEqual([
      'The pull request comment: not written, because the event "merge_group" is of no pull request',
      'The drift issue: left as it is, because the event "merge_group" keeps none on this branch. Only "schedule" does, and "workflow_dispatch" and "push" on the default branch',
    ])
  })

  it.each([
    [
      'push',
      { 'pr-comment': 'always' },
      'The pull request comment: not written, because the event "push" is of no pull request',
    ],
    [
      'schedule',
      { 'pr-comment': 'on-difference' },
      'The pull request comment: not written, because the event "schedule" is',
    ],
    [
      'pull_request',
      { 'pr-comment': 'never', 'drift-issue': 'true' },
      'The drift issue: left as it is, because the event "pull_request" keeps none on this branch',
    ],
    ['push', { 'pr-comment': 'never' }, null],
  ])('on %s, asked for by %j, is told in one line of the log where there can be none', async (name, inputs, line) => {
    const way = await ownWay()
    const event = { name, payload: {} }
    const scene = await play(atGithub({ ...drifted, inputs, event, env: { GITHUB_API_URL: way.url } }))
    const told = scene.log.split('\n').filter((text) => /^The (?:pull request comment|drift issue): /.test(text))
    expect(told).toEqual(line === null ? [] : [expect.stringContaining(line)])
    expect([scene.outputs['result'], way.requests]).toEqual(['drift', []])
  })

  it('has no secret in its hidden line, and is found again, though the name of the workflow has one', async () => {
    for (const _ of [1, 2])
      await play(atGithub({ ...drifted, env: { GITHUB_API_URL: github.url, GITHUB_WORKFLOW: `Media ${authToken}` } }))
    const comments = await ours()
    expect(comments.map(heading)).toEqual(['📝 Plan: 1 setting would change'])
    expect(comments[0]?.body).toContain('workflow=Media%20*** -->')
    expect(comments[0]?.body).not.toContain(authToken)
  })

  it('is written by a token that is in no other byte than the Authorization header', async () => {
    const way = await ownWay()
    const scene = await play(
      atGithub({ ...drifted, inputs: { 'report-path': 'evidence.json' }, env: { GITHUB_API_URL: way.url } }),
    )
    expect(way.requests.length).toBeGreaterThan(0)
    for (const {
      headers: { authorization, ...headers },
      ...rest
    } of way.requests) {
      expect(authorization).toBe(`token ${token}`)
      expect(JSON.stringify([headers, rest])).not.toContain(token)
    }
    expect(JSON.stringify(scene.requests)).not.toContain(token)
    expect(scene.everything).not.toContain(token)
    expect(annotated(scene, 'warning').filter((text) => text.includes('comment'))).toEqual([])
  })
})

describe('a fork', () => {
  const message =
    'On a pull request from a fork the token may only read, whatever "permissions" says. The result is in the job summary.'

  it('has a token that may only read: that is a warning', async () => {
    const scene = await play(
      atGithub({
        ...drifted,
        event: onPullRequest('somebody/app'),
        inputs: { 'github-token': await github.tokenWith({ pull_requests: 'read' }) },
      }),
    )
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'drift'])
    expect(annotated(scene, 'warning').at(-1)).toBe(
      `Could not write the pull request comment: GitHub answered HTTP 403 to POST /repos/your-org/app/issues/${number}/comments: Forbidden. ${message} The result is not affected.`,
    )
    expect(await github.comments(number)).toEqual([])
  })

  it('has no secrets, and so no token of somebody: that is a warning', async () => {
    const scene = await play(
      atGithub({ ...drifted, event: onPullRequest('somebody/app'), inputs: { 'github-token': '' } }),
    )
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'drift'])
    expect(annotated(scene, 'warning').at(-1)).toContain(
      '"github-token" is empty: GitHub gives no secrets to a pull request from a fork.',
    )
  })
})

describe('a token without permission', () => {
  it('is a warning that names the line', async () => {
    const scene = await play(
      atGithub({ ...drifted, inputs: { 'github-token': await github.tokenWith({ contents: 'read' }) } }),
    )
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'drift'])
    expect(annotated(scene, 'warning').at(-1)).toMatch(
      /: Forbidden\. Give the job "permissions:" with the line "pull-requests: write"\. The result is not affected\.$/,
    )
  })
})
