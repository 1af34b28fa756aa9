import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, rsaPair } from '../keys.ts'
import { keySid, safe } from './fixtures.ts'
import { annotated, play, type Scene } from './scenario.ts'

const { publicPem, privatePem } = rsaPair()
const other = rsaPair()
const lines = publicPem.trim().split('\n')
const body = lines.slice(1, -1).join('')
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

const account = {
  compositionSettings: safe,
  publicKeys: [{ sid: keySid, friendlyName: `media-key sha256:${fingerprintOf(publicPem)}` }],
}

describe.concurrent('a sound public key is read, whatever was done to its lines', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['line ends as two characters', publicPem.replaceAll('\n', '\\n')],
    ['those of Windows as four', publicPem.replaceAll('\n', '\\r\\n')],
    ['escaped twice', publicPem.replaceAll('\n', '\\\\n')],
    ['one line, as YAML folds it', lines.join(' ')],
    ['one line, without anything between', lines.join('')],
    ['no white space at all', publicPem.replaceAll(/\s/g, '')],
    ['the base64 on one line', `${lines[0]}\n${body}\n${lines.at(-1)}`],
    ['quotes', `"${publicPem.trim()}"`],
    ['quotes and line ends as two characters', `'${publicPem.replaceAll('\n', '\\n')}'`],
    ['indents', lines.map((line) => `    ${line}`).join('\n')],
    ['tabs and spaces at the ends', lines.map((line) => `\t${line}  `).join('\r\n')],
    ['blank lines', lines.join('\n\n')],
    ['a byte order mark', `\ufeff${publicPem}`],
    ['spaces that do not break', lines.map((line) => `\u00a0${line}`).join('\n')],
    ['line ends of the Macintosh', publicPem.replaceAll('\n', '\r')],
  ]
  it.each(texts)('%s', async (_, text) => {
    const scene = await play({ seed: account, inputs: { 'encryption-public-key': text } })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error')]).toEqual([0, 'in-sync', []])
    const file = await play({
      seed: account,
      inputs: { 'encryption-public-key': 'keys/media.pem' },
      workspace: { 'keys/media.pem': text },
    })
    expect([file.exitCode, file.outputs['result'], annotated(file, 'error')]).toEqual([0, 'in-sync', []])
  })

  it.each([
    ['UTF-16', Buffer.from(publicPem, 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${publicPem}`, 'utf16le')],
    ['UTF-16 of the other order', utf16be(publicPem)],
    ['UTF-16 of the other order with a byte order mark', utf16be(`\ufeff${publicPem}`)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${publicPem}`)],
  ])('a file in %s', async (_, bytes) => {
    const scene = await play({
      seed: account,
      inputs: { 'encryption-public-key': 'media.pem' },
      workspace: { 'media.pem': bytes },
    })
    expect([scene.exitCode, scene.outputs['result'], annotated(scene, 'error')]).toEqual([0, 'in-sync', []])
  })
})

describe.concurrent('a public key that is none in PEM form is told what it is', () => {
  it.each([
    ['a PEM in base64', base64(publicPem), 'is the base64 of a PEM. Decode it'],
    ['a bare body', body, 'is a key in DER or its base64, without the lines of PEM'],
    ['a bare body in lines', lines.slice(1, -1).join('\n'), 'is a key in DER or its base64, without the lines of PEM'],
    [
      'a JWK',
      JSON.stringify(createPublicKey(publicPem).export({ format: 'jwk' })),
      'is a JWK, and must be a key in PEM',
    ],
    ['JSON', '{"key": "x"}', 'is JSON, and must be a key in PEM form'],
  ])('%s', async (_, text, sentence) => {
    const scenes = [
      await play({ inputs: { 'encryption-public-key': text } }),
      await play({ inputs: { 'encryption-public-key': 'a.pem' }, workspace: { 'a.pem': text } }),
    ]
    for (const scene of scenes) {
      expect(annotated(scene, 'error')).toEqual([expect.stringContaining(`"encryption-public-key" ${sentence}`)])
      expect([scene.outputs['result'], scene.methods]).toEqual(['error', ''])
    }
  })

  it('a file in DER', async () => {
    const der = createPublicKey(publicPem).export({ type: 'spki', format: 'der' })
    const scene = await play({ inputs: { 'encryption-public-key': 'a.der' }, workspace: { 'a.der': der } })
    expect(annotated(scene, 'error').join()).toContain('is a key in DER or its base64')
  })

  it('a pipe is no file, and nobody waits for it', async () => {
    const scene = await play({
      inputs: { 'encryption-public-key': 'pipe' },
      prepare: (folder) => execFileSync('mkfifo', [`${folder}/pipe`]),
    })
    expect(annotated(scene, 'error')).toEqual([
      '"encryption-public-key" is a pipe, a device or a socket, and must be a file.',
    ])
  })
})

const privateBody = privatePem.trim().split('\n').slice(1, -1)
const key = createPrivateKey(privatePem)
const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }).toString()
const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
const sec1 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'der' })
const jwk = JSON.stringify(key.export({ format: 'jwk' }))
const coats: readonly (readonly [name: string, form: string, text: string])[] = [
  ['PEM', 'PEM', privatePem],
  ['line ends as two characters', 'PEM', privatePem.replaceAll('\n', '\\n')],
  ['one line', 'PEM', privatePem.replaceAll('\n', ' ')],
  ['an odd label', 'PEM', privatePem.replaceAll('PRIVATE KEY', 'EdDSA PRIVATE KEY')],
  ['no line at the end', 'PEM', privatePem.slice(0, 300)],
  ['encrypted', 'PEM', encrypted],
  ['of SSH2', 'PEM', `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n${privateBody.join('\n')}`],
  [
    'PGP',
    'PEM',
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${privateBody.join('\n')}\n-----END PGP PRIVATE KEY BLOCK-----`,
  ],
  ['PuTTY', 'PuTTY', `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 1\n${privateBody.join('\n')}`],
  ['a bare body', 'DER in base64', privateBody.join('\n')],
  ['a bare body on one line', 'DER in base64', privateBody.join('')],
  ['a bare body of PKCS#1', 'DER in base64', pkcs1.split('\n').slice(1, -2).join('\n')],
  ['a bare body, encrypted', 'DER in base64', encrypted.split('\n').slice(1, -2).join('')],
  ['a bare body of an elliptic curve', 'DER in base64', base64(sec1)],
  ['base64 of PEM', 'PEM in base64', base64(privatePem)],
  ['base64 of base64', 'PEM in base64', base64(base64(privatePem))],
  ['hexadecimal', 'DER in base64', key.export({ type: 'pkcs8', format: 'der' }).toString('hex')],
  ['JWK', 'JWK', jwk],
  ['a set of JWK', 'JWK', `{"keys": [${jwk}]}`],
  ['base64 of JWK', 'JWK in base64', base64(jwk)],
  ['in quotes', 'PEM', `"${privatePem}"`],
]

function expectMasked({ log, everything }: Scene, text: string): void {
  const masks = log.split('\n').flatMap((line) => (line.startsWith('::add-mask::') ? [line.slice(12)] : []))
  for (const line of text.split('\n').filter((part) => part.trim().length >= 24 && !part.includes('-----'))) {
    expect(masks.some((mask) => line.includes(mask) || mask.includes(line.trim()))).toBe(true)
    expect(everything).not.toContain(line.slice(0, 60))
  }
}

describe.concurrent('a private key is known for one, and masked', () => {
  it.each(coats)('%s', async (_, form, text) => {
    for (const input of ['encryption-public-key', 'encryption-key-name', 'friendly-name']) {
      const scene = await play({ inputs: { mode: 'apply', 'encryption-enabled': 'false', [input]: text } })
      expect(annotated(scene, 'error')).toContain(
        `"${input}" is a PRIVATE key (${form}). It was not sent, but unless it is a secret of GitHub, the runner has printed it into the log: whoever has it can read your media. Then delete the log and make a new pair. Give the public key, in "encryption-public-key".`,
      )
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', ''])
      expectMasked(scene, text)
    }
    const scene = await play({ inputs: { 'encryption-public-key': 'a.pem' }, workspace: { 'a.pem': text } })
    expect(annotated(scene, 'error')).toEqual([
      `"encryption-public-key" is a PRIVATE key (${form}), in a file. It was neither sent nor printed, but whoever can read the file can read your media. If it was ever committed, make a new pair. Give the public key.`,
    ])
    expectMasked(scene, text)
  })

  it('is none that is public, in any form', async () => {
    const texts = [
      publicPem,
      base64(publicPem),
      body,
      JSON.stringify(createPublicKey(other.publicPem).export({ format: 'jwk' })),
    ]
    for (const text of texts) {
      const { log } = await play({ inputs: { 'encryption-public-key': text } })
      expect(log).not.toContain('PRIVATE')
    }
  })
})
