import { describe, expect, it } from 'vitest'
import { modes } from '../../src/settings/guards.ts'
import { report } from '../../src/report/report.ts'
import { accountSid } from '../action/fixtures.ts'
import { type RunResult } from '../../src/run/outcome.ts'

const warnings = [{ level: 'warning', title: 'Input', text: 'Look out.' }] as const
const ranOver = (shard: { index: number; count: number } | null, mode: (typeof modes)[number]): RunResult => ({
  kind: 'ran',
  mode,
  scope: { accountSid, shard, names: null },
  requestIds: [],
  listed: null,
  outcomes: [],
  planId: 'a'.repeat(64),
})

describe.each(modes)('a run over no account: %s', (mode) => {
  it('is in sync only if it is a shard, since the other shards cover the accounts', () => {
    const said = report(ranOver({ index: 2, count: 5 }, mode), warnings)
    expect(said).toMatchObject({
      result: 'in-sync',
      isFailure: false,
      hasDrift: false,
      planId: 'a'.repeat(64),
      title: 'In sync: no account falls into this shard',
      explanation: 'The other shards cover all accounts.',
      annotations: warnings,
      remarks: warnings,
    })
    expect(said.body.kind).toBe('fleet')
  })

  it('proves nothing without a shard, and says nothing of one', () => {
    const said = report(ranOver(null, mode), warnings)
    expect(said).toMatchObject({
      result: 'error',
      isFailure: true,
      hasDrift: null,
      planId: null,
      title: 'Error: Twilio answered otherwise than documented',
      explanation: 'Nothing was checked.',
    })
    expect(said.annotations.map(({ text }) => text)).toEqual(['There was no account to check.', 'Look out.'])
  })
})
