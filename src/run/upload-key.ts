import { abbreviate } from '../shared/text.ts'
import { type ActionError, didNothing, isLost, ResponseError, toActionError } from '../shared/errors.ts'
import type { StoredCredential } from '../settings/credentials.ts'
import { credentialsWith, type Upload } from '../settings/key.ts'
import type { Uploaded } from './outcome.ts'
import type { Effects } from './effects.ts'
import { readUntilThere } from './patience.ts'
import { isSameAccount } from '../settings/target.ts'

/** The maximum number of times that an upload is sent if its response is lost. */
const mostUploads = 2

/**
 * How an upload ended: with the credential of the key, or in the middle, with what is known of the key
 * then.
 */
export type UploadResult =
  | { readonly kind: 'uploaded'; readonly credential: StoredCredential }
  | { readonly kind: 'failed'; readonly error: ActionError; readonly uploaded: Uploaded }

/**
 * Uploads a public key once. If the response is lost, looks whether the key is there, as long as a write
 * of settings is looked for, before it is sent again. Never rejects.
 */
export async function uploadKey(accountSid: string, upload: Upload, effects: Effects): Promise<UploadResult> {
  // A cancelled run must be able to report this.
  let uploaded: Uploaded = { kind: 'no' }
  effects.log(`Uploading the public key "${upload.friendlyName}"`)
  try {
    const port = effects.account(accountSid)
    for (let attempt = 1; ; attempt++) {
      const before: Uploaded = uploaded
      uploaded = { kind: 'unknown' }
      let lost: Error
      try {
        return resultOf(accountSid, await port.upload(upload))
      } catch (thrown) {
        if (didNothing(thrown)) uploaded = before
        if (!isLost(thrown)) throw thrown
        lost = thrown
      }
      effects.log('The answer to the upload was lost; looking whether the key is there')
      const listing = await readUntilThere(
        () => port.publicKeys('verify'),
        (list) =>
          list.kind === 'listed' && credentialsWith(upload.key, list.credentials).length === 0
            ? ['the public key']
            : [],
        effects,
      )
      if (listing.kind !== 'listed') {
        const reason = listing.kind === 'hidden' ? `: ${listing.reason}` : ''
        effects.log(`The keys cannot be listed, so nobody knows whether it is there${reason}`)
        throw lost
      }
      const [found] = credentialsWith(upload.key, listing.credentials)
      if (found !== undefined) return resultOf(accountSid, found)
      if (attempt === mostUploads) throw lost
      const stop = effects.stopped()
      if (stop !== null) throw stop
      effects.log('The key is not there, so it is uploaded again')
    }
  } catch (thrown) {
    return { kind: 'failed', error: toActionError(thrown), uploaded }
  }
}

function resultOf(accountSid: string, credential: StoredCredential): UploadResult {
  if (isSameAccount(credential.accountSid, accountSid)) return { kind: 'uploaded', credential }
  const facts = `The account ${abbreviate(credential.accountSid ?? '(none)')} answered to an upload for ${accountSid}. Check by hand which account has the public key now.`
  return { kind: 'failed', error: new ResponseError(facts), uploaded: { kind: 'unknown' } }
}
