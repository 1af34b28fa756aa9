import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parsePublicKey } from '../../src/settings/public-key.ts'
import { asPkcs1, ecPublicPem, fingerprintOf, rsaPair } from '../keys.ts'

const { publicPem, privatePem } = rsaPair()
const key = {
  kind: 'value',
  value: { pem: publicPem, fingerprint: fingerprintOf(publicPem) },
  warning: null,
}

describe('a public key', () => {
  it.each([
    ['as OpenSSL writes it', publicPem],
    ['with the line ends of Windows', publicPem.replaceAll('\n', '\r\n')],
    ['without the last line end, and with empty lines before', `\n\n${publicPem.trim()}`],
    ['with words before and after it', `The key of the clinic:\n${publicPem}Ask her.\n`],
  ])('is one key, in one form: %s', (_, text) => {
    expect(parsePublicKey(text)).toEqual(key)
  })
})

describe('a private key', () => {
  it.each([
    ['PKCS#8', privatePem],
    ['PKCS#1', privatePem.replaceAll('PRIVATE', 'RSA PRIVATE')],
    ['encrypted', privatePem.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')],
    ['of an elliptic curve', privatePem.replaceAll('PRIVATE', 'EC PRIVATE')],
    ['of SSH', privatePem.replaceAll('PRIVATE', 'OPENSSH PRIVATE')],
    ['beside its public key', publicPem + privatePem],
    ['cut off', privatePem.slice(0, 200)],
  ])('is known for one: %s', (_, text) => {
    expect(parsePublicKey(text)).toEqual({ kind: 'private' })
  })
})

describe('what Twilio does not take', () => {
  const pssPem = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey
  it.each([
    ['is empty', ' \n'],
    ['is not a key in PEM form', 'ssh-rsa AAAA'],
    ['has 2 PEM blocks, and must have one', publicPem + publicPem],
    ['is PKCS#1, and must be SPKI (BEGIN PUBLIC KEY)', asPkcs1(publicPem)],
    ['is a certificate, and must be SPKI (BEGIN PUBLIC KEY)', publicPem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['is an SSH key, and must be SPKI (BEGIN PUBLIC KEY)', publicPem.replaceAll('PUBLIC KEY', 'OPENSSH PUBLIC KEY')],
    [
      'is a PEM of the kind "PGP MESSAGE", and must be SPKI (BEGIN PUBLIC KEY)',
      publicPem.replaceAll('PUBLIC KEY', 'PGP MESSAGE'),
    ],
    ['cannot be read as a public key', publicPem.slice(0, 200)],
    ['is a key of the type ec, and must be RSA', ecPublicPem()],
    ['is a key of the type rsa-pss, and must be RSA', pssPem],
    ['has 1024 bits, and must have 2048', rsaPair(1024).publicPem],
    ['has 3072 bits, and must have 2048', rsaPair(3072).publicPem],
    ['has the exponent 3, and must have 65537', rsaPair(2048, 3).publicPem],
  ])('%s', (what, text) => {
    expect(parsePublicKey(text)).toEqual({
      kind: 'mistake',
      mistake: `${what}. Make the public key with: openssl rsa -in private.pem -pubout -out public.pem`,
    })
  })
})
