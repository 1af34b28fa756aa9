import { describe, expect, it } from 'vitest'
import { parentSid, subaccountSid, unencrypted } from './fleet-fixtures.ts'
import { countsOf, fleetForTest, linesOf, numbersTo, resultsOf } from './fleet-run.ts'
import { open, safeInputs } from './fixtures.ts'
import { annotated, headingOf } from './scenario.ts'
import { shardOf } from '../../src/run/accounts.ts'

const isListing = ({ path }: { path: string }): boolean => path.endsWith('/Accounts.json')

describe('1,200 subaccounts', () => {
  it('are listed over two pages, and each is checked once', async () => {
    const { sandbox, run } = await fleetForTest(1200, (number) =>
      number === 1200 ? { compositionSettings: unencrypted } : {},
    )
    const result = await run()
    expect(countsOf(result)).toEqual(['drift 1', 'in-sync 1200'])
    expect(resultsOf(result, [1, 1000, 1200])).toEqual({ 1: 'in-sync', 1000: 'in-sync', 1200: 'drift' })
    expect(sandbox.requests.filter(isListing)).toHaveLength(2)
    const asked = sandbox.requests.filter((request) => !isListing(request)).map(({ account }) => account ?? '')
    expect(asked.sort()).toEqual([...numbersTo(1200).map(subaccountSid), parentSid])
  })
})

describe('shards', () => {
  it('of three jobs cover every account exactly once, and each says its part', async () => {
    const { sandbox, run } = await fleetForTest(60)
    const parts: string[][] = []
    for (const shard of ['1/3', '2/3', '3/3']) {
      sandbox.clear()
      const result = await run({ shard })
      const asked = sandbox.requests.filter((request) => !isListing(request)).map(({ account }) => account ?? '')
      expect([...result.targets.keys()].sort()).toEqual(asked.toSorted())
      expect(linesOf(result)).toContain(`61 active accounts, ${asked.length} in this run`)
      parts.push(asked)
    }
    expect(parts.flat().sort()).toEqual([...numbersTo(60).map(subaccountSid), parentSid])
    expect(parts.every(({ length }) => length > 0)).toBe(true)
  })

  it('into which no account falls are green, and say so', async () => {
    const { run } = await fleetForTest(1)
    const [first, second] = [await run({ shard: '1/256' }), await run({ shard: '2/256' })]
    for (const result of [first, second]) {
      expect(result.exitCode).toBe(0)
      expect(result.outputs).toMatchObject({ result: 'in-sync', changes: '[]' })
      expect(headingOf(result)).toBe('✅ In sync: no account falls into this shard')
      expect(result.evidenceFile.targets).toEqual([])
    }
  })
})

describe('5,000 drifting subaccounts', () => {
  it('leave a summary and outputs within the limits of GitHub, and all of them in the evidence', async () => {
    const { run } = await fleetForTest(5000, () => ({ compositionSettings: open }))
    const result = await run({ ...safeInputs, require: 'encryption, external-storage', concurrency: '32' })
    expect(result.outputs).toMatchObject({ result: 'drift', drift: 'true' })
    expect(result.evidenceFile.targets).toHaveLength(5001)
    const whole = {
      changes: result.evidenceFile.targets.flatMap(({ changes }) => changes),
      findings: result.evidenceFile.targets.flatMap(({ findings }) => findings),
    }
    expect([whole.changes.length, whole.findings.length]).toEqual([25_000, 10_000])

    // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: 1 MiB for the
    // summary of a step.
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024)
    expect(result.summary.split('\n')[0]).toMatch(
      /^<h2>❌ Drift: encryption is off, and \d more on 5000 of 5001 accounts \(sandbox\)<\/h2>$/,
    )
    // One fact, and all of the accounts, folded.
    expect([...result.summary.matchAll(/<h3>/g)]).toHaveLength(1)
    expect([...result.summary.replaceAll('<wbr>', '').matchAll(/AC[0-9a-f]{32}<\/code><\/li>/g)]).toHaveLength(5000)
    expect(result.summary).toContain('<details>\n<summary>5000 accounts</summary>')

    // What Linux takes as one environment variable, with its name:
    // https://man7.org/linux/man-pages/man2/execve.2.html#NOTES
    const sizes = Object.values(result.outputs).map((value) => Buffer.byteLength(value))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(120_000)
    expect(sizes.filter((size) => size > 119_000)).toHaveLength(2)
    for (const name of ['changes', 'findings'] as const) {
      const some = JSON.parse(result.outputs[name] ?? '') as unknown[]
      expect(JSON.stringify(some)).toBe(JSON.stringify(whole[name].slice(0, some.length)))
      expect(some.length).toBeGreaterThan(300)
    }

    const errors = annotated(result, 'error')
    expect(errors.length).toBeLessThan(10)
    expect(errors.at(-1)).toContain(' and 4995 more: ')
  })
})

describe('a shard into which no account falls', () => {
  const empty = { shard: `${shardOf(parentSid, 256) === 1 ? 2 : 1}/256`, accounts: 'all' }

  it('is in sync, and red if the workflow itself asks for less than it requires', async () => {
    const { run, sandbox } = await fleetForTest(0)
    expect((await run(empty)).outputs['result']).toBe('in-sync')
    const below = await run({
      ...empty,
      require: 'encryption',
      'encryption-enabled': 'false',
      'encryption-key-sid': 'unmanaged',
    })
    expect([below.exitCode, below.outputs['result']]).toEqual([1, 'noncompliant'])
    expect(sandbox.requests).toHaveLength(2)
  })

  it('is applied with the plan that was made of it, and with no other', async () => {
    const { run } = await fleetForTest(0)
    const plan = await run({ ...empty, mode: 'plan' })
    expect(
      (await run({ ...empty, mode: 'apply', 'expected-plan': plan.outputs['plan-id'] ?? '' })).outputs['result'],
    ).toBe('in-sync')
    const other = await run({ ...empty, mode: 'apply', 'expected-plan': 'f'.repeat(64) })
    expect([other.exitCode, other.outputs['result']]).toEqual([1, 'error'])
  })
})
