import { expect, it } from 'vitest'
import type { Listing, StoredCredential } from '../../src/settings/credentials.ts'
import {
  type ActionError,
  ApiError,
  NetworkError,
  ResponseError,
  StoppedError,
  UnexpectedError,
} from '../../src/shared/errors.ts'
import type { Upload } from '../../src/settings/key.ts'
import type { AccountPort, Effects } from '../../src/run/effects.ts'
import { parsePublicKey } from '../../src/settings/public-key.ts'
import { uploadKey, type UploadResult } from '../../src/run/upload-key.ts'
import { accountSid, keySid, open, otherAccountSid } from '../action/fixtures.ts'
import { fakeAccount } from '../builders.ts'
import { rsaPair } from '../keys.ts'

const parsed = parsePublicKey(rsaPair().publicPem)
if (parsed.kind !== 'value') throw new Error('not a key')
const { value: key } = parsed
const upload: Upload = { friendlyName: `media-key sha256:${key.fingerprint}`, key }
const credential: StoredCredential = { sid: keySid, accountSid, friendlyName: upload.friendlyName, dateCreated: null }
const lost = new NetworkError('lost')
const hidden: Listing = { kind: 'hidden', reason: 'Forbidden.' }

/** What Twilio does when it is called: the first time `answers[0]`, and so on. An error is thrown. */
type Answers<T> = readonly (T | Error)[]

interface Fake {
  readonly effects: Effects
  readonly calls: string[]
  readonly log: readonly string[]
}

function fake(uploads: Answers<StoredCredential>, listings: Answers<Listing> = []): Fake {
  const { effects, log } = fakeAccount(open)
  const calls: string[] = []
  const next = <T>(call: string, answers: Answers<T>): Promise<T> => {
    const answer = answers[calls.filter((other) => other === call).length]
    calls.push(call)
    return answer === undefined || answer instanceof Error
      ? Promise.reject(answer ?? new Error(`${call} was called too often`))
      : Promise.resolve(answer)
  }
  const account: AccountPort = {
    ...effects.account(accountSid),
    upload: () => next('POST', uploads),
    publicKeys: () => next('GET', listings),
  }
  return { effects: { ...effects, account: () => account }, calls, log }
}

const listed = (...credentials: StoredCredential[]): Listing => ({ kind: 'listed', credentials })
/** The lists of an account that does not get the key. */
const never = Array.from({ length: 6 }, () => listed())
const gets = never.map(() => 'GET').join(' ')
const refused = (status: number): ApiError =>
  new ApiError(
    { method: 'POST', path: '/v1', status, code: null, detail: null, moreInfo: null, requestId: null, attempts: 1 },
    null,
  )
const stopped = new StoppedError('The job was cancelled.')
const stranger: StoredCredential = { ...credential, accountSid: otherAccountSid }
const estranged = new ResponseError(
  `The account ${otherAccountSid} answered to an upload for ${accountSid}. Check by hand which account has the public key now.`,
)
const failed = (error: Error, kind: 'no' | 'unknown'): UploadResult => ({
  kind: 'failed',
  error: error as ActionError,
  uploaded: { kind },
})
const done: UploadResult = { kind: 'uploaded', credential }

it.each<[string, Answers<StoredCredential>, Answers<Listing>, string, UploadResult]>([
  ['that is answered is done', [credential], [], 'POST', done],
  ['that is refused did nothing', [refused(400)], [], 'POST', failed(refused(400), 'no')],
  ['that is stopped in the middle may have been carried out', [stopped], [], 'POST', failed(stopped, 'unknown')],
  [
    'that is stopped when Twilio had put it off did nothing',
    [new StoppedError('stopped', { cause: refused(429) })],
    [],
    'POST',
    failed(new StoppedError('stopped'), 'no'),
  ],
  ['that another account answers is not taken', [stranger], [], 'POST', failed(estranged, 'unknown')],
  ['whose answer is lost is not repeated when the key is there', [lost], [listed(credential)], 'POST GET', done],
  [
    'whose answer is lost is not repeated when another account lists the key',
    [lost],
    [listed(stranger)],
    'POST GET',
    failed(estranged, 'unknown'),
  ],
  [
    'whose answer is lost is not repeated when the keys are hidden',
    [lost],
    [hidden],
    'POST GET',
    failed(lost, 'unknown'),
  ],
  [
    'whose answer is lost is not repeated when the list fails',
    [refused(500)],
    [refused(400)],
    'POST GET',
    failed(refused(400), 'unknown'),
  ],
  [
    'whose answer is lost is not repeated when the run is stopped',
    [lost],
    [stopped],
    'POST GET',
    failed(stopped, 'unknown'),
  ],
  [
    'whose answer is lost is repeated when the key is not there for some time',
    [lost, credential],
    never,
    `POST ${gets} POST`,
    done,
  ],
  [
    'whose answer is lost is not repeated when the key shows late',
    [lost],
    [listed(), listed(), listed(credential)],
    'POST GET GET GET',
    done,
  ],
  [
    'that is lost, then refused, is not known to have done nothing',
    [lost, refused(400)],
    never,
    `POST ${gets} POST`,
    failed(refused(400), 'unknown'),
  ],
  [
    'that is lost twice is looked for twice',
    [lost, lost],
    [...never, listed(credential)],
    `POST ${gets} POST GET`,
    done,
  ],
  [
    'that is lost twice is not sent a third time',
    [lost, lost],
    [...never, ...never],
    `POST ${gets} POST ${gets}`,
    failed(lost, 'unknown'),
  ],
  [
    'that fails by a defect may have been carried out',
    [new TypeError('x')],
    [],
    'POST',
    failed(new UnexpectedError(new TypeError('x')), 'unknown'),
  ],
])('an upload %s', async (_, uploads, listings, sequence, result) => {
  const { effects, calls } = fake(uploads, listings)
  expect(await uploadKey(accountSid, upload, effects)).toEqual(result)
  expect(calls.join(' ')).toBe(sequence)
})

it('says why nobody knows whether the key is there', async () => {
  const { effects, log } = fake([lost], [hidden])
  await uploadKey(accountSid, upload, effects)
  expect(log).toEqual([
    `Uploading the public key "${upload.friendlyName}"`,
    'The answer to the upload was lost; looking whether the key is there',
    'The keys cannot be listed, so nobody knows whether it is there: Forbidden.',
  ])
})
