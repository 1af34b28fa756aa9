import { describe, expect, it } from 'vitest'
import { type FleetInputs, readFleet } from '../../src/inputs/accounts.ts'
import { inputReader } from '../../src/inputs/reader.ts'
import { accountSid, otherAccountSid } from '../action/fixtures.ts'

function read(inputs: Record<string, string>): { fleet: FleetInputs; mistakes: string[] } {
  const mistakes: string[] = []
  const env = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
  return { fleet: readFleet(inputReader(env, mistakes)), mistakes }
}

const list = (...sids: string[]): FleetInputs['accounts'] => ({ kind: 'list', sids })
const shouting = `AC${'A'.repeat(32)}`

describe('accounts', () => {
  it.each([
    [' self ', { kind: 'self' }],
    ['all', { kind: 'all' }],
    [accountSid, list(accountSid)],
    [`${accountSid}, ${otherAccountSid}`, list(accountSid, otherAccountSid)],
    [`${otherAccountSid}\n  ${accountSid}\n`, list(otherAccountSid, accountSid)],
    [`${accountSid},${accountSid}`, list(accountSid)],
    [`${accountSid} ${shouting}`, list(shouting)],
  ])('%j', (text, accounts) => {
    expect(read({ accounts: text })).toMatchObject({ fleet: { accounts }, mistakes: [] })
  })

  it.each([
    ['every', 1, 1],
    [`${accountSid} AC1 SK${'1'.repeat(32)}`, 2, 3],
    [`all, ${accountSid}`, 1, 2],
    ['self all', 2, 2],
  ])('a mistake: %j', (text, wrong, words) => {
    expect(read({ accounts: text }).mistakes).toEqual([
      `"accounts" must be self or all, each alone, or a list of account SIDs (AC and 32 hexadecimal digits). Of its words, ${wrong} of ${words} are no such SID`,
    ])
  })
})

describe('concurrency', () => {
  it.each([
    ['8', 8],
    ['1', 1],
    ['32', 32],
    [' 16 ', 16],
  ])('%j is %i', (text, concurrency) => {
    expect(read({ concurrency: text })).toMatchObject({ fleet: { concurrency }, mistakes: [] })
  })

  it.each(['0', '33', '-1', '1.5', '1e1', 'eight', '100'])('a mistake: %j', (text) => {
    expect(read({ concurrency: text }).mistakes).toEqual(['"concurrency" must be a whole number from 1 to 32'])
  })
})

describe('shard', () => {
  it.each([
    ['1/1', null],
    ['2/3', { index: 2, count: 3 }],
    ['256/256', { index: 256, count: 256 }],
  ])('%j', (text, shard) => {
    expect(read({ accounts: 'all', shard: text })).toMatchObject({ fleet: { shard }, mistakes: [] })
  })

  it.each(['0/3', '4/3', '1/0', '1/257', '1', '1/', '/3', '1 / 3', 'a/b', '-1/3', '1/2000', '2/5x', '2/5/9', 'x2/5'])(
    'a mistake: %j',
    (text) => {
      expect(read({ accounts: 'all', shard: text }).mistakes).toEqual([
        '"shard" must be k/n, such as 2/5: job k of n, with k from 1 to n and n at most 256',
      ])
    },
  )

  it('needs several accounts', () => {
    expect(read({ shard: '1/2' }).mistakes).toEqual([
      '"shard" divides several accounts, and "accounts" is "self". Set "accounts: all", or leave "shard" out',
    ])
  })
})
