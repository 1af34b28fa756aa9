import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import type { Pair } from './ask.ts'

/** What a bucket gave for a signed URL. */
export interface Downloaded {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** Fetches media by the URL of its `…/Media`, as Twilio documents it: the credential is not sent to the bucket. */
export async function download(url: string, as: Pair, headers: Record<string, string> = {}): Promise<Downloaded> {
  const authorization = `Basic ${Buffer.from(as.join(':')).toString('base64')}`
  const redirect = await fetch(url, { headers: { authorization }, redirect: 'manual' })
  const { redirect_to: signed } = (await redirect.json()) as { redirect_to: string }
  const response = await fetch(signed, { headers })
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

/**
 * Decrypts media with a private key as PKCS #8 PEM, as Twilio's own program does.
 * https://www.twilio.com/docs/video/tutorials/encrypting-your-stored-media
 */
export function decrypted({ headers, body }: Downloaded, privatePem: string): string {
  const bytes = (name: string) => Buffer.from(headers.get(`x-amz-meta-x-amz-${name}`) ?? '', 'base64')
  const key = privateDecrypt({ key: privatePem, padding: constants.RSA_PKCS1_PADDING }, bytes('key'))
  const decipher = createDecipheriv('aes-256-cbc', key, bytes('iv'))
  return Buffer.concat([decipher.update(body), decipher.final()]).toString()
}
