import { describe, expect, it } from 'vitest'
import type { Listing, StoredCredential } from '../src/credentials.ts'
import { NetworkError } from '../src/errors.ts'
import type { Upload } from '../src/key.ts'
import type { AccountPort, Ports } from '../src/ports.ts'
import { parsePublicKey } from '../src/public-key.ts'
import { uploadKey } from '../src/upload.ts'
import { accountSid, keySid, open } from './action/fixtures.ts'
import { fakeAccount } from './builders.ts'
import { rsaPair } from './keys.ts'

const parsed = parsePublicKey(rsaPair().publicPem)
if (parsed.kind !== 'key') throw new Error('not a key')
const { key } = parsed
const upload: Upload = { friendlyName: `media-key sha256:${key.fingerprint}`, key }
const credential: StoredCredential = { sid: keySid, accountSid, friendlyName: upload.friendlyName, dateCreated: null }
const lost = new NetworkError('lost')
const hidden: Listing = { kind: 'hidden', reason: 'Forbidden.' }

/** What Twilio does when it is called: the first time `answers[0]`, and so on. An error is thrown. */
type Answers<T> = readonly (T | Error)[]

interface Fake {
  readonly ports: Ports
  readonly calls: string[]
  readonly log: readonly string[]
}

function fake(uploads: Answers<StoredCredential>, listings: Answers<Listing> = []): Fake {
  const { ports, log } = fakeAccount(open)
  const calls: string[] = []
  const next = <T>(call: string, answers: Answers<T>): Promise<T> => {
    const answer = answers[calls.filter((other) => other === call).length]
    calls.push(call)
    return answer === undefined || answer instanceof Error ? Promise.reject(answer ?? new Error(`${call} was called too often`)) : Promise.resolve(answer)
  }
  const account: AccountPort = { ...ports.account(accountSid), upload: () => next('POST', uploads), publicKeys: () => next('GET', listings) }
  return { ports: { ...ports, account: () => account }, calls, log }
}

describe('an upload whose answer was lost', () => {
  it('is not repeated when the keys cannot be listed', async () => {
    const { ports, calls, log } = fake([lost, credential], [hidden])
    await expect(uploadKey(accountSid, upload, ports)).rejects.toBe(lost)
    expect(calls).toEqual(['POST', 'GET'])
    expect(log.at(-1)).toBe('The keys cannot be listed, so nobody knows whether it is there: Forbidden.')
  })
})
