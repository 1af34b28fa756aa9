import { describe, expect, it } from 'vitest'
import { accountSid, apiKey, apiKeySecret, forkEvent, pullRequest, safe, safeInputs } from './fixtures.ts'
import { annotated, headingOf, play, tokenInputs } from './scenario.ts'

const ofFork = 'GitHub gives no secrets to a pull request from a fork'
const ofDependabot = 'GitHub gives no Actions secrets to a pull request of Dependabot'
const asked = 'there are no credentials, and "on-missing-credentials" is "skip"'
const dependabot = 'dependabot[bot]'

/** What triggers a run, and why GitHub gives it no secrets, if so. */
const events = [
  { what: 'a pull request from a fork', event: forkEvent, reason: ofFork },
  {
    what: 'a pull request from a fork that was deleted',
    event: { name: 'pull_request', payload: pullRequest(null) },
    reason: ofFork,
  },
  {
    what: 'a pull request of Dependabot',
    event: { name: 'pull_request', payload: pullRequest('your-org/app'), actor: dependabot },
    reason: ofDependabot,
  },
  {
    what: 'a pull request from the repository itself',
    event: { name: 'pull_request', payload: pullRequest('your-org/app') },
    reason: null,
  },
  {
    what: 'a merge group',
    event: { name: 'merge_group', payload: { merge_group: { head_sha: 'c'.repeat(40) } } },
    reason: null,
  },
  { what: 'a schedule', event: { name: 'schedule', payload: { schedule: '0 5 * * *' } }, reason: null },
  { what: 'a dispatch by hand', event: { name: 'workflow_dispatch', payload: { inputs: null } }, reason: null },
  { what: 'a push', event: { name: 'push', payload: { ref: 'refs/heads/main' } }, reason: null },
  {
    what: 'a push of Dependabot',
    event: { name: 'push', payload: { ref: 'refs/heads/dependabot/x' }, actor: dependabot },
    reason: null,
  },
  { what: 'a payload that is no object', event: { name: 'push', payload: 'text' }, reason: null },
] as const

/** Nothing secret: what is in the repository's variables may be there all the same. */
const empty = { with: { 'account-sid': accountSid, 'auth-token': '' } }

describe.concurrent.each(events)('on $what', ({ event, reason }) => {
  it.each(['auto', 'fail', 'skip'])('with credentials the account is checked: %s', async (whenMissing) => {
    const scene = await play({ event, inputs: { ...safeInputs, 'on-missing-credentials': whenMissing } })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'drift', 'GET'])
  })

  const ways = [
    { whenMissing: 'auto', skipped: reason },
    { whenMissing: 'fail', skipped: null },
    { whenMissing: 'skip', skipped: reason ?? asked },
  ]
  it.each(ways)('without credentials, $whenMissing: skipped because $skipped', async ({ whenMissing, skipped }) => {
    const scene = await play({
      event,
      credentials: empty,
      inputs: { ...safeInputs, 'on-missing-credentials': whenMissing },
    })
    expect(scene.methods).toBe('')
    if (skipped === null) {
      expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
      expect(annotated(scene, 'error')).toEqual([
        'There are no credentials: set "auth-token", or "api-key" and "api-key-secret". An empty value often means that the secret is not visible to this workflow.',
      ])
    } else {
      expect([scene.exitCode, scene.outputs['result'], scene.outputs['drift'], scene.outputs['changes']]).toEqual([
        0,
        'skipped',
        '',
        '[]',
      ])
      expect(headingOf(scene)).toBe('⚠️ Skipped: the live account was NOT checked')
      expect(annotated(scene, 'warning')).toEqual([`The live account was NOT checked: ${skipped}.`])
      expect(scene.summary).toContain(' Only the inputs were checked, which proves nothing about the account.</p>')
    }
  })
})

describe.concurrent('an API key, without an auth token, is a credential', () => {
  const byKey = [
    {
      where: 'among the inputs',
      credentials: { with: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret } },
    },
    {
      where: 'in the environment',
      credentials: {
        env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_KEY_SECRET: apiKeySecret },
      },
    },
  ]
  const triggers = [
    { what: 'a fork', event: forkEvent },
    { what: 'Dependabot', event: { name: 'pull_request', payload: pullRequest('your-org/app'), actor: dependabot } },
    { what: 'a schedule', event: { name: 'schedule' } },
  ]
  const rows = byKey.flatMap((way) =>
    triggers.flatMap((trigger) => ['auto', 'skip'].map((whenMissing) => ({ ...way, ...trigger, whenMissing }))),
  )

  it.each(rows)(
    '$where: the account is checked on $what, with $whenMissing',
    async ({ credentials, event, whenMissing }) => {
      const scene = await play({ event, credentials, inputs: { ...safeInputs, 'on-missing-credentials': whenMissing } })
      expect([scene.exitCode, scene.outputs['result'], scene.methods, annotated(scene, 'warning')]).toEqual([
        1,
        'drift',
        'GET',
        [],
      ])
    },
  )
})

describe.concurrent('a fork without credentials', () => {
  const fork = { event: forkEvent, credentials: empty }

  it('needs not even an account', async () => {
    const scene = await play({ event: forkEvent, credentials: {}, inputs: safeInputs })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'skipped'])
  })

  it('has the id of a key from a variable, and its secret missing', async () => {
    const scene = await play({
      event: forkEvent,
      credentials: { with: { 'account-sid': accountSid, 'api-key': `SK${'a'.repeat(32)}` } },
      inputs: safeInputs,
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'skipped'])
  })

  it('has its inputs validated all the same', async () => {
    const scene = await play({ ...fork, inputs: { 'encryption-key-sid': 'CR1', 'aws-storage-enabled': 'maybe' } })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error').length]).toEqual([1, 'error', 2])
  })

  it('is judged by the floor, and is red below it, in plan too', async () => {
    const scene = await play({
      ...fork,
      inputs: { mode: 'plan', 'aws-storage-enabled': 'false', require: 'external-storage' },
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'noncompliant', ''])
    expect(annotated(scene, 'error')).toEqual([
      'The workflow asks for no external storage ("aws-storage-enabled: false"), and "require" demands it. Change one of the two.',
    ])
    expect(annotated(scene, 'warning')).toEqual([`The live account was NOT checked: ${ofFork}.`])
  })

  it('is green when it asks for what the floor demands', async () => {
    const scene = await play({ ...fork, inputs: { ...safeInputs, require: 'encryption, external-storage' } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'skipped'])
  })

  it('writes evidence that says that nothing was read', async () => {
    const scene = await play({ ...fork, inputs: { ...safeInputs, 'report-path': 'evidence.json' } })
    expect(JSON.parse(scene.evidence ?? '')).toMatchObject({
      result: 'skipped',
      drift: null,
      planId: null,
      targets: [{ account_sid: accountSid, result: 'skipped', desired: safe, current: null, after: null, changes: [] }],
      run: { event: 'pull_request', requestIds: [] },
    })
  })
})

describe.concurrent('a payload that cannot be read', () => {
  it.each([{ GITHUB_EVENT_PATH: '/nowhere/event.json' }, { GITHUB_EVENT_PATH: '' }])(
    'is no fork, and no reason to fail: %o',
    async (env) => {
      const scene = await play({
        seed: { compositionSettings: safe },
        event: forkEvent,
        env,
        credentials: { with: tokenInputs },
        inputs: safeInputs,
      })
      expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
      const without = await play({ event: forkEvent, env, credentials: empty, inputs: safeInputs })
      expect([without.exitCode, without.outputs['result']]).toEqual([1, 'error'])
    },
  )
})
