import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Answer, refusal } from './answers.ts'

/**
 * Refuses a public key that Twilio could not encrypt with, else `null`.
 * https://www.twilio.com/docs/errors/70101 and the next three.
 */
export function refusePublicKey(pem: string): Answer | null {
  const key = spkiKey(pem)
  if (key === null) return refusal(400, 70104, 'The public key is not in SPKI PEM format')
  if (key.asymmetricKeyType !== 'rsa') return refusal(400, 70101, 'The public key is not an RSA key')
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== 2048) return refusal(400, 70102, 'The public key is not 2048 bits long')
  if (publicExponent !== 65537n) return refusal(400, 70103, 'The exponent of the public key is not 65537')
  return null
}

/** Twilio's own sample has no line breaks, so their absence is no mistake. */
function spkiKey(pem: string): KeyObject | null {
  const base64 = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1]
  if (base64 === undefined) return null
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
