import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { asInputs } from '../../src/report/as-inputs.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { diff } from '../../src/settings/diff.ts'
import { blank, type Current, type Desired, settingNames } from '../../src/settings/settings.ts'
import { accountSid, authToken, awsSid, keySid, safe } from '../action/fixtures.ts'
import { currents } from '../arbitraries.ts'

/** The inputs as the action gets them: GitHub parses the YAML, and evaluates the expressions in it. */
function pasted(current: Current): Record<string, string> {
  const values = (parse(asInputs('composition-settings', current).lines.join('\n')) ?? {}) as Record<string, unknown>
  const evaluate = (text: string): string =>
    text.replaceAll(/\$\{\{ '((?:[^']|'')*)' \}\}/g, (_, literal: string) => literal.replaceAll("''", "'"))
  return Object.fromEntries(Object.entries(values).map(([input, value]) => [input, evaluate(String(value))]))
}

/** What a run desires that has these inputs. */
function desiredFrom(inputs: Readonly<Record<string, string>>): Desired {
  const env = Object.fromEntries(
    Object.entries({ 'account-sid': accountSid, 'auth-token': authToken, ...inputs }).map(([input, value]) => [
      `INPUT_${input.toUpperCase()}`,
      value,
    ]),
  )
  const read = readInputs({ env, payload: null, readFile: () => expect.unreachable(), mask: () => undefined }).inputs
  if (read.kind === 'wrong') throw read.error
  const { desired, key } = read.value
  return key.kind === 'sid' ? { ...desired, encryption_key_sid: key.sid } : desired
}

describe('what is pasted', () => {
  it('desires what the account has, and names what it leaves out', () => {
    fc.assert(
      fc.property(currents, (current) => {
        const inputs = pasted(current)
        const { leftOut } = asInputs('composition-settings', current)
        const desired = desiredFrom({ 'encryption-enabled': 'false', ...inputs })
        const named = settingNames.filter((name) =>
          leftOut.some((sentence) => sentence.startsWith(`${name} is left out: `)),
        )
        expect(named.length).toBe(leftOut.length)
        const has = settingNames.filter((name) => (current[name] ?? null) !== null && !named.includes(name))
        expect(diff(desired, current)).toEqual([])
        expect(settingNames.filter((name) => desired[name] !== undefined && name !== 'encryption_enabled')).toEqual(
          has.filter((name) => name !== 'encryption_enabled'),
        )
        expect(inputs['require']).toBe(current.encryption_enabled === true ? 'encryption' : undefined)
      }),
      { numRuns: 500 },
    )
  })

  it('has the settings by the names of the inputs, in their order', () => {
    expect(asInputs('composition-settings', safe).lines).toEqual([
      'encryption-enabled: true',
      `encryption-key-sid: ${keySid}`,
      'aws-storage-enabled: true',
      'aws-s3-url: https://media.s3.amazonaws.com/compositions',
      `aws-credentials-sid: ${awsSid}`,
      "friendly-name: 'Media'",
      'require: encryption',
    ])
  })

  it('is nothing where nothing was ever set, and names the resource where that is not the default', () => {
    expect(asInputs('composition-settings', blank).lines).toEqual([])
    expect(asInputs('recording-settings', { encryption_enabled: false }).lines).toEqual([
      'resources: recordings',
      'encryption-enabled: false',
    ])
  })

  it.each([
    ["it's", "friendly-name: 'it''s'"],
    ['${{ secrets.X }}', "friendly-name: '${{ ''${{'' }} secrets.X }}'"],
    ['two\nlines', 'friendly-name: "two\\U0000000alines"'],
    ['a\u200bb\u00a0"c"\\', 'friendly-name: "a\\U0000200bb\\U000000a0\\"c\\"\\\\"'],
    ['true', "friendly-name: 'true'"],
    ['Ä 😀 # x: y', "friendly-name: 'Ä 😀 # x: y'"],
  ])('spells the name %j so that YAML and GitHub give it', (name, line) => {
    expect(asInputs('composition-settings', { friendly_name: name }).lines).toEqual([line])
    expect(pasted({ friendly_name: name })).toEqual({ 'friendly-name': name })
  })

  it.each([
    [{ friendly_name: ' Media' }, 'friendly_name is left out: it begins or ends with a blank, which inputs lose.'],
    [
      { friendly_name: 'of {account_sid}' },
      'friendly_name is left out: it holds {account_sid}, which stands for the SID in inputs.',
    ],
    [{ friendly_name: 'a\ud800' }, 'friendly_name is left out: it holds a character that no input can hold.'],
    [{ friendly_name: 'unmanaged' }, 'friendly_name is left out: the word "unmanaged" means something else in inputs.'],
    [{ aws_s3_url: 'http://x' }, 'aws_s3_url is left out: it is not a value that Twilio documents.'],
    [{ aws_s3_url: 'AwsS3Url=https://x' }, 'aws_s3_url is left out: it is not a value that Twilio documents.'],
  ])('leaves out what no input can say: %j', (current, sentence) => {
    expect(asInputs('composition-settings', current)).toEqual({ lines: [], leftOut: [sentence] })
  })
})
