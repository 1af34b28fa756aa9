import { describe, expect, it } from 'vitest'
import { type Event, documentsUrl, readEvent, readRunIdentity } from '../../src/inputs/event.ts'

const repo = (full_name: string): object => ({ repo: { full_name } })
const own = { pull_request: { head: repo('org/app'), base: repo('org/app') } }
const forked = { pull_request: { head: repo('someone/app'), base: repo('org/app') } }
const deleted = { pull_request: { head: { repo: null }, base: repo('org/app') } }

describe('readEvent', () => {
  it.each<[string, string | undefined, string, unknown, Pick<Event, 'isPullRequest' | 'withoutSecrets'>]>([
    ['a push', 'push', 'octocat', {}, { isPullRequest: false, withoutSecrets: null }],
    ['a push of Dependabot', 'push', 'dependabot[bot]', {}, { isPullRequest: false, withoutSecrets: null }],
    ['a schedule', 'schedule', 'octocat', { schedule: '0 3 * * *' }, { isPullRequest: false, withoutSecrets: null }],
    ['a dispatch', 'workflow_dispatch', 'octocat', {}, { isPullRequest: false, withoutSecrets: null }],
    ['a merge group', 'merge_group', 'octocat', { merge_group: {} }, { isPullRequest: true, withoutSecrets: null }],
    ['a pull request', 'pull_request', 'octocat', own, { isPullRequest: true, withoutSecrets: null }],
    ['a pull request from a fork', 'pull_request', 'octocat', forked, { isPullRequest: true, withoutSecrets: 'fork' }],
    [
      'a pull request from a fork that is gone',
      'pull_request',
      'octocat',
      deleted,
      { isPullRequest: true, withoutSecrets: 'fork' },
    ],
    [
      'a pull request of Dependabot',
      'pull_request',
      'dependabot[bot]',
      own,
      { isPullRequest: true, withoutSecrets: 'dependabot' },
    ],
    [
      'a pull request of Dependabot from a fork',
      'pull_request',
      'dependabot[bot]',
      forked,
      { isPullRequest: true, withoutSecrets: 'fork' },
    ],
    [
      'a pull request of one who is called like Dependabot',
      'pull_request',
      'dependabot',
      own,
      { isPullRequest: true, withoutSecrets: null },
    ],
    ['a pull_request_target', 'pull_request_target', 'octocat', forked, { isPullRequest: true, withoutSecrets: null }],
    [
      'a review on a pull request from a fork',
      'pull_request_review',
      'octocat',
      forked,
      { isPullRequest: true, withoutSecrets: 'fork' },
    ],
    [
      'a pull request without a payload',
      'pull_request',
      'octocat',
      null,
      { isPullRequest: true, withoutSecrets: null },
    ],
    [
      'a pull request with another payload',
      'pull_request',
      'octocat',
      { pull_request: { head: 1 } },
      { isPullRequest: true, withoutSecrets: null },
    ],
    ['nothing', undefined, '', null, { isPullRequest: false, withoutSecrets: null }],
  ])('%s', (_, name, actor, payload, event) => {
    expect(readEvent({ GITHUB_EVENT_NAME: name, GITHUB_ACTOR: actor }, payload)).toMatchObject({
      name: name ?? '',
      ...event,
    })
  })
})

describe('what is not merged', () => {
  it.each([
    ['pull_request_review_comment', 'refs/heads/main', null, true],
    ['pull_request_of_the_future', 'refs/heads/main', null, true],
    ['merge_group', 'refs/heads/main', null, true],
    ['', 'refs/pull/7/merge', null, true],
    ['workflow_dispatch', 'refs/pull/7/head', {}, true],
    ['push', 'refs/heads/gh-readonly-queue/main/pr-7-c0ffee', {}, true],
    ['of_the_future', 'refs/heads/main', { pull_request: {} }, true],
    ['of_the_future', 'refs/heads/main', { merge_group: {} }, true],
    ['push', 'refs/heads/feature', { pull_request: null }, false],
    ['push', 'refs/heads/refs/pull/7/merge', {}, false],
    ['workflow_dispatch', 'refs/heads/feature', {}, false],
    ['issue_comment', 'refs/heads/main', { issue: { pull_request: {} } }, false],
    ['workflow_run', 'refs/heads/main', { workflow_run: { pull_requests: [{}] } }, false],
    ['schedule', 'refs/heads/main', null, false],
    ['', '', 'text', false],
  ])('%s on %s with %j: %s', (name, ref, payload, isPullRequest) => {
    expect(readEvent({ GITHUB_EVENT_NAME: name, GITHUB_REF: ref }, payload)).toMatchObject({ isPullRequest })
  })
})

describe('readRunIdentity', () => {
  const env = {
    GITHUB_REPOSITORY: 'org/app',
    GITHUB_SHA: 'c'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKFLOW: 'Media',
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: 'push',
  }

  it('is what the runner says', () => {
    expect(readRunIdentity(env)).toEqual({
      repository: 'org/app',
      commit: 'c'.repeat(40),
      ref: 'refs/heads/main',
      workflow: 'Media',
      url: 'https://github.example.com/org/app/actions/runs/42',
      attempt: 2,
      actor: 'octocat',
      event: 'push',
    })
  })

  it.each([{}, Object.fromEntries(Object.keys(env).map((name) => [name, '']))])(
    'is null where there is no runner: %j',
    (nothing) => {
      expect(readRunIdentity(nothing)).toEqual({
        repository: null,
        commit: null,
        ref: null,
        workflow: null,
        url: null,
        attempt: null,
        actor: null,
        event: null,
      })
    },
  )

  it.each(['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'])('has no address without %s', (name) => {
    expect(readRunIdentity({ ...env, [name]: '' }).url).toBe(null)
  })
})

it.each([
  [{}, null],
  [{ GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }, null],
  [{ GITHUB_ACTION_REPOSITORY: 'o/r', GITHUB_ACTION_REF: 'v1' }, 'https://github.com/o/r/blob/v1'],
  [{ GITHUB_ACTION_REPOSITORY: 'o/r', GITHUB_ACTION_REF: 'a/"b' }, 'https://github.com/o/r/blob/a/%22b'],
  [{ GITHUB_ACTION_REPOSITORY: 'o/r/"x', GITHUB_ACTION_REF: 'v1' }, null],
  [{ GITHUB_ACTION_REPOSITORY: 'o/r', GITHUB_ACTION_REF: 'v1', GITHUB_SERVER_URL: 'javascript:x' }, null],
])('the documents of %j are at %s', (env, url) => {
  expect(documentsUrl({ GITHUB_SERVER_URL: 'https://github.com', ...env })).toBe(url)
})
