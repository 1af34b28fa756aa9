import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../src/shared/errors.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { type ActiveAccount, covers, fleetTasks, shardOf, taskFor } from '../../src/run/accounts.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'
import { accountSid, otherAccountSid } from '../action/fixtures.ts'
import { bareInputs } from '../builders.ts'

const inputs: Inputs = {
  ...bareInputs,
  fleet: { accounts: { kind: 'all' }, concurrency: 8, shard: null },
  resources: ['composition-settings', 'recording-settings'],
  desired: {
    encryption_enabled: true,
    friendly_name: 'Media of {account_sid}, {account_sid}',
    aws_s3_url: 'https://{account_sid}.s3.amazonaws.com/{account_sid}/media',
  },
  key: { kind: 'name', name: 'Media' },
}
const fleetOf = (accounts: Inputs['fleet']['accounts'], shard: Inputs['fleet']['shard'] = null): Inputs => ({
  ...inputs,
  fleet: { accounts, concurrency: 8, shard },
})
const listed = (...sids: string[]): ActiveAccount[] =>
  sids.map((sid) => ({ accountSid: sid, name: null, authToken: 'token', whyNoToken: null }))
const sidsOf = (tasks: ReturnType<typeof fleetTasks>): string[] => tasks.map((task) => task.accountSid)

describe('the task for an account', () => {
  it('has the settings of that account, and the key as the workflow names it', () => {
    expect(taskFor(inputs, accountSid)).toEqual({
      kind: 'ready',
      accountSid,
      resources: ['composition-settings', 'recording-settings'],
      desired: {
        encryption_enabled: true,
        friendly_name: `Media of ${accountSid}, ${accountSid}`,
        aws_s3_url: `https://${accountSid}.s3.amazonaws.com/${accountSid}/media`,
      },
      key: { kind: 'name', name: 'Media' },
    })
  })

  it.each([
    [{ aws_s3_url: 'https://x/{account_sid}' }, { aws_s3_url: `https://x/${accountSid}` }],
    [{ friendly_name: 'Of {account_sid}' }, { friendly_name: `Of ${accountSid}` }],
  ])('has what is desired of it, and nothing else: %j', (desired, ofAccount) => {
    const task = taskFor({ ...inputs, desired }, accountSid)
    expect(task.kind === 'ready' && task.desired).toStrictEqual(ofAccount)
  })
})

describe('the tasks of a fleet', () => {
  it('are one for each active account, in the order of their SIDs', () => {
    expect(
      sidsOf(fleetTasks(inputs, listed(otherAccountSid, subaccountSid(2), accountSid, subaccountSid(1)), accountSid)),
    ).toEqual([subaccountSid(1), subaccountSid(2), accountSid, otherAccountSid])
  })

  it('are those of a list, as the parent spells them, whether listed or not', () => {
    const shouted = `AC${'B'.repeat(32)}`
    const tasks = fleetTasks(
      fleetOf({ kind: 'list', sids: [shouted, subaccountSid(7)] }),
      listed(accountSid, otherAccountSid),
      accountSid,
    )
    expect(tasks).toMatchObject([
      {
        kind: 'unavailable',
        accountSid: subaccountSid(7),
        resources: inputs.resources,
        error: {
          name: 'AccountError',
          message: `${subaccountSid(7)} is not an active account under this parent. Correct "accounts", or leave the account out.`,
        },
      },
      { kind: 'ready', accountSid: otherAccountSid },
    ])
  })

  it('tell of an account whose token Twilio does not give, but for the parent, whose token is in the workflow', () => {
    const tokenless = [accountSid, otherAccountSid].map((sid) => ({
      accountSid: sid,
      authToken: null,
      whyNoToken: null,
    }))
    expect(fleetTasks(inputs, [...tokenless, ...listed(subaccountSid(1))], accountSid)).toMatchObject([
      { kind: 'ready', accountSid: subaccountSid(1) },
      { kind: 'ready', accountSid },
      {
        kind: 'unavailable',
        accountSid: otherAccountSid,
        error: {
          name: 'AccountError',
          message: `Twilio lists ${otherAccountSid} without an auth token, so it cannot be asked. Use the primary auth token or a Main API key of the parent, or leave the account out.`,
        },
      },
    ])
  })

  it('are one for an account that is given twice', () => {
    expect(
      sidsOf(
        fleetTasks(
          inputs,
          [...listed(subaccountSid(10)), ...listed(subaccountSid(10).toUpperCase(), accountSid)],
          accountSid,
        ),
      ),
    ).toHaveLength(2)
  })

  it.each([
    ['nobody', []],
    ['only others', listed(subaccountSid(1), otherAccountSid)],
  ])('are none if the parent itself is missing, since the list is not what it says then: %s', (_, active) => {
    for (const shard of [null, { index: 1, count: 256 }]) {
      expect(() => fleetTasks(fleetOf({ kind: 'all' }, shard), active, accountSid)).toThrow(
        new ResponseError(
          `Twilio's list of the active accounts lacks ${accountSid} itself, so it is not complete, and no account was checked.`,
        ),
      )
    }
    expect(sidsOf(fleetTasks(inputs, listed(accountSid.toUpperCase()), accountSid))).toHaveLength(1)
  })

  it.each([1, 2, 3])('are divided by shards, those that can only fail included: %i of 3', (index) => {
    const sids = Array.from({ length: 30 }, (_, number) => subaccountSid(number + 1))
    const all = fleetOf({ kind: 'all' }, { index, count: 3 })
    const list = fleetOf({ kind: 'list', sids }, { index, count: 3 })
    const part = sidsOf(fleetTasks(all, listed(accountSid, ...sids), accountSid)).filter((sid) => sid !== accountSid)
    expect(part.length).toBeGreaterThan(0)
    expect(part.length).toBeLessThan(30)
    expect(sidsOf(fleetTasks(list, [], accountSid))).toEqual(part)
  })
})

describe('the accounts that a run covers', () => {
  const list = { kind: 'list', sids: [otherAccountSid, accountSid.toLowerCase()] } as const
  const sid = subaccountSid(7)
  const shard = { index: shardOf(sid, 3), count: 3 }
  const others = { index: (shard.index % 3) + 1, count: 3 }

  it.each<[string, Inputs['fleet']['accounts'], Inputs['fleet']['shard'], string, boolean]>([
    ['all', { kind: 'all' }, null, sid, true],
    ['a list that has it, in whatever case', list, null, accountSid, true],
    ['a list that does not', list, null, sid, false],
    ['the shard of the account', { kind: 'all' }, shard, sid, true],
    ['another shard', { kind: 'all' }, others, sid, false],
    ['its shard of a list that does not have it', list, shard, sid, false],
    ['another shard of a list that has it', { kind: 'list', sids: [sid] }, others, sid, false],
  ])('by %s', (_, accounts, part, account, expected) => {
    expect(covers(fleetOf(accounts, part).fleet, account)).toBe(expected)
  })
})
