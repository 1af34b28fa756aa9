import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { accept, type Parsed, reject } from '../shared/parsed.ts'
import { isWordLike } from '../shared/text.ts'
import { decoded, jsonOf, plainText, privateKeyForm } from './private-key.ts'

/** A public key that Twilio accepts. */
export interface PublicKey {
  /** SPKI in PEM, in its canonical form. */
  readonly pem: string
  /** The first 16 hexadecimal digits of the SHA-256 of the DER, which identify a key. */
  readonly fingerprint: string
}

const remedy = 'Make the public key with: openssl rsa -in private.pem -pubout -out public.pem'

/**
 * Reads a public key in PEM. Twilio takes RSA of 2048 bits with the exponent 65537, as SPKI. What was done to its
 * lines and to the white space between them does not count, nor do quotes around it.
 * https://www.twilio.com/docs/iam/api/credential-public-key-resource
 */
export function parsePublicKey(text: string): Parsed<PublicKey> | { readonly kind: 'private' } {
  const mistake = (what: string): Parsed<never> => reject(`${what}. ${remedy}`)
  if (privateKeyForm(text) !== null) return { kind: 'private' }
  const plain = plainText(text)
  if (plain.trim() === '') return mistake('is empty')
  const labels = [...plain.matchAll(/-----\s*BEGIN\s*([A-Z0-9 ]+?)\s*-----/g)].map(([, label = '']) => label)
  const [label] = labels
  if (label === undefined) return reject(otherForm(plain) ?? `is not a key in PEM form. ${remedy}`)
  if (labels.length > 1) return mistake(`has ${labels.length} PEM blocks, and must have one`)
  if (!/^PUBLIC ?KEY$/.test(label)) {
    const kind = wrongLabels[label] ?? (isWordLike(label) ? `a PEM of the kind "${label}"` : 'a PEM of another kind')
    return mistake(`is ${kind}, and must be SPKI (BEGIN PUBLIC KEY)`)
  }
  const key = read(plain)
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

/** Whether a text is a key, in whatever form, and not the path of one. */
export function isKeyText(text: string): boolean {
  const plain = plainText(text)
  return /-----\s*(?:BEGIN|END)/.test(plain) || privateKeyForm(text) !== null || otherForm(plain) !== null
}

const wrongLabels: Readonly<Record<string, string>> = {
  'RSA PUBLIC KEY': 'PKCS#1',
  CERTIFICATE: 'a certificate',
  'OPENSSH PUBLIC KEY': 'an SSH key',
}

/** What a text without PEM lines is, if it is a key, and what to do; `null` if it is none that is known. */
function otherForm(plain: string): string | null {
  const json = jsonOf(plain)
  if (typeof json === 'object' && json !== null)
    return `is ${'kty' in json || 'keys' in json ? 'a JWK' : 'JSON'}, and must be a key in PEM form. Convert it to SPKI (BEGIN PUBLIC KEY)`
  const bytes = decoded(plain)
  if (bytes === null) return null
  if (bytes.includes('-----BEGIN')) return 'is the base64 of a PEM. Decode it, and give the PEM itself'
  // A sequence, which every DER of a key begins with, with its length in one byte or more.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x50)
    return 'is a key in DER or its base64, without the lines of PEM. Put -----BEGIN PUBLIC KEY----- before its base64, and -----END PUBLIC KEY----- after it'
  return null
}

/** Reads the one block that there is: its base64 is what counts. */
function read(pem: string): KeyObject | null {
  const compact = pem.replaceAll(/[\s"'`\\\p{Cf}]/gu, '')
  const [, base64] = /-----BEGINPUBLICKEY-----([A-Za-z0-9+/]+=*)-----ENDPUBLICKEY-----/.exec(compact) ?? []
  if (base64 === undefined) return null
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
