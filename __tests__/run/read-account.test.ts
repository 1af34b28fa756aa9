import { describe, expect, it } from 'vitest'
import type { Listing, StoredCredential } from '../../src/settings/credentials.ts'
import type { Mode, Policy } from '../../src/settings/guards.ts'
import type { Task } from '../../src/run/read-account.ts'
import { findingsOf, type Outcome } from '../../src/run/outcome.ts'
import type { Effects } from '../../src/run/effects.ts'
import { run } from '../../src/run/run.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { accountSid, awsSid, keySid, open, otherAwsSid, otherKeySid, safe } from '../action/fixtures.ts'
import { fakeAccount, policy } from '../builders.ts'

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
