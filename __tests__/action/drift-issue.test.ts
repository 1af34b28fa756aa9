import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accountSid,
  authToken,
  forkEvent,
  otherAccountSid,
  open,
  otherBucket,
  pullRequest,
  safe,
  safeInputs,
} from './fixtures.ts'
import { drifts, fleetInputs, parentSid, subaccountSid } from './fleet-fixtures.ts'
import { type Fleet, fleetForTest } from './fleet-run.ts'
import { type Github, type Posted, startGithub } from './github.ts'
import { annotated, onStage, play, type Scenario, type Scene } from './scenario.ts'
import { settingNames } from '../../src/settings/settings.ts'

const schedule = { name: 'schedule' } as const
const defaultBranch = { repository: { default_branch: 'main' } }
const inSync: Scenario = { seed: { compositionSettings: safe } }
const drifted: Scenario = { seed: { compositionSettings: { ...safe, encryption_enabled: false } } }

let github: Github
let token: string
beforeAll(async () => {
  github = await startGithub()
  token = await github.tokenWith({ issues: 'write' })
})
afterAll(() => github.close())

/** Every test has a label of its own, and so issues of its own. */
function inputsFor(label: string): Record<string, string> {
  return { ...safeInputs, 'drift-issue': 'true', 'drift-issue-label': label, 'github-token': token }
}

function atGithub(label: string, { inputs, env, ...scenario }: Scenario): Scenario {
  return {
    event: schedule,
    ...scenario,
    inputs: { ...inputsFor(label), ...inputs },
    env: { GITHUB_API_URL: github.url, ...env },
  }
}

async function issuesWith(label: string): Promise<Posted[]> {
  return (await github.issues()).filter(({ labels }) => labels.some(({ name }) => name === label))
}

/** What there is to be seen after a step: its result, the issues, and what became of the last one. */
async function seen(label: string, { outputs }: Scene): Promise<unknown[]> {
  const issues = await issuesWith(label)
  const last = issues.at(-1)
  if (last === undefined) return [outputs['result'], 0]
  return [
    outputs['result'],
    issues.length,
    last.state,
    await github.events(last.number),
    (await github.comments(last.number)).length,
  ]
}

describe('the life of a drift issue', () => {
  it('is one issue over eight runs: drift, same drift, other drift, error, in sync, in sync, drift, in sync', async () => {
    await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
      const night = async (stored: Record<string, unknown>, runId: string): Promise<unknown[]> => {
        sandbox.setSettings(accountSid, 'composition', { ...safe, ...stored })
        return seen(
          'twilio-drift',
          await run(atGithub('twilio-drift', { env: { GITHUB_RUN_ID: runId, GITHUB_SHA: runId.repeat(40) } })),
        )
      }
      expect(await night({ encryption_enabled: false }, '1')).toEqual(['drift', 1, 'open', 'opened', 0])
      const [opened] = await issuesWith('twilio-drift')
      expect(opened?.title).toBe(`Twilio sandbox: encryption is off (${accountSid})`)
      expect(opened?.body).toContain(' · <a href="https://github.com/your-org/app/actions/runs/1">Run</a></sub></p>')
      expect(await night({ encryption_enabled: false }, '2')).toEqual(['drift', 1, 'open', 'opened', 0])
      expect((await issuesWith('twilio-drift'))[0]).toEqual(opened)
      expect(await night({ encryption_enabled: false, aws_s3_url: otherBucket }, '3')).toEqual([
        'drift',
        1,
        'open',
        'opened edited',
        1,
      ])
      expect((await issuesWith('twilio-drift'))[0]?.title).toBe(
        `Twilio sandbox: encryption is off, and the bucket URL differs (${accountSid})`,
      )
      sandbox.fault({ match: { path: 'CompositionSettings' }, effect: { kind: 'status', status: 401, code: 20003 } })
      expect(await night({}, '4')).toEqual(['error', 1, 'open', 'opened edited', 1])
      expect(await night({}, '5')).toEqual(['in-sync', 1, 'closed', 'opened edited closed', 2])
      expect(await night({}, '6')).toEqual(['in-sync', 1, 'closed', 'opened edited closed', 2])
      expect(await night({ encryption_enabled: false }, '7')).toEqual([
        'drift',
        1,
        'open',
        'opened edited closed reopened edited',
        3,
      ])
      expect(await night({}, '8')).toEqual(['in-sync', 1, 'closed', 'opened edited closed reopened edited closed', 4])
    })
    const [issue] = await issuesWith('twilio-drift')
    const comments = await github.comments(issue?.number ?? 0)
    const link = (id: number): string => ` (<a href="https://github.com/your-org/app/actions/runs/${id}">run</a>)</p>\n`
    expect(comments.map(({ body }) => body)).toEqual([
      `<p>The drift has changed. Now: Drift: encryption is off, and the bucket URL differs. The description above is up to date.${link(3)}`,
      `<p>✅ In sync: ${settingNames.length} settings match. Nothing to do: ${accountSid} has what the workflow asks for. Closing this issue; it reopens on the next difference.${link(5)}`,
      `<p>The account has drifted again: Drift: encryption is off. The description above is up to date.${link(7)}`,
      `<p>✅ In sync: ${settingNames.length} settings match. Nothing to do: ${accountSid} has what the workflow asks for. Closing this issue; it reopens on the next difference.${link(8)}`,
    ])
    expect(issue?.title).toBe(`Twilio sandbox: encryption is off (${accountSid})`)
    expect(issue?.body).toContain(' · <a href="https://github.com/your-org/app/actions/runs/7">Run</a></sub></p>')
    expect(new Set(comments.map(({ user }) => user.login))).toEqual(new Set(['github-actions[bot]']))
  })
})

describe.concurrent('the result', () => {
  const token401 = {
    faults: [{ match: { path: 'CompositionSettings' }, effect: { kind: 'status', status: 401, code: 20003 } }],
  } as const
  const wrongAccount = { faults: [{ effect: { kind: 'wrong-account', sid: otherAccountSid } }] } as const
  const rows: readonly (readonly [result: string, scenario: Scenario, opens: boolean])[] = [
    ['drift', drifted, true],
    ['drift', { ...drifted, inputs: { mode: 'plan' } }, true],
    ['noncompliant', { ...drifted, inputs: { 'encryption-enabled': 'unmanaged', require: 'encryption' } }, true],
    [
      'unverified',
      { seed: { ...drifted.seed, quirks: { ignores: ['encryption_enabled'] } }, inputs: { mode: 'apply' } },
      true,
    ],
    ['refused', { ...inSync, inputs: { mode: 'apply', 'encryption-enabled': 'false' } }, true],
    ['refused', { ...inSync, ...wrongAccount }, false],
    ['error', { ...drifted, ...token401 }, false],
    ['error', { ...drifted, inputs: { 'encryption-key-sid': 'CR1' } }, false],
    [
      'skipped',
      { credentials: { with: { 'account-sid': accountSid } }, inputs: { 'on-missing-credentials': 'skip' } },
      false,
    ],
    ['in-sync', inSync, false],
    ['applied', { ...drifted, inputs: { mode: 'apply' } }, false],
  ]

  it.each(rows.map(([result, scenario, opens], index) => ({ result, scenario, opens, label: `result-${index}` })))(
    '$result: opens an issue: $opens ($label)',
    async ({ result, scenario, opens, label }) => {
      const scene = await play(atGithub(label, scenario))
      expect(await seen(label, scene)).toEqual(opens ? [result, 1, 'open', 'opened', 0] : [result, 0])
    },
  )

  it.each(
    rows
      .filter(([, , opens]) => !opens)
      .map(([result, scenario], index) => ({ result, scenario, label: `open-${index}` })),
  )('$result: closes an issue only if it is verified ($label)', async ({ result, scenario, label }) => {
    await play(atGithub(label, drifted))
    const scene = await play(atGithub(label, scenario))
    expect(await seen(label, scene)).toEqual(
      result === 'in-sync' || result === 'applied'
        ? [result, 1, 'closed', 'opened closed', 1]
        : [result, 1, 'open', 'opened', 0],
    )
  })
})

it('is not closed by a run that somebody starts on another branch', async () => {
  const label = 'of main'
  await play(atGithub(label, drifted))
  const scene = await play(
    atGithub(label, {
      ...drifted,
      event: { name: 'workflow_dispatch', payload: defaultBranch },
      inputs: { 'encryption-enabled': 'false' },
      env: { GITHUB_REF: 'refs/heads/feature' },
    }),
  )
  expect(scene.outputs['result']).toBe('in-sync')
  expect(await issuesWith(label)).toMatchObject([{ state: 'open' }])
})

describe.concurrent('the event', () => {
  it.each<[string, Scenario['event'], number]>([
    ['schedule', schedule, 1],
    ['workflow_dispatch', { name: 'workflow_dispatch', payload: defaultBranch }, 1],
    ['push', { name: 'push', payload: defaultBranch }, 1],
    [
      'workflow_dispatch on another branch',
      { name: 'workflow_dispatch', payload: { repository: { default_branch: 'trunk' } } },
      0,
    ],
    ['push to another branch', { name: 'push', payload: { repository: { default_branch: 'trunk' } } }, 0],
    ['pull_request', { name: 'pull_request', payload: { ...pullRequest('your-org/app'), ...defaultBranch } }, 0],
    ['pull_request of a fork', forkEvent, 0],
    ['merge_group', { name: 'merge_group', payload: defaultBranch }, 0],
  ])('%s', async (name, event, issues) => {
    const label = `on ${name}`
    await play(atGithub(label, { ...drifted, ...(event === undefined ? {} : { event }) }))
    expect(await issuesWith(label)).toHaveLength(issues)
  })
})

describe.concurrent('the issue', () => {
  it('is one for each account, and one for each workflow', async () => {
    const other = {
      seed: { ...drifted.seed, sid: otherAccountSid },
      credentials: { with: { 'account-sid': otherAccountSid, 'auth-token': 'token-of-account-a-aaaaaaaaaaaaa' } },
    }
    const steps = [
      drifted,
      other,
      { ...drifted, env: { GITHUB_WORKFLOW: 'Another' } },
      { ...drifted, inputs: { resources: 'recordings' } },
    ]
    for (const step of [...steps, ...steps]) await play(atGithub('two', step))
    expect(await issuesWith('two')).toHaveLength(4)
    await play(atGithub('two', inSync))
    expect((await issuesWith('two')).map(({ state }) => state)).toEqual(['closed', 'open', 'open', 'open'])
  })

  it('is found among many that are newer, and is not one that an outsider put up', async () => {
    await play(atGithub('many', drifted))
    const [ours] = await issuesWith('many')
    await play(atGithub('many', inSync))
    for (let index = 0; index < 120; index++) {
      const { number } = (await github.as('outsider', 'POST', '/issues', {
        title: 'Drift',
        body: ours?.body,
      })) as Posted
      await github.as('maintainer', 'PATCH', `/issues/${number}`, {
        labels: ['many'],
        ...(index % 2 === 0 ? { state: 'closed' } : {}),
      })
    }
    await play(atGithub('many', drifted))
    expect(await issuesWith('many')).toHaveLength(121)
    expect(await github.events(ours?.number ?? 0)).toBe('opened closed reopened')
  })

  it('is not one that another app or a member put up with its marker, and that is not closed', async () => {
    await play(atGithub('not ours', drifted))
    const [ours] = await issuesWith('not ours')
    const { number } = (await github.as('maintainer', 'POST', '/issues', { ...ours, labels: ['not ours'] })) as Posted
    const otherApp = await github.tokenWith({ issues: 'write' }, 'another-app')
    await play(atGithub('not ours', { ...drifted, inputs: { 'github-token': otherApp } }))
    const others = async (): Promise<Posted[]> =>
      (await issuesWith('not ours')).filter((issue) => issue.number !== ours?.number)
    const before = await others()
    expect(before.map((issue) => issue.user.login)).toEqual(['maintainer', 'another-app[bot]'])
    const scene = await play(atGithub('not ours', inSync))
    expect(scene.log).toContain(`Drift issue: #${ours?.number} was closed`)
    expect(annotated(scene, 'warning').filter((text) => text.includes('marker'))).toHaveLength(1)
    await play(atGithub('not ours', { seed: { compositionSettings: { ...safe, encryption_enabled: false } } }))
    expect(await others()).toEqual(before)
    expect(await github.events(number)).toBe('opened')
    expect(await github.events(ours?.number ?? 0)).toBe('opened closed reopened')
  })

  it('is reopened also when a person closed it, and says so', async () => {
    await play(atGithub('by hand', drifted))
    const number = (await issuesWith('by hand'))[0]?.number ?? 0
    await github.as('maintainer', 'PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'not_planned' })
    expect(await seen('by hand', await play(atGithub('by hand', drifted)))).toEqual([
      'drift',
      1,
      'open',
      'opened closed reopened',
      1,
    ])
  })

  it('makes its label once', async () => {
    await play(atGithub('a/new label', drifted))
    await play(atGithub('a/new label', { ...drifted, env: { GITHUB_WORKFLOW: 'Another' } }))
    const labels = (await github.as('maintainer', 'GET', '/labels?per_page=100')) as { name: string; color: string }[]
    expect(labels.filter(({ name }) => name === 'a/new label').map(({ color }) => color)).toEqual(['b60205'])
    expect(await issuesWith('a/new label')).toHaveLength(2)
  })

  it('mentions nobody, and shows what Twilio has as text', async () => {
    const name = '<img src=x> @maintainer #1 | \n::error::x'
    await play(
      atGithub('hostile', {
        seed: { compositionSettings: { ...safe, friendly_name: name }, quirks: { ignores: ['friendly_name'] } },
        inputs: { mode: 'apply' },
      }),
    )
    const [issue] = await issuesWith('hostile')
    const outside = issue?.body.replaceAll(/<code>.*?<\/code>/g, '') ?? ''
    expect(outside).toContain(
      'Twilio accepted the write, but the account has friendly_name: &quot;&lt;img src=x&gt; @&#8203;maintainer #&#8203;1 | \\n::error::x&quot;',
    )
    expect(outside).not.toMatch(/@maintainer|#1\b|<img/)
  })

  it('holds no secret, though Twilio has one in a name', async () => {
    await play(
      atGithub('secret', {
        seed: {
          compositionSettings: {
            ...safe,
            friendly_name: `x ${authToken} ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
          },
        },
      }),
    )
    const [issue] = await issuesWith('secret')
    expect(issue?.body).toContain('<code>x *** ***</code>')
    expect(issue?.body).not.toContain(authToken)
  })

  it('is written by a token that is in no other byte than the Authorization header', async () => {
    const before = github.requests.length
    const scene = await play(atGithub('token', drifted))
    const sent = github.requests.slice(before)
    expect(sent.length).toBeGreaterThan(3)
    for (const {
      headers: { authorization, ...headers },
      ...rest
    } of sent) {
      expect(authorization).toMatch(/^token /)
      expect(JSON.stringify([headers, rest])).not.toContain(token)
    }
    expect(JSON.stringify(scene.requests)).not.toContain(token)
    expect(scene.everything).not.toContain(token)
    expect(scene.log).toContain(`::add-mask::${token}`)
    expect(annotated(scene, 'warning')).toEqual([])
  })
})

describe('a run over one account of a fleet', () => {
  it('names that account and the recordings in the issue, and not the parent', async () => {
    const fleet = await fleetForTest(2, (number) => (number === 2 ? { recordingSettings: open } : {}))
    const inputs = { accounts: subaccountSid(2), resources: 'recordings', 'encryption-enabled': 'true' }
    const step = { event: schedule, env: { GITHUB_API_URL: github.url } }
    await fleet.run({ ...inputsFor('one of many'), ...inputs }, step)
    const [issue] = await issuesWith('one of many')
    expect(issue?.title).toMatch(/^Twilio sandbox: .*encryption is off/)
    expect(issue?.title.match(/recordings|AC[0-9a-f]{32}/g)).toEqual(['recordings', subaccountSid(2)])
    expect(issue?.body.split('\n').slice(1).join('\n')).not.toContain(parentSid)
    expect(issue?.body).toContain(`<sub>Account ${subaccountSid(2)} · `)
  })
})

describe('several shards of one workflow', () => {
  it('keep issues of their own, so that the one in sync does not close that of another', async () => {
    const night = async ({ run }: Fleet, shards: readonly string[]): Promise<unknown[]> => {
      const results = await Promise.all(
        shards.map(
          async (shard) =>
            (
              await run(
                { ...inputsFor('shards'), ...fleetInputs, accounts: 'all', shard },
                { event: schedule, env: { GITHUB_API_URL: github.url } },
              )
            ).outputs['result'],
        ),
      )
      const issues = (await issuesWith('shards')).map(
        ({ title, state }) => `${/shard \d\/\d/.exec(title)?.[0]} ${state}`,
      )
      return [results, issues.toSorted()]
    }
    expect(await night(await fleetForTest(6, drifts(1, 2, 3, 4, 5, 6)), ['1/2', '2/2'])).toEqual([
      ['drift', 'drift'],
      ['shard 1/2 open', 'shard 2/2 open'],
    ])
    expect(await night(await fleetForTest(6), ['2/2'])).toEqual([['in-sync'], ['shard 1/2 open', 'shard 2/2 closed']])
  })
})
