import { describe, expect, it } from 'vitest'
import { readActionFile } from './action.ts'
import { accountSid, authToken, forkEvent, open, pullRequest, safe, safeInputs } from './fixtures.ts'
import { annotated, play } from './scenario.ts'

const how =
  'An expression is empty if what it names does not exist, such as a misspelt "vars.…" or an output that was not set.'

const unsafe = { seed: { compositionSettings: open, recordingSettings: open } }

/** The part of the check that an empty text would leave out, and the text to write instead. */
const narrowing: readonly (readonly [inputs: Record<string, string>, input: string, word: string])[] = [
  ...['', ' \n\t', ',', ' , ,\n'].map((accounts) => [{ accounts, require: 'encryption' }, 'accounts', 'self'] as const),
  [{ resources: '', 'aws-storage-enabled': 'false' }, 'resources', 'compositions'],
  [{ resources: ',', 'aws-storage-enabled': 'false' }, 'resources', 'compositions'],
  [{ mode: 'apply', 'expected-plan': '', 'friendly-name': 'media' }, 'expected-plan', 'any'],
  [{ 'encryption-enabled': '', 'friendly-name': 'Media' }, 'encryption-enabled', 'unmanaged'],
  [{ require: ',', 'friendly-name': 'Media' }, 'require', 'none'],
  [{ require: '', 'friendly-name': 'Media' }, 'require', 'none'],
  [{ shard: '', accounts: 'all', require: 'encryption' }, 'shard', '1/1'],
  [{ 'max-key-age-days': '', 'friendly-name': 'Media' }, 'max-key-age-days', 'unlimited'],
]

describe.concurrent('what is empty by accident', () => {
  it.each(narrowing)('narrows nothing: %j', async (inputs, input, word) => {
    const scene = await play({ ...unsafe, inputs })
    expect(annotated(scene, 'error')).toEqual([
      `"${input}" is empty. ${how} Correct it; or, if you mean the default, leave the line out or write "${input}: ${word}".`,
    ])
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', ''])
  })

  it('is a mistake for every input with a default, and for no other', async () => {
    const inputs = Object.entries(readActionFile().inputs)
    const withDefault = inputs.filter(([, input]) => (input.default ?? '') !== '')
    expect(withDefault).toHaveLength(inputs.length - 7)
    const scene = await play({ inputs: Object.fromEntries(inputs.map(([name]) => [name, ''])) })
    const [sentence = ''] = annotated(scene, 'error').filter((text) => text.includes(how))
    expect(new Set([...sentence.matchAll(/"([a-z0-9-]+): /g)].map(([, name]) => name))).toEqual(
      new Set(withDefault.map(([name]) => name)),
    )
    expect(scene.methods).toBe('')
  })

  it('is no mistake where the line is left out, or has the word itself', async () => {
    const words = Object.fromEntries(
      Object.entries(readActionFile().inputs).flatMap(([name, input]) =>
        input.default === undefined || input.default === '' ? [] : [[name, input.default]],
      ),
    )
    for (const inputs of [{}, words]) {
      const scene = await play({
        seed: { compositionSettings: safe },
        inputs: { ...inputs, 'encryption-enabled': 'true' },
      })
      expect([scene.exitCode, scene.outputs['result'], scene.annotations]).toEqual([0, 'in-sync', []])
    }
  })

  it('leaves to the environment what may come from there', async () => {
    const scene = await play({
      seed: { compositionSettings: safe },
      credentials: {
        with: { 'account-sid': '', 'auth-token': '' },
        env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
      },
      inputs: { ...safeInputs, 'allow-risky-changes': '', 'report-path': '', 'github-token': '' },
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
  })

  it('does not bring the label, the comment or the issue of somebody else to GitHub', async () => {
    for (const input of ['drift-issue-label', 'shard', 'resources']) {
      const scene = await play({
        inputs: { require: 'encryption', 'drift-issue': 'true', 'github-token': 'gh-token-xxxxxxxxx', [input]: '' },
        event: { name: 'schedule' },
        env: { GITHUB_API_URL: 'http://127.0.0.1:9' },
      })
      expect([scene.outputs['result'], annotated(scene, 'warning')]).toEqual(['error', []])
    }
  })

  it('writes "unmanaged" nowhere', async () => {
    const inputs = { mode: 'apply', 'encryption-enabled': 'false', 'friendly-name': 'unmanaged' }
    const scene = await play({ seed: { compositionSettings: { ...open, friendly_name: 'Mine' } }, inputs })
    expect([scene.outputs['result'], scene.methods, scene.stored?.friendly_name]).toEqual(['in-sync', 'GET', 'Mine'])
  })
})

describe.concurrent('on a pull request that gets no secrets', () => {
  const dependabot = { name: 'pull_request', actor: 'dependabot[bot]', payload: pullRequest('your-org/app') } as const
  const inputs = { 'encryption-enabled': '', 'aws-s3-url': ' ', require: 'encryption' }
  const none = { with: { 'account-sid': '' } }

  it.each([
    ['fork', forkEvent, 'GitHub gives no variables or secrets to a pull request from a fork.'],
    ['Dependabot', dependabot, 'GitHub gives no Actions secrets to a pull request of Dependabot.'],
  ])('it is a warning where the run is skipped: %s', async (_, event, reason) => {
    const scene = await play({ credentials: none, event, inputs })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'skipped'])
    expect(annotated(scene, 'warning')).toContain(
      `"encryption-enabled" and "aws-s3-url" are empty, and could not be judged: ${reason}`,
    )
  })

  it('it is a warning also where nothing else is asked for', async () => {
    const scene = await play({ credentials: none, event: forkEvent, inputs: { require: '' } })
    expect([scene.outputs['result'], annotated(scene, 'error')]).toEqual(['skipped', []])
  })

  it('what is not empty is judged', async () => {
    const scene = await play({
      credentials: none,
      event: forkEvent,
      inputs: { accounts: '', 'encryption-enabled': 'false', require: 'encryption' },
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'noncompliant'])
  })

  it.each([
    ['with credentials', forkEvent, {}, {}],
    ['that must not be skipped', forkEvent, none, { 'on-missing-credentials': 'fail' }],
    ['skipped for another reason', { name: 'push' }, none, { 'on-missing-credentials': 'skip' }],
  ])('it stays a mistake in a run %s', async (_, event, credentials, more) => {
    const scene = await play({
      ...('with' in credentials ? { credentials } : {}),
      event,
      inputs: { ...inputs, ...more },
    })
    expect([scene.outputs['result'], scene.methods]).toEqual(['error', ''])
    expect(annotated(scene, 'error').some((text) => text.includes(how))).toBe(true)
  })
})

it('where there is no runner and no variable, the default holds', async () => {
  const scene = await play({
    hasDefaults: false,
    seed: { compositionSettings: safe },
    inputs: { 'encryption-enabled': 'true' },
  })
  expect([scene.exitCode, scene.outputs['result'], scene.annotations]).toEqual([0, 'in-sync', []])
})
