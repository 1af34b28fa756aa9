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
    const { size } = statSync(real)
    if (size > largest) return reject(`is a file of ${size} bytes, and no public key is that large`)
    return accept(readFileSync(real, 'utf8'))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    const reason =
      code === 'ENOENT'
        ? 'is neither a key in PEM form nor a file of the workspace. Is there an actions/checkout step before this one?'
        : `is a file that cannot be read (${code})`
    return reject(reason)
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\')
}
