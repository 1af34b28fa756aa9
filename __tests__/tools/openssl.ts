import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

// The commands of openssl that the documents have. It refuses every other one, and every other option.
const [command = '', ...args] = process.argv.slice(2)
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const { values } = parseArgs({
  // Options have one hyphen here, and two where Node reads them.
  args: args.map((word) => word.replace(/^-(?=[a-zA-Z])/, '--')),
  options: {
    algorithm: text,
    pkeyopt: { type: 'string', multiple: true },
    in: text,
    out: text,
    outform: text,
    pubin: flag,
    pubout: flag,
    noout: flag,
    text: flag,
    sha256: flag,
    r: flag,
    decrypt: flag,
    inkey: text,
    d: flag,
    'aes-256-cbc': flag,
    K: text,
    iv: text,
  },
})
const asked = `${command} ${Object.keys(values).toSorted().join(' ')}`
const input = (path = ''): Buffer => readFileSync(path)

switch (asked) {
  case 'genpkey algorithm out pkeyopt': {
    const option = (name: string): number =>
      Number(values.pkeyopt?.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1))
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: option('rsa_keygen_bits'),
      publicExponent: option('rsa_keygen_pubexp'),
    })
    write(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    break
  }
  case 'rsa in out pubout':
    write(publicKey().export({ type: 'spki', format: 'pem' }))
    break
  case 'pkey in outform pubin':
  case 'pkey in outform pubout':
    write(publicKey().export({ type: 'spki', format: 'der' }))
    break
  case 'pkey in noout pubin text': {
    const { modulusLength = 0, publicExponent = 0n } = publicKey().asymmetricKeyDetails ?? {}
    write(`Public-Key: (${modulusLength} bit)\nExponent: ${publicExponent} (0x${publicExponent.toString(16)})\n`)
    break
  }
  case 'dgst r sha256':
    write(`${createHash('sha256').update(readFileSync(0)).digest('hex')} *stdin\n`)
    break
  case 'pkeyutl decrypt in inkey':
    write(privateDecrypt({ key: input(values.inkey), padding: constants.RSA_PKCS1_PADDING }, input(values.in)))
    break
  case 'enc K aes-256-cbc d in iv': {
    const [key, iv] = [values.K ?? '', values.iv ?? ''].map((hex) => Buffer.from(hex, 'hex'))
    const decipher = createDecipheriv('aes-256-cbc', key ?? '', iv ?? '')
    write(Buffer.concat([decipher.update(input(values.in)), decipher.final()]))
    break
  }
  default:
    console.error(`The stand-in for openssl does not know: ${asked}`)
    process.exitCode = 1
}

function publicKey(): KeyObject {
  const pem = input(values.in)
  return createPublicKey(values.pubin === true ? pem : createPrivateKey(pem))
}

function write(content: string | Buffer): void {
  if (values.out === undefined) process.stdout.write(content)
  else writeFileSync(values.out, content, { mode: 0o600 })
}
