import { LookupError } from '../shared/errors.ts'
import { abbreviate, firstOf, looksOf, spelledOut } from '../shared/text.ts'
import type { Finding } from './findings.ts'
import type { Listing, StoredCredential } from './credentials.ts'
import type { PublicKey } from './public-key.ts'
import { isSame } from './settings.ts'

/** How the workflow names the public key that encrypts. */
export type KeySource =
  | { readonly kind: 'unmanaged' }
  | { readonly kind: 'sid'; readonly sid: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'public-key'; readonly label: string; readonly key: PublicKey }

/** A public key that is yet to be uploaded. */
export interface Upload {
  readonly friendlyName: string
  readonly key: PublicKey
}

/** The most names or SIDs that a message repeats. */
const mostNames = 10

/** The default label of a key. */
export const defaultLabel = 'media-key'

/** The most characters of a friendly name. https://www.twilio.com/docs/iam/api/credential-public-key-resource */
export const longestName = 64

/** The fingerprint needs 24 of them. */
export const longestLabel = 40

/** The friendly name for the upload of a key: its label, and the fingerprint that identifies it later. */
export function friendlyNameOf(label: string, key: PublicKey): string {
  return `${label} ${fingerprintText(key)}`
}

/** The credentials that hold a key, by the fingerprint in their names, the oldest first. */
export function credentialsWith(key: PublicKey, credentials: readonly StoredCredential[]): StoredCredential[] {
  const age = ({ dateCreated }: StoredCredential): number => dateCreated?.getTime() ?? Number.MAX_SAFE_INTEGER
  return credentials
    .filter(
      ({ friendlyName }) => friendlyName === fingerprintText(key) || friendlyName.endsWith(` ${fingerprintText(key)}`),
    )
    .sort((a, b) => age(a) - age(b) || (a.sid < b.sid ? -1 : 1))
}

/**
 * Finds the key that the workflow names among the account's public keys. `inUse` are the SIDs that the
 * current settings name: of several credentials with one key, the one in use is preferred. Throws a
 * `LookupError` if none or several keys have the name.
 */
export function resolveKey(
  source: KeySource,
  publicKeys: Listing,
  inUse: readonly string[],
): {
  /** The desired `encryption_key_sid`; `undefined` if it is unmanaged. */
  readonly desired: string | undefined
  readonly upload: Upload | null
  readonly findings: readonly Finding[]
} {
  switch (source.kind) {
    case 'unmanaged':
      return { desired: undefined, upload: null, findings: [] }
    case 'sid':
      return { desired: source.sid, upload: null, findings: [] }
    case 'name':
      return { desired: byName(source.name, listed(publicKeys)), upload: null, findings: [] }
    case 'public-key': {
      const holders = credentialsWith(source.key, listed(publicKeys))
      const [first] = holders
      if (first === undefined) {
        const friendlyName = friendlyNameOf(source.label, source.key)
        return {
          desired: `${friendlyName} (key not uploaded)`,
          upload: { friendlyName, key: source.key },
          findings: [],
        }
      }
      const used = holders.find(({ sid }) => inUse.some((other) => isSame('encryption_key_sid', sid, other)))
      return { desired: (used ?? first).sid, upload: null, findings: duplicates(source.key, holders) }
    }
  }
}

/** A warning if several credentials hold one key. They encrypt alike, so it does no harm. */
export function duplicates(key: PublicKey, holders: readonly StoredCredential[]): Finding[] {
  if (holders.length < 2) return []
  const sids = firstOf(
    holders.map(({ sid }) => sid),
    mostNames,
  )
  return [
    {
      rule: 'key-duplicate',
      subject: 'live',
      severity: 'warning',
      message: `${holders.length} public keys are equal (${fingerprintText(key)}): ${sids}. Any of them will do; two runs may have uploaded at once`,
    },
  ]
}

function fingerprintText({ fingerprint }: PublicKey): string {
  return `sha256:${fingerprint}`
}

function listed(publicKeys: Listing): readonly StoredCredential[] {
  if (publicKeys.kind === 'listed') return publicKeys.credentials
  const reason = publicKeys.kind === 'hidden' ? publicKeys.reason : 'they were not asked for.'
  throw new LookupError(
    'the public keys could not be listed',
    `The public keys of the account could not be listed, so the key was not found: ${reason}`,
  )
}

function byName(name: string, keys: readonly StoredCredential[]): string {
  const [found, ...more] = keys.filter(({ friendlyName }) => friendlyName === name)
  if (found !== undefined && more.length === 0) return found.sid
  if (found !== undefined) {
    throw new LookupError(
      'more than one public key has that name',
      `"encryption-key-name" is "${name}", and ${more.length + 1} public keys have that name: ${firstOf(
        [found, ...more].map(({ sid }) => sid),
        mostNames,
      )}. Rename all but one, or set "encryption-key-sid".`,
    )
  }
  const others =
    keys.length === 0
      ? 'the account has no public key'
      : `the account's public keys are ${firstOf(
          keys.map(({ friendlyName, sid }) => `"${abbreviate(friendlyName, 64)}" (${sid})`),
          mostNames,
        )}`
  throw new LookupError(
    'the public key was not found',
    `"encryption-key-name" is "${name}", and no public key has that name: ${others}. ${twins(name, keys)}Names count exactly, with capitals and spaces.`,
  )
}

/** How the names differ that look like the one looked for; nothing if none does. */
function twins(name: string, keys: readonly StoredCredential[]): string {
  const alike = keys.filter(({ friendlyName }) => looksOf(friendlyName) === looksOf(name))
  if (alike.length === 0) return ''
  const names = alike.map(({ friendlyName, sid }) => `${sid} has ${spelledOut(friendlyName)}`)
  return `Some only look like it: the workflow has ${spelledOut(name)}, and ${firstOf(names, mostNames)}. `
}
