import { describe, expect, it } from 'vitest'
import type { Listing, StoredCredential } from '../../src/settings/credentials.ts'
import type { Mode, Policy } from '../../src/settings/guards.ts'
import type { Task } from '../../src/run/read-account.ts'
import { findingsOf, type Outcome } from '../../src/run/outcome.ts'
import type { Effects } from '../../src/run/effects.ts'
import { StoppedError } from '../../src/shared/errors.ts'
import { run } from '../../src/run/run.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { accountSid, awsSid, keySid, open, otherAwsSid, otherKeySid, safe } from '../action/fixtures.ts'
import { fakeAccount, neverConfigured, policy } from '../builders.ts'

const made = new Date('2025-01-01T00:00:00Z')
const stored = (sid: string): StoredCredential => ({ sid, accountSid, friendlyName: 'Media', dateCreated: made })
const listed = (...sids: string[]): Listing => ({ kind: 'listed', credentials: sids.map(stored) })
const verify: Partial<Policy> = {
  credentials: { verify: true, maxKeyAgeDays: null },
  allowed: ['encryption-key', 'storage-location'],
}

/**
 * An account that has these settings, the one public key and the one AWS credential that {@link safe}
 * names.
 */
function portsOf(current: Current): Effects {
  const { effects } = fakeAccount(current)
  const port = {
    ...effects.account(accountSid),
    publicKeys: async () => listed(keySid),
    awsCredentials: async () => listed(awsSid),
  }
  return { ...effects, account: () => port }
}

async function outcomeOf(
  task: Omit<Extract<Task, { kind: 'ready' }>, 'kind' | 'accountSid' | 'resources'>,
  current: Current,
  over: Partial<Policy>,
): Promise<Outcome | undefined> {
  const { outcomes } = await run(
    [{ kind: 'ready', accountSid, resources: ['composition-settings'], ...task }],
    policy(over),
    portsOf(current),
  )
  return outcomes[0]
}

const managed = (desired: Desired) => ({ desired, key: { kind: 'unmanaged' } }) as const
const found = (outcome: Outcome | undefined): string[] =>
  outcome === undefined
    ? []
    : findingsOf(outcome).map(({ rule, message }) => `${rule}: ${/CR\w{32}/.exec(message)?.[0]}`)

describe('the credentials that settings name', () => {
  it.each<[string, Desired, Current, string[]]>([
    ['exist', safe, safe, []],
    [
      'are missing, of those that are current',
      { encryption_key_sid: keySid, aws_credentials_sid: awsSid },
      { ...safe, encryption_key_sid: otherKeySid, aws_credentials_sid: otherAwsSid },
      [`key-missing: ${otherKeySid}`, `aws-credential-missing: ${otherAwsSid}`],
    ],
    [
      'are missing, of those that are desired',
      { encryption_key_sid: otherKeySid, aws_credentials_sid: otherAwsSid },
      safe,
      [`key-missing: ${otherKeySid}`, `aws-credential-missing: ${otherAwsSid}`],
    ],
    [
      'are missing, of both',
      { encryption_key_sid: awsSid },
      { ...safe, encryption_key_sid: otherKeySid },
      [`key-missing: ${otherKeySid}`, `key-wrong-kind: ${awsSid}`],
    ],
    [
      'are missing, and nobody manages them',
      { friendly_name: 'New' },
      { ...safe, encryption_key_sid: otherKeySid },
      [`key-missing: ${otherKeySid}`],
    ],
  ])('%s', async (_, desired, current, expected) => {
    for (const mode of ['check', 'plan'] as const)
      expect(found(await outcomeOf(managed(desired), current, { ...verify, mode }))).toEqual(expected)
  })

  it.each<[Mode]>([['check'], ['plan']])(
    'are all that exist but for the key that is yet to be uploaded, in %s',
    async (mode) => {
      const upload = {
        desired: { encryption_enabled: true },
        key: { kind: 'public-key', label: 'media-key', key: { pem: '', fingerprint: 'f'.repeat(16) } },
      } as const
      expect(found(await outcomeOf(upload, open, { ...verify, mode }))).toEqual([])
      expect(found(await outcomeOf(upload, { ...safe, encryption_key_sid: otherKeySid }, { ...verify, mode }))).toEqual(
        [`key-missing: ${otherKeySid}`],
      )
    },
  )
})

describe('whose the answer is', () => {
  const byKey = (account: ReturnType<typeof fakeAccount>, isOwn: boolean): Effects => {
    const port = { ...account.effects.account(accountSid), isOwn }
    return { ...account.effects, account: () => port }
  }
  const task: Task = { kind: 'ready', accountSid, resources: ['composition-settings'], ...managed(safe) }

  it.each([
    ['an auth token', true, 'compared'],
    ['an API key, which may be of any account', false, 'wrong-account'],
  ])('is not said by settings that were never made: %s', async (_, isOwn, status) => {
    const account = fakeAccount(open, { reads: [() => neverConfigured, () => neverConfigured] })
    const { outcomes } = await run([task], policy({ mode: 'check' }), byKey(account, isOwn))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([status])
  })

  it('is said by settings, whoever asks', async () => {
    const { outcomes } = await run([task], policy({ mode: 'check' }), byKey(fakeAccount(safe), false))
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['compared'])
  })

  it.each<[Mode, Desired, string, number]>([
    ['check', { encryption_enabled: true }, 'compared', 0],
    ['plan', { encryption_enabled: true }, 'compared', 0],
    ['apply', { encryption_enabled: false }, 'compared', 0],
    ['apply', { encryption_enabled: true }, 'failed', 0],
  ])('with a secret in it, %s of %j is %s', async (mode, desired, status, posts) => {
    const account = fakeAccount(open, { reads: [(honest) => ({ ...honest(), isRedacted: true })] })
    const { outcomes } = await run([{ ...task, ...managed(desired) }], policy({ mode }), account.effects)
    expect(outcomes.map((outcome) => outcome.status)).toEqual([status])
    expect(account.calls.filter((call) => call === 'POST')).toHaveLength(posts)
  })

  it('is not asked for once the run is stopped', async () => {
    const account = fakeAccount(open)
    const error = new StoppedError('stopped')
    const { outcomes } = await run([task], policy({ mode: 'check' }), { ...account.effects, stopped: () => error })
    expect(outcomes).toMatchObject([{ status: 'failed', error }])
    expect(account.calls).toEqual([])
  })
})

describe('after a write', () => {
  it('the age of the key is still known', async () => {
    const outcome = await outcomeOf(managed({ friendly_name: 'New' }), safe, {
      credentials: { verify: false, maxKeyAgeDays: 90 },
    })
    expect(outcome).toMatchObject({ status: 'written', findings: [{ rule: 'key-age', severity: 'error' }] })
  })

  it('the credentials are those that were listed before it', async () => {
    expect(await outcomeOf(managed({ friendly_name: 'New' }), safe, verify)).toMatchObject({
      status: 'written',
      findings: [],
    })
  })
})
