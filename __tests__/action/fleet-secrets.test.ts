import { describe, expect, it } from 'vitest'
import { parentSid, parentToken, subaccountSid, subaccountToken, unencrypted } from './fleet-fixtures.ts'
import { fleetForTest, numberOf, numbersTo, resultsOf } from './fleet-run.ts'
import { keySid, safe } from './fixtures.ts'
import type { StepResult } from './action.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
/** A token in every form in which it could come to light. */
const formsOf = (sid: string, token: string): string[] => [
  token,
  base64(token),
  base64(`${sid}:${token}`),
  encodeURIComponent(base64(token)),
  encodeURIComponent(base64(`${sid}:${token}`)),
]
const subaccountForms = (number: number): string[] => formsOf(subaccountSid(number), subaccountToken(number))
/** The forms of all tokens of a fleet that came to light. */
const leaksOf = ({ everything }: StepResult, subaccounts: number): string[] =>
  [...numbersTo(subaccounts).flatMap(subaccountForms), ...formsOf(parentSid, parentToken)].filter((form) =>
    everything.includes(form),
  )

describe.each([false, true])('with RUNNER_DEBUG: %s', (isDebug) => {
  const env = isDebug ? { RUNNER_DEBUG: '1' } : {}

  it.each(['check', 'plan', 'apply'])('%s tells nobody a token', async (mode) => {
    const { sandbox, run } = await fleetForTest(10, () => ({ compositionSettings: unencrypted }))
    sandbox.fault({
      match: { account: subaccountSid(1) },
      times: 2,
      effect: { kind: 'status', status: 500, headers: { 'retry-after': '0' } },
    })
    sandbox.fault({ match: { account: subaccountSid(2) }, effect: { kind: 'status', status: 401, code: 20003 } })
    const result = await run({ mode }, { env })
    expect(resultsOf(result, [1, 2])).toEqual({ 1: mode === 'apply' ? 'applied' : 'drift', 2: 'error' })
    expect(leaksOf(result, 10)).toEqual([])
    expect(result.log.includes('::debug::Reading from AC')).toBe(isDebug)
    expect(result.log.includes('Twilio answered HTTP 500; trying again')).toBe(isDebug)
  })

  it.each(['check', 'plan', 'apply'])('%s blots out a token that Twilio gives back', async (mode) => {
    const echo = (number: number): string => `echo ${subaccountForms(number).join(' ')}`
    const { sandbox, run } = await fleetForTest(4, (number) => ({
      compositionSettings: { ...unencrypted, friendly_name: number === 1 ? echo(1) : safe.friendly_name },
      publicKeys: [{ sid: keySid, friendlyName: number === 3 ? echo(3) : 'Media key' }],
    }))
    const error = (number: number): void =>
      sandbox.fault({
        match: { account: subaccountSid(number), path: 'CompositionSettings' },
        effect: {
          kind: 'status',
          status: 400,
          code: 20001,
          message: echo(number),
          moreInfo: `https://www.twilio.com/${subaccountToken(number)}`,
        },
      })
    error(2)
    sandbox.fault({
      match: { account: subaccountSid(4), path: 'CompositionSettings' },
      effect: { kind: 'body', body: JSON.stringify({ account_sid: subaccountToken(4) }) },
    })
    const result = await run(
      { mode, 'encryption-key-name': 'Media key', accounts: numbersTo(4).map(subaccountSid).join() },
      { env },
    )
    expect(resultsOf(result, numbersTo(4))).toEqual({
      1: mode === 'apply' ? 'error' : 'drift',
      2: 'error',
      3: 'error',
      4: 'refused',
    })
    expect(leaksOf(result, 4)).toEqual([])
    for (const text of [result.summary, result.evidence, result.log]) expect(text).toContain('echo *** ***')
    expect(result.targets.get(subaccountSid(3))?.error?.message).toContain('the account\'s public keys are "echo ***')
  })
})

describe('the tokens of a fleet', () => {
  const masksOf = ({ log }: StepResult): string[] =>
    log.split('\n').flatMap((line) => /^::add-mask::(.*)$/.exec(line)?.[1] ?? [])

  it('are masked once each, those of every page, before anything is said of the accounts', async () => {
    const { run } = await fleetForTest(1100, (number) => (number === 1100 ? { status: 'closed' } : {}))
    const result = await run({ require: 'encryption' })
    const lines = result.log.split('\n')
    const first = lines.findIndex((line) => line.startsWith('1100 active accounts'))
    expect(first).toBeGreaterThan(0)
    const tokens = masksOf(result).filter((mask) => mask.startsWith('token-of-subaccount-'))
    expect(tokens.toSorted()).toEqual(numbersTo(1099).map(subaccountToken))
    expect(lines.slice(0, first).filter((line) => !line.startsWith('::add-mask::'))).toEqual([
      '::group::check composition-settings',
      'Listing the active accounts',
    ])
  })

  it('are masked only in the shard or the list that covers their account', async () => {
    const { run } = await fleetForTest(60)
    const parts = await Promise.all(['1/4', '2/4', '3/4', '4/4'].map((shard) => run({ shard })))
    const masks = parts.map((part) => masksOf(part).filter((mask) => mask.startsWith('token-of-subaccount-')))
    expect(masks.flat().toSorted()).toEqual(numbersTo(60).map(subaccountToken))
    parts.forEach((part, index) => {
      const covered = [...part.targets.keys()].filter((sid) => sid !== parentSid)
      expect(masks[index]?.toSorted()).toEqual(covered.map((sid) => subaccountToken(numberOf(sid))).toSorted())
    })
    const listed = await run({ accounts: subaccountSid(3) })
    expect(masksOf(listed).filter((mask) => mask.startsWith('token-of-subaccount-'))).toEqual([subaccountToken(3)])
  })

  it('are taken out of a refusal of their list, before it is cut', async () => {
    const { sandbox, run } = await fleetForTest(1)
    const message = `${'x'.repeat(480)}${parentToken} ${base64(`${parentSid}:${parentToken}`)}`
    sandbox.fault({ match: { path: 'Accounts.json' }, effect: { kind: 'status', status: 403, code: 20403, message } })
    const result = await run()
    expect(result.everything).toContain(`${'x'.repeat(480)}***`)
    expect(result.everything).not.toContain(parentToken.slice(0, 12))
  })

  it('are each sent for their own account only', async () => {
    const { sandbox, run } = await fleetForTest(20, () => ({ compositionSettings: unencrypted }))
    await run({ mode: 'apply', 'verify-credentials': 'true' })
    const senders = sandbox.requests.map(({ headers }) =>
      Buffer.from((headers['authorization'] ?? '').slice('Basic '.length), 'base64').toString(),
    )
    const known = new Set([
      `${parentSid}:${parentToken}`,
      ...numbersTo(20).map((number) => `${subaccountSid(number)}:${subaccountToken(number)}`),
    ])
    expect(new Set(senders)).toEqual(known)
    expect(sandbox.requests.filter(({ account }) => account === null)).toEqual([])
  })
})

describe('a token that Twilio lists for a subaccount', () => {
  it.each(['error', 'failed', 'written', 'a', ''])(
    'and that cannot be one, %j, is none: nothing else is taken for it',
    async (authToken) => {
      const { run } = await fleetForTest(2, (number) => (number === 1 ? { authToken } : {}))
      const result = await run({ require: 'encryption' })
      expect(resultsOf(result, [1, 2])).toEqual({ 1: 'error', 2: 'in-sync' })
      expect(result.targets.get(subaccountSid(1))?.error?.message).toContain('without an auth token')
      expect(result.log).not.toMatch(/^::add-mask::.{0,7}$/m)
    },
  )

  it.each([
    ['"token-of-subaccount-000000000001"', 'is in quotes'],
    ['token of subaccount 000000000001', 'has white space in it'],
    ['$TWILIO_AUTH_TOKEN', 'begins with a "$" or "{"'],
    ['********************************', 'is masked or cut off'],
    [`SK${'1'.repeat(32)}`, 'is itself a SID'],
    ['token-of\u200b-subaccount-0000000001', 'has control or invisible characters in it'],
  ])(
    'and that can be no secret, %j, makes that account an error of its own, and is not sent',
    async (authToken, why) => {
      const { sandbox, run } = await fleetForTest(2, (number) => (number === 1 ? { authToken } : {}))
      const result = await run({ require: 'encryption' })
      expect(resultsOf(result, [1, 2])).toEqual({ 1: 'error', 2: 'in-sync' })
      expect(result.targets.get(subaccountSid(1))?.error?.message).toContain(`with an auth token that ${why}`)
      expect(result.everything).not.toContain(authToken)
      expect(sandbox.requests.map(({ account }) => account)).not.toContain(subaccountSid(1))
    },
  )

  it('and that is a word of the action changes no verdict', async () => {
    const { run } = await fleetForTest(2, (number) =>
      number === 1
        ? {
            authToken: 'composition-settings',
            compositionSettings: { ...unencrypted, friendly_name: 'composition-settings' },
          }
        : {},
    )
    const result = await run({ require: 'encryption' })
    expect([result.exitCode, result.outputs['result']]).toEqual([1, 'drift'])
    expect(resultsOf(result, [1, 2])).toEqual({ 1: 'drift', 2: 'in-sync' })
    expect(result.targets.get(subaccountSid(1))?.current?.['friendly_name']).toBe('***')
  })

  it('is blotted out before a long text is cut in the middle of it', async () => {
    const name = `${'x'.repeat(33)}${subaccountToken(1)}${'y'.repeat(200)}`
    const { run } = await fleetForTest(1, () => ({ publicKeys: [{ sid: keySid, friendlyName: name }] }))
    const { everything } = await run({ 'encryption-key-name': 'Media key' })
    expect(everything).toContain(`${'x'.repeat(33)}***yyy`)
    expect(everything).not.toContain(subaccountToken(1).slice(0, 20))
  })
})
