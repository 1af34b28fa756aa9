import { inputNames } from './defaults.ts'
import { type InputReader, readManaged } from './reader.ts'
import { defaultLabel, type KeySource, longestLabel, longestName } from '../settings/key.ts'
import { privateKeyForm, privateKeyParts } from '../settings/private-key.ts'
import { isKeyText, parsePublicKey } from '../settings/public-key.ts'
import { accept, type Parsed } from '../shared/parsed.ts'

/**
 * Reads which of the three ways names the key. `sid` is the desired `encryption_key_sid`, if that input
 * is set. `mask` gets what is private, if a private key was given by mistake.
 */
export function readKeySource(
  reader: InputReader,
  sid: string | undefined,
  readFile: (path: string) => Parsed<string>,
  mask: (secret: string) => void,
): KeySource {
  const [name, publicKey] = [readManaged(reader, 'encryption-key-name'), readManaged(reader, 'encryption-public-key')]
  if (sid !== undefined && (name !== null || publicKey !== null)) {
    reader.mistake(
      '"encryption-key-sid" stands alone: leave out "encryption-key-name" and "encryption-public-key", or leave it out. Only the last two go together, and then the name is the label of the key',
    )
  }
  if (/[\p{Cc}\p{Cf}]/u.test(name ?? ''))
    reader.mistake('"encryption-key-name" has characters that cannot be seen. Write the name on one line')
  if (publicKey === null && (name ?? '').length > longestName)
    reader.mistake(
      `"encryption-key-name" has ${name?.length} characters, and the name of a public key has at most ${longestName}`,
    )
  if (publicKey !== null) return readPublicKey(reader, publicKey, name ?? defaultLabel, readFile, mask)
  if (name !== null) return { kind: 'name', name }
  return sid === undefined ? { kind: 'unmanaged' } : { kind: 'sid', sid }
}

function readPublicKey(
  reader: InputReader,
  input: string,
  label: string,
  readFile: (path: string) => Parsed<string>,
  mask: (secret: string) => void,
): KeySource {
  if (label.length > longestLabel)
    reader.mistake(
      `"encryption-key-name" has ${label.length} characters, and as a label beside "encryption-public-key" at most ${longestLabel}`,
    )
  const isText = isKeyText(input)
  const file = isText ? accept(input) : readFile(input)
  const parsed = file.kind === 'value' ? parsePublicKey(file.value) : file
  switch (parsed.kind) {
    case 'value':
      return { kind: 'public-key', label, key: parsed.value }
    case 'private': {
      // A key that is the value itself is told with those in the other inputs.
      const text = file.kind === 'value' && !isText ? file.value : ''
      for (const part of privateKeyParts(text)) mask(part)
      if (!isText)
        reader.mistake(
          `"encryption-public-key" is a PRIVATE key (${privateKeyForm(text) ?? 'unknown'}), in a file. It was neither sent nor printed, but whoever can read the file can read your media. If it was ever committed, make a new pair. Give the public key`,
        )
      return { kind: 'unmanaged' }
    }
    case 'mistake':
      reader.mistake(`"encryption-public-key" ${parsed.mistake}`)
      return { kind: 'unmanaged' }
  }
}

/**
 * Masks private keys among the inputs, in whatever form and wherever they are, and tells them. The runner prints
 * `with:` before the action starts, so it may be too late.
 */
export function checkPrivateKeys(
  env: Readonly<NodeJS.ProcessEnv>,
  reader: InputReader,
  mask: (secret: string) => void,
): void {
  for (const input of inputNames) {
    const text = env[`INPUT_${input.toUpperCase()}`] ?? ''
    const form = privateKeyForm(text)
    if (form === null) continue
    for (const part of privateKeyParts(text)) mask(part)
    reader.mistake(
      `"${input}" is a PRIVATE key (${form}). It was not sent, but unless it is a secret of GitHub, the runner has printed it into the log: whoever has it can read your media. Then delete the log and make a new pair. Give the public key, in "encryption-public-key"`,
    )
  }
}
