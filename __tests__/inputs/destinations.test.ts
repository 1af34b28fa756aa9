import { expect, it } from 'vitest'
import { readEvent } from '../../src/inputs/event.ts'

const main = { repository: { default_branch: 'main' } }

it.each<[name: string, ref: string, payload: unknown, pullRequest: number | null, mayKeepIssue: boolean]>([
  ['pull_request', 'refs/pull/7/merge', { pull_request: { number: 7 }, ...main }, 7, false],
  ['pull_request_target', 'refs/heads/main', { pull_request: { number: 7 }, ...main }, 7, false],
  ['pull_request', 'refs/pull/7/merge', { pull_request: { number: '7' } }, null, false],
  ['merge_group', 'refs/heads/gh-readonly-queue/main', { merge_group: {}, ...main }, null, false],
  ['schedule', 'refs/heads/main', { schedule: '0 3 * * *' }, null, true],
  ['schedule', 'refs/heads/main', null, null, true],
  ['workflow_dispatch', 'refs/heads/main', main, null, true],
  ['workflow_dispatch', 'refs/heads/other', main, null, false],
  ['workflow_dispatch', 'refs/tags/main', main, null, false],
  ['workflow_dispatch', 'refs/heads/main', null, null, false],
  ['push', 'refs/heads/main', main, null, true],
  ['push', 'refs/heads/other', main, null, false],
  ['push', 'refs/tags/main', main, null, false],
  ['push', 'refs/heads/main', null, null, false],
  ['push', 'refs/heads/undefined', null, null, false],
  ['', '', null, null, false],
])('%s on %s with %j', (name, ref, payload, pullRequest, mayKeepIssue) => {
  expect(readEvent({ GITHUB_EVENT_NAME: name, GITHUB_REF: ref }, payload)).toMatchObject({ pullRequest, mayKeepIssue })
})
