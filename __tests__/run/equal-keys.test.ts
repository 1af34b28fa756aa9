import { describe, expect, it } from 'vitest'
import { equalKeys } from '../../src/run/equal-keys.ts'
import type { Observation } from '../../src/run/outcome.ts'
import type { Listing, StoredCredential } from '../../src/settings/credentials.ts'
import type { Finding } from '../../src/settings/findings.ts'
import { accountSid, keySid, open, otherKeySid, safe } from '../action/fixtures.ts'
import { fakeAccount, observation } from '../builders.ts'

const key = { pem: '', fingerprint: 'f'.repeat(16) }
const friendlyName = `media-key sha256:${key.fingerprint}`
const stored = (sid: string, name = friendlyName): StoredCredential => ({
  sid,
  accountSid,
  friendlyName: name,
  dateCreated: null,
})
const listed = (...credentials: StoredCredential[]): Listing => ({ kind: 'listed', credentials })
const hidden: Listing = { kind: 'hidden', reason: 'Twilio refused it.' }
const finding = (rule: Finding['rule']): Finding => ({ rule, subject: 'live', severity: 'warning', message: rule })

/** What is found, and how long it was waited, if the keys are listed so, one time after the other. */
async function found(
  lists: readonly (Listing | Error)[],
  over: Partial<Observation> = {},
  after = { ...safe, encryption_key_sid: keySid as string | null },
  before: Listing = listed(),
) {
  const { effects, waits } = fakeAccount(open)
  const left = [...lists]
  const publicKeys = async (): Promise<Listing> => {
    const list = left.shift() ?? expect.unreachable('the keys were listed once more')
    if (list instanceof Error) throw list
    return list
  }
  const port = { ...effects.account(accountSid), publicKeys }
  const of = { ...observation(safe, open), upload: { friendlyName, key }, ...over }
  const uploaded = of.upload === null ? null : stored(keySid)
  return { ...(await equalKeys(after, of, before, uploaded, { ...effects, account: () => port })), waits, left }
}

describe('without an upload', () => {
  it('no key is equal, and nothing is listed; that keys were equal before is still told', async () => {
    const findings = [finding('key-duplicate'), finding('key-age')]
    expect(await found([], { upload: null, findings }, safe, listed(stored(keySid)))).toMatchObject({
      publicKeys: listed(stored(keySid)),
      hasEqualKey: false,
      keyFindings: [{ rule: 'key-duplicate' }],
      waits: [],
    })
  })
})

describe('after an upload', () => {
  it('the keys are listed until the new one is among them', async () => {
    const other = stored(otherKeySid, 'Other')
    expect(await found([listed(other), listed(other, stored(keySid))])).toMatchObject({
      publicKeys: listed(other, stored(keySid)),
      hasEqualKey: true,
      keyFindings: [],
      waits: [250],
      left: [],
    })
  })

  it.each([[[hidden]], [[new Error('lost')]]])(
    'the new key exists, whatever becomes of the list: %j',
    async (lists) => {
      expect(await found(lists)).toMatchObject({
        publicKeys: listed(stored(keySid)),
        hasEqualKey: true,
        keyFindings: [],
        waits: [],
      })
    },
  )

  it('a key that another run has uploaded will do, and both are told', async () => {
    const both = listed(stored(otherKeySid), stored(keySid))
    const theirs = { ...safe, encryption_key_sid: otherKeySid }
    expect(await found([both], {}, theirs)).toMatchObject({
      hasEqualKey: true,
      keyFindings: [{ rule: 'key-duplicate', severity: 'warning' }],
    })
  })

  it.each([
    ['another key', otherKeySid],
    ['no key', null],
  ])('settings with %s have none that is equal', async (_, named) => {
    const keys = listed(stored(otherKeySid, 'Other'), stored(keySid))
    expect(await found([keys], {}, { ...safe, encryption_key_sid: named })).toMatchObject({ hasEqualKey: false })
  })
})
