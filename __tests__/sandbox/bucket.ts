import { constants, createCipheriv, createHmac, publicEncrypt, randomBytes } from 'node:crypto'
import type { Answer } from './answers.ts'
import type { Call } from './call.ts'
import type { SettingsResource, State, StoredMedia } from './state.ts'

/** The buckets in which Twilio stores media, on the sandbox's own origin, reached by signed URLs only. */
export interface Bucket {
  /** The signed URLs that were handed out. */
  readonly signedUrls: string[]
  /** A URL for the media of an account, good for so many seconds. */
  sign(accountSid: string, resource: SettingsResource, media: StoredMedia, seconds: number): string
  /** Answers as Amazon S3 does; `null` if the request is for no bucket. */
  answer(call: Call): Answer | null
}

/** An object, and the headers that Twilio stores with it. */
interface StoredObject {
  readonly body: Buffer
  readonly metadata: Readonly<Record<string, string>>
}

/** The buckets of all accounts. `now` is the clock, in milliseconds. */
export function createBucket(origin: string, state: State, now: () => number): Bucket {
  const secret = randomBytes(32)
  const signedUrls: string[] = []
  const objects = new WeakMap<StoredMedia, StoredObject>()
  const objectOf = (accountSid: string, media: StoredMedia): StoredObject => {
    const known = objects.get(media) ?? storedObject(accountSid, media, state)
    objects.set(media, known)
    return known
  }
  const signature = (unsigned: string) => createHmac('sha256', secret).update(`GET ${unsigned}`).digest('hex')
  return {
    signedUrls,
    sign: (accountSid, resource, media, seconds) => {
      const extension = resource === 'composition' ? 'mp4' : 'mka'
      const path = `/com-twilio-us1-video-${resource}/${accountSid}/${media.sid}.${extension}`
      const unsigned = `${path}?${unsignedQuery(new Date(now()), seconds)}`
      const url = `${origin}${unsigned}&X-Amz-Signature=${signature(unsigned)}`
      signedUrls.push(url)
      return url
    },
    answer: (call) => {
      const [, resource, accountSid = '', sid] =
        /^\/com-twilio-us1-video-(composition|recording)\/(AC\w+)\/((?:CJ|RT)\w+)\.\w+$/.exec(call.path) ?? []
      if (resource === undefined) return null
      const refused = refuse(call, signature, now())
      if (refused !== null) return refused
      const media = state.accounts
        .get(accountSid)
        ?.media[resource as SettingsResource].find((item) => item.sid === sid && item.status === 'completed')
      return media === undefined ? denied(404, 'NoSuchKey') : answerObject(objectOf(accountSid, media), call)
    },
  }
}

/**
 * As in Twilio's examples. The token has characters of which a careless client makes others:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function unsignedQuery(date: Date, seconds: number): string {
  const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '')
  const query = {
    'X-Amz-Security-Token': `sandbox~${randomBytes(96).toString('base64')}/+==`,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': stamp,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(seconds),
    'X-Amz-Credential': `SANDBOX/${stamp.slice(0, 8)}/us-east-1/s3/aws4_request`,
  }
  return Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}

/** Method, path and query are signed, byte for byte; a second credential beside the signature is an error. */
function refuse(call: Call, signature: (unsigned: string) => string, now: number): Answer | null {
  if (call.headers['authorization'] !== undefined) return denied(400, 'InvalidArgument')
  const [unsigned = '', sent] = call.url.split('&X-Amz-Signature=')
  if (sent === undefined) return denied(403, 'AccessDenied')
  if (call.method !== 'GET' || sent !== signature(unsigned)) return denied(403, 'SignatureDoesNotMatch')
  const date = (call.query['X-Amz-Date'] ?? '').replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')
  return now > Date.parse(date) + Number(call.query['X-Amz-Expires']) * 1000 ? denied(403, 'AccessDenied') : null
}

/** A refusal of Amazon S3. */
function denied(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`
  return { kind: 'object', status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) }
}

function answerObject({ body, metadata }: StoredObject, call: Call): Answer {
  const headers = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream', ...metadata }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(call.headers['range'] ?? '') ?? []
  if (first === undefined) return { kind: 'object', status: 200, headers, body }
  if (Number(first) >= body.length) return denied(416, 'InvalidRange')
  const part = body.subarray(Number(first), last === '' ? undefined : Number(last) + 1)
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${body.length}`
  return { kind: 'object', status: 206, headers: { ...headers, 'content-range': range }, body: part }
}

function storedObject(accountSid: string, media: StoredMedia, state: State): StoredObject {
  const content = Buffer.from(media.content ?? '')
  const { encryptionKeySid: keySid } = media
  if (keySid === null) return { body: content, metadata: media.metadata ?? {} }
  const pem = state.accounts.get(accountSid)?.credentials.PublicKeys.get(keySid)?.publicKey
  if (pem === undefined) throw new Error(`The sandbox has no PEM of the public key ${keySid}`)
  const { body, metadata } = encrypted(content, pem)
  return { body, metadata: media.metadata ?? metadata }
}

/**
 * Encrypts as Twilio does, by the envelope of Amazon's S3 encryption client, version 1: a key for this
 * file, which RSA wraps. https://www.twilio.com/docs/video/tutorials/encrypting-your-stored-media
 */
function encrypted(content: Buffer, publicKey: string): StoredObject {
  const [key, iv] = [randomBytes(32), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
  return {
    body: Buffer.concat([cipher.update(content), cipher.final()]),
    metadata: {
      'x-amz-meta-x-amz-key': wrapped.toString('base64'),
      'x-amz-meta-x-amz-unencrypted-content-length': String(content.length),
      'x-amz-meta-x-amz-matdesc': '{}',
      'x-amz-meta-x-amz-iv': iv.toString('base64'),
    },
  }
}
