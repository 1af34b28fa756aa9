import { expect, it } from 'vitest'
import { readGithubInputsAlone } from '../../src/inputs/github.ts'
import { accountSid } from '../action/fixtures.ts'
import { push } from '../builders.ts'

const read = (inputs: Record<string, string>): unknown => {
  const all = { 'drift-issue': 'true', 'github-token': 'ghs_token', 'account-sid': accountSid, ...inputs }
  return readGithubInputsAlone(
    Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    push,
  )
}

it.each([
  ['', ''],
  ['2/5', '2/5'],
  ['02/05', '2/5'],
  ['5/2', ''],
])('names a shard as the run counts it: %j is %j', (shard, named) => {
  expect(read({ shard })).toMatchObject({ kind: 'on', account: accountSid, resources: 'compositions', shard: named })
})

it('names no account that is none', () => {
  expect(read({ 'account-sid': 'SKaaaa' })).toMatchObject({ account: null })
})
