import { describe, expect, it } from 'vitest'
import { fingerprintOf, rsaPair } from '../keys.ts'
import { parentSid, subaccountSid, unencrypted } from './fleet-fixtures.ts'
import { countsOf, fleetForTest, numbersTo, resultsOf } from './fleet-run.ts'
import { annotated, changesOf } from './scenario.ts'
import { keySid, otherKeySid } from './fixtures.ts'

const pair = rsaPair()
const keyPath = '/v1/Credentials/PublicKeys'
const sids = [...numbersTo(3).map(subaccountSid), parentSid]

describe('encryption-public-key', () => {
  it('is uploaded to each account once, and each account names its own', async () => {
    const { sandbox, run } = await fleetForTest(3, () => ({ compositionSettings: unencrypted }))
    const inputs = { mode: 'apply', 'encryption-public-key': pair.publicPem, 'allow-risky-changes': 'encryption-key' }
    const result = await run(inputs)
    expect(result.outputs['result']).toBe('applied')
    const uploads = sandbox.requests.filter(({ method, path }) => method === 'POST' && path === keyPath)
    expect(uploads.map(({ account }) => account ?? '').sort()).toEqual(sids)
    const named = sids.map((sid) => sandbox.settings(sid, 'composition')?.encryption_key_sid ?? '')
    expect(new Set(named).size).toBe(4)
    for (const [index, sid] of sids.entries()) {
      expect(sandbox.account(sid).credentials.PublicKeys.get(named[index] ?? '')?.friendlyName).toBe(
        `media-key sha256:${fingerprintOf(pair.publicPem)}`,
      )
      expect(result.targets.get(sid)?.uploadedKey).toBe(named[index])
    }

    sandbox.clear()
    expect((await run(inputs)).outputs['result']).toBe('in-sync')
    expect(sandbox.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('that one account cannot take leaves the others to be done', async () => {
    const { sandbox, run } = await fleetForTest(3, () => ({ compositionSettings: unencrypted }))
    sandbox.fault({
      match: { method: 'POST', path: keyPath, account: subaccountSid(2) },
      effect: { kind: 'status', status: 400, code: 70101, message: 'Not RSA' },
    })
    const result = await run({
      mode: 'apply',
      'encryption-public-key': pair.publicPem,
      'allow-risky-changes': 'encryption-key',
    })
    expect(result.outputs['result']).toBe('partial')
    expect(resultsOf(result, numbersTo(3))).toEqual({ 1: 'applied', 2: 'error', 3: 'applied' })
    expect(sandbox.settings(subaccountSid(2), 'composition')).toEqual(unencrypted)
  })
})

describe('encryption-key-name', () => {
  it('is looked up in each account', async () => {
    const keys = [
      { sid: keySid, friendlyName: 'Media key' },
      { sid: otherKeySid, friendlyName: 'Other' },
    ]
    const swapped = [
      { sid: keySid, friendlyName: 'Other' },
      { sid: otherKeySid, friendlyName: 'Media key' },
    ]
    const { run } = await fleetForTest(3, (number) => ({ publicKeys: [[], keys, swapped, []][number] ?? [] }))
    const result = await run({ 'encryption-key-name': 'Media key' })
    expect(resultsOf(result, numbersTo(3))).toEqual({ 1: 'in-sync', 2: 'drift', 3: 'error' })
    expect(changesOf(result)).toEqual([
      {
        account_sid: subaccountSid(2),
        resource: 'composition-settings',
        setting: 'encryption_key_sid',
        current: keySid,
        desired: otherKeySid,
      },
    ])
    expect(result.targets.get(subaccountSid(3))?.error?.message).toBe(
      '"encryption-key-name" is "Media key", and no public key has that name: the account has no public key. Names count exactly, with capitals and spaces.',
    )
    expect(result.targets.get(parentSid)?.error?.message).toContain(`the account's public keys are "" (${keySid})`)
    expect(countsOf(result)).toEqual(['error 2', 'drift 1', 'in-sync 1'])
  })
})

describe('verify-credentials', () => {
  it('finds the accounts whose key or AWS credential is gone, or cannot be told', async () => {
    const { sandbox, run } = await fleetForTest(
      4,
      (number) => ({ 1: { publicKeys: [] }, 2: { awsCredentials: [] } })[number] ?? {},
    )
    sandbox.fault({
      match: { path: keyPath, account: subaccountSid(3) },
      times: Infinity,
      effect: { kind: 'status', status: 403, code: 20403 },
    })
    const result = await run({ 'verify-credentials': 'true' })
    expect(resultsOf(result, numbersTo(4))).toEqual({
      1: 'noncompliant',
      2: 'noncompliant',
      3: 'in-sync',
      4: 'in-sync',
    })
    expect(
      (JSON.parse(result.outputs['findings'] ?? '') as { account_sid: string; rule: string }[]).map(
        ({ account_sid: sid, rule }) => [sid, rule],
      ),
    ).toEqual([
      [subaccountSid(1), 'key-missing'],
      [subaccountSid(2), 'aws-credential-missing'],
      [subaccountSid(3), 'credentials-unknown'],
    ])
    expect(annotated(result, 'warning')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^1 account in sync \\(first: ${subaccountSid(3)}\\): Whether the public key ${keySid} exists could not be told: `,
        ),
      ),
    ])
    expect(result.summary).toContain('⚠️ 1 account in sync (first: ')
  })
})
