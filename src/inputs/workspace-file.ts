import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { accept, type Parsed, reject } from '../shared/parsed.ts'

/** The largest file that is read, in bytes: a PEM has less than one kilobyte. */
const largest = 64 * 1024

/** Reads the text of a file that the workflow names. It must be inside the workspace, and so must what it links to. */
export function readWorkspaceFile(workspace: string, path: string): Parsed<string> {
  if (!isInside(resolve(workspace), resolve(workspace, path)))
    return reject('is a path outside of the workspace. Check the file out into the workspace, or give the key itself')
  try {
    const real = realpathSync(resolve(workspace, path))
    if (!isInside(realpathSync(workspace), real))
      return reject('is a link to a file outside of the workspace. Give the file itself')
    const stat = statSync(real)
    // A pipe would wait for whoever writes into it.
    if (!stat.isFile() && !stat.isDirectory()) return reject('is a pipe, a device or a socket, and must be a file')
    const { size } = stat
    if (size > largest) return reject(`is a file of ${size} bytes, and no public key is that large`)
    return accept(textOf(readFileSync(real)))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    const reason = ['ENOENT', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code)
      ? 'is neither a key in PEM form nor a file of the workspace. Is there an actions/checkout step before this one?'
      : `is a file that cannot be read (${code})`
    return reject(reason)
  }
}

/**
 * The text of a file in UTF-8 or, as Windows writes it, in UTF-16, with a byte order mark or without: a PEM begins
 * with ASCII. DER, which is no text, is given in base64.
 */
function textOf(bytes: Buffer): string {
  const [first = 0, second = 0] = bytes
  if (first === 0x30 && second >= 0x80) return bytes.toString('base64')
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && bytes.length > 1))
    return bytes.toString('utf16le')
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
    return bytes
      .subarray(0, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le')
  return bytes.toString('utf8')
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\')
}
