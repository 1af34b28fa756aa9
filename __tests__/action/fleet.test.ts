import { describe, expect, it } from 'vitest'
import type { Fault } from '../sandbox/sandbox.ts'
import {
  drifts,
  parentKey,
  parentKeySecret,
  parentMainKey,
  parentSid,
  parentToken,
  subaccountSid,
  subaccountToken,
  unencrypted,
} from './fleet-fixtures.ts'
import { countsOf, fleetForTest, linesOf, numbersTo, resultsOf, summaryLines } from './fleet-run.ts'
import { otherAccountSid, safe, safeInputs } from './fixtures.ts'
import { annotated, changesOf, headingOf } from './scenario.ts'

const listing = '/2010-04-01/Accounts.json'

describe('accounts: all', () => {
  it('checks the account and every active subaccount, each with its own token, and nothing else', async () => {
    const { sandbox, run } = await fleetForTest(
      4,
      (number) => ({ 3: { status: 'suspended' as const }, 4: { status: 'closed' as const } })[number] ?? {},
    )
    const result = await run()
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({ result: 'in-sync', drift: 'false', changes: '[]', findings: '[]' })
    expect([...result.targets.keys()]).toEqual([subaccountSid(1), subaccountSid(2), parentSid])
    expect(
      sandbox.requests.map(({ method, path, account, headers }) => [method, path, account, headers['authorization']]),
    ).toEqual([
      ['GET', listing, parentSid, basic(parentSid, parentToken)],
      ...[1, 2].map((number) => [
        'GET',
        '/v1/CompositionSettings/Default',
        subaccountSid(number),
        basic(subaccountSid(number), subaccountToken(number)),
      ]),
      ['GET', '/v1/CompositionSettings/Default', parentSid, basic(parentSid, parentToken)],
    ])
  })

  it('says in the log what it is about, and nothing of an account where all is well', async () => {
    const { run } = await fleetForTest(30)
    expect(linesOf(await run())).toEqual([
      '::group::check composition-settings',
      'Listing the active accounts',
      '31 active accounts, 31 in this run',
      '::endgroup::',
      'In sync: all of 31 accounts. 62 settings checked, and none differs.',
    ])
  })

  it('shows in the summary how many there are of each, what is not in sync, and what all have as inputs', async () => {
    const { run } = await fleetForTest(9, (number) => (number <= 2 ? { compositionSettings: unencrypted } : {}))
    const result = await run({ mode: 'plan' })
    expect(result.exitCode).toBe(0)
    expect(headingOf(result)).toBe('📝 Plan: 2 of 10 accounts would change')
    expect(countsOf(result)).toEqual(['drift 2', 'in-sync 8'])
    expect(
      summaryLines(result)
        .join('\n')
        .match(/AC[0-9a-f]{32}/g),
    ).toEqual([
      ...[1, 2].map(subaccountSid),
      // What accounts have, as inputs, by equal settings
      ...[3, 4, 5, 6, 7, 8, 9].map(subaccountSid),
      parentSid,
      ...[1, 2].map(subaccountSid),
    ])
    expect(result.summary).toContain(`expected-plan: ${result.outputs['plan-id']}`)
    expect(annotated(result, 'warning')).toEqual(
      [[1, 2].map((number) => `Account AC0000 (${subaccountSid(number)})`).join(', ')].map((names) =>
        expect.stringContaining(`Composition settings of ${names}: `),
      ),
    )
    expect(changesOf(result)).toHaveLength(2)
  })

  it('covers both resources of each account', async () => {
    const { run, sandbox } = await fleetForTest(2, (number) => ({
      recordingSettings: number === 2 ? { ...safe, friendly_name: 'Old' } : safe,
    }))
    sandbox.setSettings(parentSid, 'recording', safe)
    const result = await run({ resources: 'compositions, recordings' })
    expect(countsOf(result)).toEqual(['drift 1', 'in-sync 2'])
    expect(changesOf(result)).toEqual([
      {
        account_sid: subaccountSid(2),
        resource: 'recording-settings',
        setting: 'friendly_name',
        current: 'Old',
        desired: 'Media',
      },
    ])
    expect(
      result.evidenceFile.targets.map(({ account_sid: sid, resource, result: own }) => [sid, resource, own]),
    ).toEqual(
      [subaccountSid(1), subaccountSid(2), parentSid].flatMap((sid) => [
        [sid, 'composition-settings', 'in-sync'],
        [sid, 'recording-settings', sid === subaccountSid(2) ? 'drift' : 'in-sync'],
      ]),
    )
  })

  it('puts the SID of the account at hand into the bucket URL and the name', async () => {
    const { run, sandbox } = await fleetForTest(2)
    const inputs = {
      'aws-s3-url': 'https://media.s3.amazonaws.com/{account_sid}/compositions',
      'friendly-name': 'Media of {account_sid}',
    }
    const result = await run({ mode: 'apply', 'allow-risky-changes': 'storage-location', ...inputs })
    expect(result.outputs['result']).toBe('applied')
    for (const sid of [subaccountSid(1), subaccountSid(2), parentSid]) {
      expect(sandbox.settings(sid, 'composition')).toEqual({
        ...safe,
        aws_s3_url: `https://media.s3.amazonaws.com/${sid}/compositions`,
        friendly_name: `Media of ${sid}`,
      })
    }
    expect((await run(inputs)).outputs['result']).toBe('in-sync')
  })

  it('warns of credentials that are fixed, though each belongs to one account', async () => {
    const { run } = await fleetForTest(1)
    expect(annotated(await run(safeInputs), 'warning')).toEqual([
      '"encryption-key-sid" is one SID for several accounts, and a public key belongs to one account. Use "encryption-public-key" or "encryption-key-name", which are resolved for each account.',
      '"aws-credentials-sid" is one SID for several accounts, and an AWS credential belongs to one account.',
    ])
    expect(annotated(await run({ ...safeInputs, accounts: 'self' }), 'warning')).toEqual([])
  })
})

describe('accounts: a list', () => {
  it('makes errors of those that do not exist or are not active, each at its own target, and does the others', async () => {
    const { sandbox, run } = await fleetForTest(
      5,
      (number) => ({ 3: { status: 'suspended' as const }, 4: { status: 'closed' as const } })[number] ?? {},
    )
    const result = await run({ accounts: [2, 3, 4, 99].map(subaccountSid).join('\n') })
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'error', drift: '', 'plan-id': '' })
    expect(resultsOf(result, [2, 3, 4, 99])).toEqual({ 2: 'in-sync', 3: 'error', 4: 'error', 99: 'error' })
    expect(countsOf(result)).toEqual(['error 3', 'in-sync 1'])
    expect(annotated(result, 'error')).toEqual([
      `Composition settings of ${[3, 4, 99].map(subaccountSid).join(', ')}: The account is not an active account under this parent. Correct "accounts", or leave the account out.`,
    ])
    expect(sandbox.requests.map(({ path, account }) => [path, account])).toEqual([
      [listing, parentSid],
      ['/v1/CompositionSettings/Default', subaccountSid(2)],
    ])
  })

  it('covers the parent only if it is listed, and no account twice', async () => {
    const { run } = await fleetForTest(2)
    const result = await run({ accounts: `${parentSid}, ${subaccountSid(1)}, ${parentSid.toUpperCase()}` })
    expect([...result.targets.keys()]).toEqual([subaccountSid(1), parentSid])
    expect(result.outputs['result']).toBe('in-sync')
  })

  it('says all of an account that is alone in it, as of any single one', async () => {
    const { run } = await fleetForTest(2, () => ({ compositionSettings: unencrypted }))
    const result = await run({ accounts: subaccountSid(2) })
    expect(headingOf(result)).toBe('❌ Drift: encryption is off (Account AC0000, AC00000000000000000000000000000002)')
    expect(result.summary).toContain(`Account ${subaccountSid(2)}`)
  })
})

describe('accounts: self', () => {
  it('asks for no list, and for no other account', async () => {
    const { sandbox, run } = await fleetForTest(2)
    const result = await run({ accounts: 'self' })
    expect(result.outputs['result']).toBe('in-sync')
    expect(sandbox.requests.map(({ path, account }) => [path, account])).toEqual([
      ['/v1/CompositionSettings/Default', parentSid],
    ])
  })
})

describe('what keeps a fleet from being listed', () => {
  it('is a Standard API key: a Main one is named, which can', async () => {
    const { sandbox, run } = await fleetForTest(1)
    const result = await run({ 'api-key': parentKey, 'api-key-secret': parentKeySecret, 'auth-token': '' })
    expect([result.exitCode, result.outputs['result'], sandbox.requests.length]).toEqual([1, 'error', 1])
    expect(result.summary).toContain('Use a Main API key, or the auth token of the parent')
  })

  it('is no Main API key: it lists as the auth token does', async () => {
    const { run } = await fleetForTest(2, drifts(2))
    const result = await run({ 'api-key': parentMainKey, 'api-key-secret': parentKeySecret, 'auth-token': '' })
    expect(resultsOf(result, [1, 2])).toEqual({ 1: 'in-sync', 2: 'drift' })
    expect(result.targets.get(parentSid)?.result).toBe('in-sync')
  })

  it.each([
    ['a wrong token', { 'auth-token': 'token-of-nobody-ffffffffffffffff' }],
    ['a subaccount', { 'account-sid': subaccountSid(1), 'auth-token': subaccountToken(1) }],
    ['an unknown account', { 'account-sid': otherAccountSid }],
  ])('is %s: nothing but the list is asked for', async (_, inputs) => {
    const { sandbox, run } = await fleetForTest(1)
    const result = await run(inputs)
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ result: 'error', drift: '', changes: '[]' })
    expect(annotated(result, 'error')[0]).toMatch(
      /^GET \/2010-04-01\/Accounts\.json\?.* failed with HTTP 401, Twilio code 20003/,
    )
    expect(sandbox.requests.map(({ path }) => path)).toEqual([listing])
  })

  it.each(['/2010-04-01/Accounts/AC1.json', 'https://evil.example/', '//'])(
    'is a next page that leads to %s',
    async (link) => {
      const { sandbox, run } = await fleetForTest(1)
      const account = { sid: subaccountSid(1), auth_token: subaccountToken(1), status: 'active' }
      sandbox.fault({ effect: { kind: 'body', body: JSON.stringify({ accounts: [account], next_page_uri: link }) } })
      const result = await run()
      expect(result.outputs['result']).toBe('error')
      expect(sandbox.requests).toHaveLength(1)
    },
  )

  it('is not a token that Twilio leaves out: that is an error of its account', async () => {
    const { sandbox, run } = await fleetForTest(4)
    const tokens = [{ auth_token: null }, {}, { auth_token: '' }, { auth_token: subaccountToken(4) }]
    const accounts = numbersTo(4).map((number, index) => ({
      sid: subaccountSid(number),
      status: 'active',
      ...tokens[index],
    }))
    sandbox.fault({
      effect: {
        kind: 'body',
        body: JSON.stringify({ accounts: [...accounts, { sid: parentSid, status: 'active' }], next_page_uri: null }),
      },
    })
    const result = await run()
    expect(resultsOf(result, numbersTo(4))).toEqual({ 1: 'error', 2: 'error', 3: 'error', 4: 'in-sync' })
    expect(result.targets.get(parentSid)?.result).toBe('in-sync')
    expect(result.targets.get(subaccountSid(1))?.error?.message).toContain('without an auth token')
    expect(sandbox.requests).toHaveLength(3)
  })
})

describe('a list of accounts that cannot be right', () => {
  const parent = { sid: parentSid, status: 'active', auth_token: parentToken }
  const [first, second] = [1, 2].map((number) => ({
    sid: subaccountSid(number),
    status: 'active',
    auth_token: subaccountToken(number),
  }))
  const page = (accounts: readonly unknown[], next: string | null = null): Fault => ({
    match: { path: listing },
    effect: { kind: 'body', body: JSON.stringify({ accounts, next_page_uri: next }) },
  })

  it.each([
    ['is empty', [], `lacks ${parentSid} itself`],
    ['lacks the parent', [first, second], `lacks ${parentSid} itself`],
    [
      'has an unknown status',
      [parent, first, { ...second, status: 'Active' }],
      `gave ${subaccountSid(2)} a status that Twilio does not document`,
    ],
  ])('is an error that says so, and nobody is asked, whatever the shard: it %s', async (_, accounts, said) => {
    const { sandbox, run } = await fleetForTest(2)
    for (const shard of ['1/1', '1/2', '256/256']) {
      sandbox.clear()
      sandbox.fault(page(accounts))
      const result = await run({ shard })
      expect(result.exitCode).toBe(1)
      expect(result.outputs).toMatchObject({ result: 'error', drift: '', 'plan-id': '' })
      expect(annotated(result, 'error')).toEqual([expect.stringContaining(said)])
      expect(result.summary).not.toContain('shard')
      expect(sandbox.requests.map(({ path }) => path)).toEqual([listing])
    }
  })

  it.each(['1', '8'])(
    'may have an account twice, which is written once, with its token: concurrency %s',
    async (concurrency) => {
      const { sandbox, run, written } = await fleetForTest(1, () => ({ compositionSettings: unencrypted }))
      sandbox.fault(page([parent, first], `${listing}?Page=1`))
      sandbox.fault(page([first]))
      const result = await run({ mode: 'apply', concurrency })
      expect(headingOf(result)).toBe('✅ Applied: 1 of 2 accounts written and read back')
      expect(linesOf(result)).toContain('2 active accounts, 2 in this run')
      expect(written()).toEqual([1])
      expect(result.evidenceFile.targets.map(({ account_sid: sid }) => sid)).toEqual([subaccountSid(1), parentSid])
    },
  )
})

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
