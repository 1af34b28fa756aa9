import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { accept, type Parsed, reject } from '../shared/parsed.ts'
import { isWordLike } from '../shared/text.ts'

/** A public key that Twilio accepts. */
export interface PublicKey {
  /** SPKI in PEM, in its canonical form. */
  readonly pem: string
  /** The first 16 hexadecimal digits of the SHA-256 over the DER: what tells one key from another. */
  readonly fingerprint: string
}

const remedy = 'Make the public key with: openssl rsa -in private.pem -pubout -out public.pem'

/**
 * Reads a public key in PEM. Twilio takes RSA of 2048 bits with the exponent 65537, as SPKI.
 * https://www.twilio.com/docs/iam/api/credential-public-key-resource
 */
export function parsePublicKey(text: string): Parsed<PublicKey> | { readonly kind: 'private' } {
  const mistake = (what: string): Parsed<never> => reject(`${what}. ${remedy}`)
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return { kind: 'private' }
  if (text.trim() === '') return mistake('is empty')
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = '']) => label)
  if (labels.length !== 1)
    return mistake(
      labels.length === 0 ? 'is not a key in PEM form' : `has ${labels.length} PEM blocks, and must have one`,
    )
  const [label = ''] = labels
  if (label !== 'PUBLIC KEY') {
    const kind = wrongLabels[label] ?? (isWordLike(label) ? `a PEM of the kind "${label}"` : 'a PEM of another kind')
    return mistake(`is ${kind}, and must be SPKI (BEGIN PUBLIC KEY)`)
  }
  const key = read(text)
  if (key === null) return mistake('cannot be read as a public key')
  if (key.asymmetricKeyType !== 'rsa')
    return mistake(`is a key of the type ${key.asymmetricKeyType ?? 'unknown'}, and must be RSA`)
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== 2048) return mistake(`has ${modulusLength ?? 'unknown'} bits, and must have 2048`)
  if (publicExponent !== 65537n) return mistake(`has the exponent ${publicExponent ?? 'unknown'}, and must have 65537`)
  const fingerprint = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)
  return accept({ pem: key.export({ type: 'spki', format: 'pem' }).toString(), fingerprint })
}

const wrongLabels: Readonly<Record<string, string>> = {
  'RSA PUBLIC KEY': 'PKCS#1',
  CERTIFICATE: 'a certificate',
  'OPENSSH PUBLIC KEY': 'an SSH key',
}

function read(pem: string): KeyObject | null {
  try {
    return createPublicKey({ key: pem, format: 'pem', type: 'spki' })
  } catch {
    return null
  }
}
