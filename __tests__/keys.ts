import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'

/** A pair of keys, made for this run of the tests. */
export interface Pair {
  readonly publicPem: string
  readonly privatePem: string
}

/** An RSA pair. Twilio takes 2048 bits and the exponent 65537. */
export function rsaPair(modulusLength = 2048, publicExponent = 65537): Pair {
  const pair = generateKeyPairSync('rsa', {
    modulusLength,
    publicExponent,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicPem: pair.publicKey, privatePem: pair.privateKey }
}

/** The public key of an elliptic curve. */
export function ecPublicPem(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey
}

/** The same key as PKCS#1, as `openssl rsa -RSAPublicKey_out` writes it. */
export function asPkcs1(publicPem: string): string {
  return createPublicKey(publicPem).export({ type: 'pkcs1', format: 'pem' }).toString()
}

/** SHA-256 over the DER, its first 16 hexadecimal digits; reckoned here from the PEM's base64. */
export function fingerprintOf(publicPem: string): string {
  const der = Buffer.from(publicPem.replace(/-----[^-]+-----/g, ''), 'base64')
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}
