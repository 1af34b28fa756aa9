import { type InputReader, readManaged } from './reader.ts'
import { defaultLabel, type KeySource, longestLabel } from '../settings/key.ts'
import { parsePublicKey } from '../settings/public-key.ts'
import { accept, type Parsed } from '../shared/parsed.ts'

/** What the key's inputs are read from. */
export interface KeyInputSource {
  readonly reader: InputReader
  readonly readFile: (path: string) => Parsed<string>
  readonly mask: (secret: string) => void
}

/**
 * Reads which of the three ways names the key. `sid` is the desired `encryption_key_sid`, if that input
 * is set.
 */
export function readKeySource({ reader, readFile, mask }: KeyInputSource, sid: string | undefined): KeySource {
  const [name, publicKey] = [readManaged(reader, 'encryption-key-name'), readManaged(reader, 'encryption-public-key')]
  if (sid !== undefined && (name !== null || publicKey !== null)) {
    reader.mistake(
      '"encryption-key-sid" stands alone: leave out "encryption-key-name" and "encryption-public-key", or leave it out. Only the last two go together, and then the name is the label of the key',
    )
  }
  if (/[\p{Cc}\p{Cf}]/u.test(name ?? ''))
    reader.mistake('"encryption-key-name" has characters that cannot be seen. Write the name on one line')
  if (publicKey !== null) return readPublicKey({ reader, readFile, mask }, publicKey, name ?? defaultLabel)
  if (name !== null) return { kind: 'name', name }
  return sid === undefined ? { kind: 'unmanaged' } : { kind: 'sid', sid }
}

function readPublicKey({ reader, readFile, mask }: KeyInputSource, input: string, label: string): KeySource {
  if (label.length > longestLabel)
    reader.mistake(
      `"encryption-key-name" has ${label.length} characters, and as a label beside "encryption-public-key" at most ${longestLabel}`,
    )
  const file = input.includes('-----BEGIN') ? accept(input) : readFile(input)
  const parsed = file.kind === 'value' ? parsePublicKey(file.value) : file
  switch (parsed.kind) {
    case 'value':
      return { kind: 'public-key', label, key: parsed.value }
    case 'private':
      for (const secret of privateForms(file.kind === 'value' ? file.value : '')) mask(secret)
      reader.mistake(
        '"encryption-public-key" is a PRIVATE key. It was not sent or printed, but it does not belong here: whoever has it reads your media. Make a new pair if others could see it, and give the public key',
      )
      return { kind: 'unmanaged' }
    case 'mistake':
      reader.mistake(`"encryption-public-key" ${parsed.mistake}`)
      return { kind: 'unmanaged' }
  }
}

/** The whole of a private key, and each of its lines that tells something. */
function privateForms(pem: string): string[] {
  const lines = pem
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 16 && !line.startsWith('-----'))
  return [pem.trim(), ...lines]
}
