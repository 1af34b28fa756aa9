import type { Listing, StoredCredential } from '../settings/credentials.ts'
import type { Finding } from '../settings/findings.ts'
import { credentialsWith, duplicates } from '../settings/key.ts'
import { type Current, isSame } from '../settings/settings.ts'
import type { Effects } from './effects.ts'
import type { Observation } from './outcome.ts'
import { readUntilThere } from './patience.ts'

/**
 * Two runs that upload one key at once make two equal credentials, and the settings may name either. So
 * the keys are listed again, if they can be. The key that this run uploaded exists, whatever they say.
 */
export async function equalKeys(
  after: Current,
  { target, upload, findings }: Observation,
  before: Listing,
  uploaded: StoredCredential | null,
  effects: Effects,
): Promise<{ publicKeys: Listing; hasEqualKey: boolean; keyFindings: readonly Finding[] }> {
  if (upload === null || uploaded === null)
    return {
      publicKeys: before,
      hasEqualKey: false,
      keyFindings: findings.filter(({ rule }) => rule === 'key-duplicate'),
    }
  const has = (keys: readonly StoredCredential[]): boolean =>
    keys.some(({ sid }) => isSame('encryption_key_sid', sid, uploaded.sid))
  const listing = await readUntilThere(
    () => effects.account(target.accountSid).publicKeys('verify'),
    (list) => (list.kind === 'listed' && !has(list.credentials) ? ['the public key'] : []),
    effects,
  ).catch(() => before)
  const listed = [listing, before].find((list) => list.kind === 'listed')?.credentials ?? []
  const keys = has(listed) ? listed : [...listed, uploaded]
  const equal = credentialsWith(upload.key, keys)
  const named = after.encryption_key_sid ?? null
  const hasEqualKey = named !== null && equal.some(({ sid }) => isSame('encryption_key_sid', sid, named))
  return {
    publicKeys: { kind: 'listed', credentials: keys },
    hasEqualKey,
    keyFindings: duplicates(upload.key, equal),
  }
}
