import { describe, expect, it } from 'vitest'
import type { Listing, StoredCredential } from '../../src/settings/credentials.ts'
import { friendlyNameOf, credentialsWith, longestLabel, resolveKey } from '../../src/settings/key.ts'
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

describe('a key that is named', () => {
  const named = (name: string, ...names: readonly string[]): string | undefined => {
    const credentials = names.map((friendlyName, index) => stored(friendlyName, `CR${String(index + 1).repeat(32)}`))
    return resolveKey({ kind: 'name', name }, { kind: 'listed', credentials }, []).desired
  }

  it('is the one of just that name', () => {
    expect(named('Media', 'media', 'Media', 'Media ')).toBe(`CR${'2'.repeat(32)}`)
  })

  it('is not found without one of that name, and those that there are are told', () => {
    expect(() => named('Media')).toThrow('no public key has that name: the account has no public key. Names count')
    expect(() => named('Media', 'Other', 'Another')).toThrow(
      `the account's public keys are "Other" (CR${'1'.repeat(32)}), "Another" (CR${'2'.repeat(32)}). Names count`,
    )
  })

  it('is not found by one that only looks like it, and how they differ is told', () => {
    expect(() => named('Media', 'Other', 'M\u0435dia')).toThrow(
      `Some only look like it: the workflow has Media, and CR${'2'.repeat(32)} has M\\u{435}dia. Names count`,
    )
  })

  it('is none of two of that name', () => {
    expect(() => named('Media', 'Media', 'Other', 'Media')).toThrow(
      `2 public keys have that name: CR${'1'.repeat(32)}, CR${'3'.repeat(32)}. Rename all but one`,
    )
  })

  it.each<[Listing, string]>([
    [{ kind: 'hidden', reason: 'Twilio refused it.' }, 'so the key was not found: Twilio refused it.'],
    [{ kind: 'not-asked' }, 'so the key was not found: they were not asked for.'],
  ])('is not found where there is no list: %j', (listing, message) => {
    expect(() => resolveKey({ kind: 'name', name: 'Media' }, listing, [])).toThrow(message)
  })
})

describe('a key that is given', () => {
  const source = { kind: 'public-key', label: 'media-key', key } as const
  const credentials = [stored(fingerprint, awsSid, new Date(1)), stored(fingerprint, keySid, new Date(2))]
  const given = (...inUse: string[]) => resolveKey(source, { kind: 'listed', credentials }, inUse)

  it('is the oldest that holds it, unless another one is in use by any resource', () => {
    expect(given()).toMatchObject({ desired: awsSid, upload: null, findings: [{ rule: 'key-duplicate' }] })
    expect(given(otherKeySid, keySid)).toMatchObject({ desired: keySid, upload: null })
    expect(given(keySid.toLowerCase().replace('cr', 'CR'))).toMatchObject({ desired: keySid })
  })

  it('is to be uploaded where none holds it', () => {
    expect(resolveKey(source, { kind: 'listed', credentials: [stored('Other')] }, [keySid])).toEqual({
      desired: `media-key ${fingerprint} (key not uploaded)`,
      upload: { friendlyName: `media-key ${fingerprint}`, key },
      findings: [],
    })
  })
})
