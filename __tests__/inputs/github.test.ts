import { expect, it } from 'vitest'
import { readInputs } from '../../src/inputs/inputs.ts'
import { accountSid } from '../action/fixtures.ts'

const read = (inputs: Record<string, string>): unknown => {
  const all = { 'drift-issue': 'true', 'github-token': 'ghs_token', 'account-sid': accountSid, ...inputs }
  return readInputs({
    env: Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    payload: null,
    readFile: () => expect.unreachable('no file is read'),
    mask: () => {},
  }).github
}

it.each([
  ['1/1', ''],
  ['2/5', '2/5'],
  ['02/05', '2/5'],
  ['5/2', ''],
])('names a shard as the run counts it: %j is %j', (shard, named) => {
  expect(read({ shard })).toMatchObject({ account: accountSid, resources: 'compositions', shard: named })
})

it('names no account that is none', () => {
  expect(read({ 'account-sid': 'SKaaaa' })).toMatchObject({ account: null })
})

it.each([
  [{ mode: 'x', shard: '5/2' }, 'on'],
  [{ 'drift-issue': 'x' }, 'off'],
  [{ 'drift-issue-label': 'a,b' }, 'off'],
  [{ 'github-token': '' }, 'off'],
  [{ 'drift-issue': 'false' }, 'off'],
])(
  'is known whatever else is wrong, and off by mistakes of its own: %j is %s',
  (inputs: Record<string, string>, kind) => {
    expect(read(inputs) === null ? 'off' : 'on').toBe(kind)
  },
)

it.each(['short', 'ghs_tok\nen0000', '${{ github.token }}'])('takes no token such as %j', (token) => {
  expect(read({ 'github-token': token })).toBe(null)
})

it.each([
  ['compositions', 'compositions'],
  ['recordings', 'recordings'],
  ['recordings, compositions', 'compositions+recordings'],
  ['neither', 'compositions'],
])('names the resources in one order: %j is %j', (resources, named) => {
  expect(read({ resources })).toMatchObject({ resources: named })
})
