import { abbreviate } from '../shared/text.ts'
import { type ActionError, didNothing, isLost, ResponseError, toActionError } from '../shared/errors.ts'
import type { StoredCredential } from '../settings/credentials.ts'
import { credentialsWith, type Upload } from '../settings/key.ts'
import type { Uploaded } from './outcome.ts'
import type { AccountPort, Effects } from './effects.ts'
import { isSameAccount } from '../settings/target.ts'

/** An upload whose answer was lost is sent at most so often. */
const mostUploads = 2

/**
 * How an upload ended: with the credential of the key, or in the middle, with what is known of the key
 * then.
 */
export type UploadResult =
  | { readonly kind: 'uploaded'; readonly credential: StoredCredential }
  | { readonly kind: 'failed'; readonly error: ActionError; readonly uploaded: Uploaded }

/** How far an upload has come: what a cancelled run must be able to tell. */
interface Progress {
  uploaded: Uploaded
}

/**
 * Uploads a public key once. If the answer is lost, looks whether the key is there before it is sent
 * again. Never rejects.
 */
export async function uploadKey(accountSid: string, upload: Upload, effects: Effects): Promise<UploadResult> {
  const progress: Progress = { uploaded: { kind: 'no' } }
  effects.log(`Uploading the public key "${upload.friendlyName}"`)
  try {
    return {
      kind: 'uploaded',
      credential: own(accountSid, await uploadOrFind(effects.account(accountSid), upload, progress, effects)),
    }
  } catch (thrown) {
    return { kind: 'failed', error: toActionError(thrown), uploaded: progress.uploaded }
  }
}

async function uploadOrFind(
  port: AccountPort,
  upload: Upload,
  progress: Progress,
  effects: Effects,
): Promise<StoredCredential> {
  for (let attempt = 1; ; attempt++) {
    const sent = await send(port, upload, progress)
    if (sent.kind === 'answered') return sent.credential
    effects.log('The answer to the upload was lost; looking whether the key is there')
    const listing = await port.publicKeys()
    if (listing.kind !== 'listed') {
      const reason = listing.kind === 'hidden' ? `: ${listing.reason}` : ''
      effects.log(`The keys cannot be listed, so nobody knows whether it is there${reason}`)
      throw sent.error
    }
    const [found] = credentialsWith(upload.key, listing.credentials)
    if (found !== undefined) return found
    if (attempt === mostUploads) throw sent.error
    effects.log('The key is not there, so it is uploaded again')
  }
}

type Sent =
  | { readonly kind: 'answered'; readonly credential: StoredCredential }
  | { readonly kind: 'lost'; readonly error: Error }

/** Uploads once; rejects when nothing is to be found by looking for the key. */
async function send(port: AccountPort, upload: Upload, progress: Progress): Promise<Sent> {
  const before = progress.uploaded
  progress.uploaded = { kind: 'unknown' }
  try {
    return { kind: 'answered', credential: await port.upload(upload) }
  } catch (thrown) {
    if (isLost(thrown)) return { kind: 'lost', error: thrown }
    if (didNothing(thrown)) progress.uploaded = before
    throw thrown
  }
}

function own(accountSid: string, credential: StoredCredential): StoredCredential {
  if (isSameAccount(credential.accountSid, accountSid)) return credential
  throw new ResponseError(
    `The account ${abbreviate(credential.accountSid ?? '(none)')} answered to an upload for ${accountSid}. Check by hand which account has the public key now.`,
  )
}
