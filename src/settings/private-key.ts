/** A PEM of a private key, whatever its label, its dashes and the white space in it; also if a half is missing. */
const privateLabel = /-(?:\s*)(?:BEGIN|END)[\sA-Za-z0-9_]*PRIVATE[\s_]*KEY/i

const forms: readonly (readonly [form: RegExp, name: string])[] = [
  [privateLabel, 'PEM'],
  [/^PuTTY-User-Key-File-|^Private-Lines:/m, 'PuTTY'],
  [/AGE-SECRET-KEY-1/i, 'age'],
  [/<RSAKeyValue>[\s\S]*<D>/, 'XML'],
  [/^openssh-key-v1\0/, 'OpenSSH'],
]

/** No private key has fewer characters. */
const shortest = 40

/** The form of a private key in any common coat, such as `JWK`; `null` for a text that is none. */
export function privateKeyForm(text: string): string | null {
  if (text.length < shortest) return null
  const plain = plainText(text)
  const found = forms.find(([form]) => form.test(plain))?.[1] ?? (isPrivateJwk(jsonOf(plain)) ? 'JWK' : null)
  if (found !== null) return found
  const bytes = decoded(plain)
  if (bytes === null) return null
  if (isPrivateDer(bytes)) return 'DER in base64'
  const inner = privateKeyForm(bytes.toString('latin1'))
  return inner === null || inner.includes('base64') ? inner : `${inner} in base64`
}

/** Everything of a private key that is to be masked: it as a whole, its lines, and what it is the base64 of. */
export function privateKeyParts(text: string): string[] {
  const plain = plainText(text)
  const lines = plain.split(/[\s"',:]+/).filter((line) => line.length >= 16 && !line.startsWith('-----'))
  const inner = decoded(plain)?.toString('latin1')
  const more = inner !== undefined && privateKeyForm(inner) !== null ? privateKeyParts(inner) : []
  return [...new Set([text.trim(), plain.trim(), ...lines, ...more])]
}

/** A text without a byte order mark, quotes around it, and with line ends where a `\n` of two characters is. */
export function plainText(text: string): string {
  return text
    .replace(/^\ufeff/, '')
    .replaceAll(/\\+r\\+n|\\+[nr]/g, '\n')
    .replace(/^\s*["'`]+|["'`]+\s*$/g, '')
}

/** What a text is the base64 or the hexadecimal digits of; `null` if it is neither, or short. */
export function decoded(text: string): Buffer | null {
  const compact = text.replace(/^\s*data:[^,]*,/, '').replaceAll(/[\s"'`\p{Cf}]/gu, '')
  if (compact.length < shortest) return null
  if (/^(?:[0-9a-f]{2}:?)+$/i.test(compact)) return Buffer.from(compact.replaceAll(':', ''), 'hex')
  return /^[A-Za-z0-9+/_-]+=*$/.test(compact) ? Buffer.from(compact, 'base64') : null
}

/** What a text is the JSON of; `null` if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return /^\s*[{["]/.test(text) ? (JSON.parse(text) as unknown) : null
  } catch {
    return null
  }
}

/** https://www.rfc-editor.org/rfc/rfc7517: `d` is the private part, `k` a symmetric key, `keys` a set of them. */
function isPrivateJwk(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (Array.isArray(json)) return json.some(isPrivateJwk)
  return ('kty' in json && ('d' in json || 'k' in json)) || ('keys' in json && isPrivateJwk(json.keys))
}

/**
 * Whether bytes begin as a private key does: a sequence that begins with its version, as PKCS#1, PKCS#8, SEC1 and
 * PKCS#12 have it, or with the algorithm that encrypts it. A public key begins with neither.
 * https://www.rfc-editor.org/rfc/rfc5958 and https://www.rfc-editor.org/rfc/rfc8018
 */
function isPrivateDer(bytes: Buffer): boolean {
  const [tag, length = 0] = bytes
  if (tag !== 0x30) return false
  const content = bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f)).toString('hex')
  return /^0201(?:00|01|03)|^30..0609(?:2a864886f70d01050d|2a864886f70d01050[36ab]|2a864886f70d010c01)/.test(content)
}
