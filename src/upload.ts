import { abbreviate } from './abbreviate.ts'
import { isLost, ResponseError } from './errors.ts'
import type { StoredCredential } from './credentials.ts'
import { holdersOf, type Upload } from './key.ts'
import type { AccountPort, Ports } from './ports.ts'
import { isSameAccount } from './target.ts'

/** Uploads a public key once. If the answer is lost, looks whether the key is there before it is sent again. */
export async function uploadKey(accountSid: string, upload: Upload, ports: Ports): Promise<StoredCredential> {
  const port = ports.account(accountSid)
  ports.log(`Uploading the public key "${upload.friendlyName}"`)
  return own(accountSid, await uploadOrFind(port, upload, ports))
}

async function uploadOrFind(port: AccountPort, upload: Upload, ports: Ports): Promise<StoredCredential> {
  try {
    return await port.upload(upload)
  } catch (thrown) {
    if (!isLost(thrown)) throw thrown
    ports.log('The answer to the upload was lost; looking whether the key is there')
    const listing = await port.publicKeys()
    if (listing.kind !== 'listed') {
      ports.log(`The keys cannot be listed, so nobody knows whether it is there${listing.kind === 'hidden' ? `: ${listing.reason}` : ''}`)
      throw thrown
    }
    const [found] = holdersOf(upload.key, listing.credentials)
    if (found !== undefined) return found
    ports.log('The key is not there, so it is uploaded again')
    return port.upload(upload)
  }
}

function own(accountSid: string, credential: StoredCredential): StoredCredential {
  if (isSameAccount(credential.accountSid, accountSid)) return credential
  throw new ResponseError(`The account ${abbreviate(credential.accountSid ?? '(none)')} answered to an upload for ${accountSid}. Check by hand which account has the public key now.`)
}
