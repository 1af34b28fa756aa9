import { describe, expect, it } from 'vitest'
import type { StoredCredential } from '../../src/settings/credentials.ts'
import { friendlyNameOf, credentialsWith, longestLabel } from '../../src/settings/key.ts'
import type { PublicKey } from '../../src/settings/public-key.ts'
import { accountSid, awsSid, keySid, otherKeySid } from '../action/fixtures.ts'

const key: PublicKey = { pem: '', fingerprint: '0123456789abcdef' }
const fingerprint = 'sha256:0123456789abcdef'
const stored = (friendlyName: string, sid = keySid, dateCreated: Date | null = null): StoredCredential => ({
  sid,
  accountSid,
  friendlyName,
  dateCreated,
})

describe('the friendly name of a key', () => {
  it('is its label and its fingerprint, in no more than the 64 characters that Twilio takes', () => {
    expect(friendlyNameOf('media-key', key)).toBe(`media-key ${fingerprint}`)
    expect(friendlyNameOf('x'.repeat(longestLabel), key)).toHaveLength(64)
  })
})

describe('the credentials that hold a key', () => {
  it.each([`media-key ${fingerprint}`, `old label ${fingerprint}`, ` ${fingerprint}`, fingerprint])(
    'are those of a name such as %j',
    (name) => {
      expect(credentialsWith(key, [stored(name)])).toHaveLength(1)
    },
  )

  it.each([
    `media-key ${fingerprint} old`,
    `media-key ${fingerprint}0`,
    `media-key ${fingerprint} `,
    `media-key-${fingerprint}`,
    `x${fingerprint}`,
    'media-key sha256:0123456789abcde',
    'media-key 0123456789abcdef',
    '',
  ])('are not those of a name such as %j', (name) => {
    expect(credentialsWith(key, [stored(name)])).toEqual([])
  })

  it('are the oldest first, those without a date last, and those alike by their SIDs', () => {
    const [first, second, third, fourth] = [
      stored(fingerprint, awsSid, new Date(1)),
      stored(fingerprint, otherKeySid, new Date(2)),
      stored(fingerprint, keySid),
      stored(fingerprint, awsSid),
    ]
    expect(credentialsWith(key, [fourth, third, second, first])).toEqual([first, second, third, fourth])
  })
})
