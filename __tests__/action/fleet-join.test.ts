import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Evidence } from '../../src/report/evidence.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type ActionFile, runAction, type StepResult } from './action.ts'
import {
  drifts,
  fleetInputs,
  parentInputs,
  parentSid,
  parentToken,
  startFleet,
  subaccountSid,
} from './fleet-fixtures.ts'
import { type Github, startGithub } from './github.ts'
import { startTls, type Tls } from './tls.ts'

const joinAction = parse(
  readFileSync(new URL('../../.github/actions/join/action.yml', import.meta.url), 'utf8'),
) as ActionFile
const defaults = Object.fromEntries(
  Object.entries(joinAction.inputs).map(([name, input]) => [name, input.default ?? '']),
)

/** A fleet of one parent and five subaccounts behind the real names of Twilio: real TLS, through a proxy. */
interface Stage {
  readonly sandbox: Sandbox
  readonly tls: Tls
}

async function stage(...drifting: readonly number[]): Promise<Stage> {
  const sandbox = await startFleet(5, drifts(...drifting))
  return { sandbox, tls: await startTls({ origin: sandbox.url }) }
}

async function close({ sandbox, tls }: Stage): Promise<void> {
  tls.close()
  await sandbox.close()
}

/** The evidence of one shard, as `scheduled-check.yml` has it made. */
async function shard({ tls }: Stage, which: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const inputs = { ...parentInputs, ...fleetInputs, 'verify-credentials': 'false', ...more }
  const { evidence, log } = await runAction({
    with: { ...inputs, shard: which, 'report-path': 'evidence.json' },
    env: tls.env,
  })
  if (evidence === null) throw new Error(log)
  return evidence
}

/** Joins files as `.github/actions/join` does. */
function join(
  files: Readonly<Record<string, string>>,
  shards: number,
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  return runAction({
    event: { name: 'schedule' },
    env,
    with: {
      ...defaults,
      'account-sid': parentSid,
      shards: String(shards),
      'shard-evidence': 'shards',
      'report-path': 'evidence.json',
      ...more,
    },
    workspace: Object.fromEntries(Object.entries(files).map(([name, text]) => [`shards/${name}/evidence.json`, text])),
  })
}

const messagesOf = ({ annotations }: StepResult): string[] => annotations.map(({ message }) => message)
const evidenceOf = ({ evidence }: StepResult): Evidence => JSON.parse(evidence ?? 'null') as Evidence
const changed = (evidence: string, change: (record: Evidence) => object): string => {
  const record = JSON.parse(evidence) as Evidence
  return JSON.stringify({ ...record, ...change(record) })
}
const scoped = (evidence: string, scope: object): string =>
  changed(evidence, (record) => ({ scope: { ...record.scope, ...scope } }))

describe('the join of a fleet', () => {
  let [calm, moved]: Stage[] = []
  let [one, two, three]: string[] = []
  beforeAll(async () => {
    calm = await stage()
    moved = await stage(2)
    ;[one = '', two = '', three = ''] = await Promise.all(
      ['1/3', '2/3', '3/3'].map((which) => shard(calm as Stage, which)),
    )
  }, 60_000)
  afterAll(async () => {
    for (const each of [calm, moved]) if (each !== undefined) await close(each)
  })
  const all = (): Record<string, string> => ({ a: one ?? '', b: two ?? '', c: three ?? '' })

  it('is in sync if every account is, and says what one run over all accounts would say', async () => {
    const whole = JSON.parse(await shard(calm as Stage, '1/1')) as Evidence
    const joined = await join(all(), 3)
    expect([joined.exitCode, joined.outputs]).toEqual([
      0,
      {
        result: 'in-sync',
        drift: 'false',
        changes: '[]',
        findings: '[]',
        'plan-id': whole.planId,
        report: 'evidence.json',
        sandbox: 'false',
      },
    ])
    expect(joined.summary).toMatch(/^<h2>✅ In sync: all of 6 accounts<\/h2>\n/)
    const { run: _, title: __, ...evidence } = evidenceOf(joined)
    const { run: ___, title: ____, ...wholeEvidence } = whole
    expect({ ...evidence, targets: evidence.targets.toSorted(bySid) }).toEqual({
      ...wholeEvidence,
      targets: wholeEvidence.targets.toSorted(bySid),
    })
    expect(joined.annotations).toEqual([])
  })

  it('has drifted if one account has, and lists it', async () => {
    const files = await Promise.all(['1/2', '2/2'].map((which) => shard(moved as Stage, which)))
    const joined = await join({ a: files[0] ?? '', b: files[1] ?? '' }, 2)
    expect([joined.exitCode, joined.outputs['result'], joined.outputs['drift']]).toEqual([1, 'drift', 'true'])
    expect(JSON.parse(joined.outputs['changes'] ?? '')).toEqual([
      {
        account_sid: subaccountSid(2),
        resource: 'composition-settings',
        setting: 'encryption_enabled',
        current: false,
        desired: true,
      },
    ])
    expect(joined.summary).toContain('Drift: 1 of 6 accounts not in sync')
    const summary = joined.summary.replaceAll('<wbr>', '')
    expect(summary).toContain(subaccountSid(2))
    expect(summary).not.toContain(subaccountSid(1))
    expect(evidenceOf(joined).targets.length).toBe(6)
  })

  it('takes a shard without an account for what it is', async () => {
    const shards = Array.from({ length: 16 }, (_, index) => `${index + 1}/16`)
    const files = await Promise.all(shards.map((which) => shard(calm as Stage, which)))
    expect(files.some((file) => (JSON.parse(file) as Evidence).scope?.covered === 0)).toBe(true)
    const joined = await join(Object.fromEntries(files.map((file, index) => [String(index), file])), 16)
    expect([joined.exitCode, joined.outputs['result'], joined.annotations]).toEqual([0, 'in-sync', []])
  }, 60_000)

  it('takes a single account, and a list of accounts, as it takes all of them', async () => {
    for (const accounts of ['self', `${parentSid}, ${subaccountSid(4)}`]) {
      const joined = await join({ a: await shard(calm as Stage, '1/1', { accounts }) }, 1)
      expect([joined.exitCode, joined.outputs['result'], joined.annotations]).toEqual([0, 'in-sync', []])
    }
  })

  it('misses an account that the list names, and no shard covered', async () => {
    const list = await shard(calm as Stage, '1/1', { accounts: `${parentSid}, ${subaccountSid(4)}` })
    const longer = scoped(list, { accounts: [parentSid, subaccountSid(4), subaccountSid(5)] })
    expect(messagesOf(await join({ a: longer }, 1))).toEqual(
      expect.arrayContaining([`1 account in no shard: ${subaccountSid(5)}.`, 'The shards covered 2 accounts of 3.']),
    )
  })

  it.each<[what: string, files: () => Record<string, string>, shards: number, sentence: RegExp]>([
    ['there is no file', () => ({}), 3, /^Shard 1\/3 left no evidence: look at its job\.$/],
    ['a shard is missing', () => ({ a: one ?? '', c: three ?? '' }), 3, /^Shard 2\/3 left no evidence/],
    ['a shard is there twice', () => ({ ...all(), d: two ?? '' }), 3, /^Shard 2\/3 is there 2 times\.$/],
    ['the count is another one', all, 4, /^Shard 1\/3 is one of 3, and the workflow has 4\.$/],
    [
      'one shard is of another count',
      () => ({ ...all(), c: scoped(three ?? '', { shard: { index: 3, count: 8 } }) }),
      3,
      /^Shard 3\/8 is one of 8, and the workflow has 3\.$/,
    ],
    ['a file is torn', () => ({ ...all(), c: (three ?? '').slice(0, -200) }), 3, /c\/evidence\.json" is torn/],
    ['a file is empty', () => ({ ...all(), c: '' }), 3, /is torn, or not an evidence file of this version\.$/],
    [
      'a file is of another version',
      () => ({ ...all(), c: changed(three ?? '', () => ({ schemaVersion: 1 })) }),
      3,
      /is torn/,
    ],
    [
      'an account is in two shards',
      () => ({ ...all(), b: changed(two ?? '', () => ({ targets: (JSON.parse(one ?? '') as Evidence).targets })) }),
      3,
      /in more than one shard: AC/,
    ],
    [
      'an account is in no shard',
      () => ({
        ...all(),
        a: changed(one ?? '', ({ targets, scope }) => ({
          targets: targets.slice(1),
          scope: { ...scope, covered: targets.length - 1 },
        })),
      }),
      3,
      /^The shards covered 5 accounts of 6\.$/,
    ],
    [
      'a shard has fewer results than accounts',
      () => ({ ...all(), a: changed(one ?? '', ({ targets }) => ({ targets: targets.slice(1) })) }),
      3,
      /^Shard 1\/3 says that it covered \d+ accounts, and has results of \d+\.$/,
    ],
    [
      'the shards saw other accounts',
      () => ({ ...all(), a: scoped(one ?? '', { listed: 7 }) }),
      3,
      /Twilio listed 7 and 6/,
    ],
    [
      'no shard listed the accounts',
      () => Object.fromEntries(Object.entries(all()).map(([name, text]) => [name, scoped(text, { listed: null })])),
      3,
      /covered 6 accounts of an unknown number/,
    ],
    [
      'a sandbox answered',
      () => ({ ...all(), b: changed(two ?? '', () => ({ sandbox: true })) }),
      3,
      /^Shard 2\/3 was answered by a sandbox, and not by Twilio/,
    ],
    [
      'the mode is another one',
      () => ({ ...all(), b: changed(two ?? '', () => ({ mode: 'plan' })) }),
      3,
      /^Shard 2\/3 ran in mode plan/,
    ],
    [
      'the account is another one',
      () => ({ ...all(), b: scoped(two ?? '', { accountSid: subaccountSid(1) }) }),
      3,
      /^Shard 2\/3 was about account AC0+1, and not about ACf+\.$/,
    ],
    [
      'one shard required nothing',
      () => ({ ...all(), b: changed(two ?? '', ({ policy }) => ({ policy: { ...policy, require: ['encryption'] } })) }),
      3,
      /^The shards did not run with the same inputs\.$/,
    ],
    [
      'a resource was left out',
      () =>
        Object.fromEntries(
          Object.entries(all()).map(([name, text]) => [
            name,
            changed(text, ({ policy }) => ({
              policy: { ...policy, resources: ['composition-settings', 'recording-settings'] },
            })),
          ]),
        ),
      3,
      /^Shard 1\/3 does not have one result for each resource of /,
    ],
  ])('is an error where %s', async (_, files, shards, sentence) => {
    const joined = await join(files(), shards)
    expect([joined.exitCode, joined.outputs['result'], joined.outputs['drift']]).toEqual([1, 'error', ''])
    expect(messagesOf(joined)[0]).toMatch(/^The shards do not prove that the fleet is in sync\. /)
    expect(messagesOf(joined)).toContainEqual(expect.stringMatching(sentence))
    expect(evidenceOf(joined)).toMatchObject({ result: 'error', planId: null, scope: { covered: null } })
  })

  it('is as bad as its worst shard, whatever its targets say', async () => {
    const results = ['drift', 'noncompliant', 'refused', 'skipped', 'unverified', 'error', 'partial', 'applied']
    for (const result of results) {
      const joined = await join({ ...all(), b: changed(two ?? '', () => ({ result })) }, 3)
      expect([result, joined.exitCode]).toEqual([result, 1])
    }
  }, 30_000)

  it('is an error where a shard was stopped, and says by what', async () => {
    const stopped = await shard(calm as Stage, '2/3', { 'auth-token': 'another-token-of-the-parent-0000' })
    const joined = await join({ ...all(), b: stopped }, 3)
    expect([joined.exitCode, joined.outputs['result']]).toEqual([1, 'error'])
    expect(messagesOf(joined)).toContainEqual(
      expect.stringMatching(/^Shard 2\/3 did not come to its accounts: Error: /),
    )
  })

  it('still knows the differences that it knows', async () => {
    const files = await Promise.all(['1/2', '2/2'].map((which) => shard(moved as Stage, which)))
    const known = files.filter((file) => (JSON.parse(file) as Evidence).drift === true)
    const joined = await join({ a: known[0] ?? '' }, 2)
    expect([joined.outputs['result'], joined.outputs['drift']]).toEqual(['error', 'true'])
    expect(messagesOf(joined)[0]).toMatch(/and 1 of \d+ accounts are not/)
  })

  it('says that evidence of the sandbox is no evidence, so that nobody attests it', async () => {
    const { url } = (calm as Stage).sandbox
    const inputs = { ...parentInputs, ...fleetInputs, 'report-path': 'evidence.json' }
    const { evidence } = await runAction({ with: inputs, env: { TWILIO_SANDBOX_URL: url } })
    const joined = await join({ a: evidence ?? '' }, 1)
    expect([joined.exitCode, joined.outputs['result'], joined.outputs['sandbox']]).toEqual([1, 'error', 'true'])
  })

  it('is a mistake without a fleet, or with too many shards', async () => {
    for (const more of [{ shards: '0' }, { shards: '65' }, { shards: '' }, { 'account-sid': 'AC1' }]) {
      const joined = await join(all(), 3, more)
      expect([joined.exitCode, joined.outputs['result']]).toEqual([1, 'error'])
    }
  })

  it('has no secret in anything', async () => {
    const joined = await join(all(), 3)
    expect(joined.everything).not.toContain(parentToken)
  })
})

describe('the drift issue of a fleet', () => {
  let github: Github
  let token: string
  let [calm, moved]: Stage[] = []
  beforeAll(async () => {
    github = await startGithub()
    token = await github.tokenWith({ issues: 'write' })
    ;[calm, moved] = [await stage(), await stage(2, 3)]
  }, 60_000)
  afterAll(async () => {
    for (const each of [calm, moved]) if (each !== undefined) await close(each)
    await github.close()
  })
  const shards = async (of: Stage | undefined): Promise<string[]> =>
    Promise.all(['1/2', '2/2'].map((which) => shard(of as Stage, which)))
  const named = (files: readonly string[]): Record<string, string> =>
    Object.fromEntries(files.map((file, index) => [String(index), file]))

  it('is one for all shards: opened, kept where a shard is missing or a sandbox answered, and closed', async () => {
    const night = async (files: readonly string[]): Promise<unknown[]> => {
      const more = { 'drift-issue': 'true', 'drift-issue-label': 'fleet', 'github-token': token }
      const { exitCode } = await join(named(files), 2, more, { GITHUB_API_URL: github.url })
      const issues = (await github.issues()).filter(({ labels }) => labels.some(({ name }) => name === 'fleet'))
      const [issue] = issues
      return issue === undefined ? [exitCode, 0] : [exitCode, issues.length, await github.events(issue.number)]
    }
    const [good, bad] = [await shards(calm), await shards(moved)]
    expect(await night(good)).toEqual([0, 0])
    expect(await night(bad.map((file) => changed(file, () => ({ sandbox: true }))))).toEqual([1, 0])
    expect(await night(bad)).toEqual([1, 1, 'opened'])
    const [issue] = await github.issues()
    expect(issue?.title).toBe('Twilio: 2 of 6 accounts not in sync')
    expect(issue?.body).toMatch(
      /^<!-- twilio-composition-settings drift-issue account=acf{32} resources=compositions w/,
    )
    for (const number of [2, 3]) expect(issue?.body.replaceAll('<wbr>', '')).toContain(subaccountSid(number))
    expect(await night(bad)).toEqual([1, 1, 'opened'])
    expect(await night(good.slice(1))).toEqual([1, 1, 'opened'])
    expect(await night(good.map((file) => changed(file, () => ({ sandbox: true }))))).toEqual([1, 1, 'opened'])
    expect(await night(good)).toEqual([0, 1, 'opened closed'])
    expect(await night(bad)).toEqual([1, 1, 'opened closed reopened'])
  }, 60_000)
})

function bySid(a: { readonly account_sid: string | null }, b: { readonly account_sid: string | null }): number {
  return (a.account_sid ?? '') < (b.account_sid ?? '') ? -1 : 1
}
