import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from './source.ts'

/** What a runner downloads: the bytes as packed, and the paths of the files in it. */
export interface Archive {
  readonly packed: Buffer
  readonly paths: readonly string[]
}

/**
 * The archive that GitHub would make of a commit of this work tree as it is. The repository stays
 * untouched: index and objects are in a folder of their own. Needs git; the clone may be shallow.
 */
export function archiveOfWorkTree(): Archive {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  try {
    mkdirSync(join(folder, 'objects'))
    const env = {
      ...process.env,
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: resolve(root, git({}, 'rev-parse', '--git-path', 'objects').toString().trim()),
    }
    git(env, 'read-tree', 'HEAD')
    git(env, 'add', '--all')
    const tree = git(env, 'write-tree').toString().trim()
    const packed = git(env, 'archive', '--format=tar.gz', tree)
    const paths = execFileSync('tar', ['-tzf', '-'], { input: packed, encoding: 'utf8' })
      .split('\n')
      .filter((path) => path !== '' && !path.endsWith('/'))
    return { packed, paths }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function git(env: NodeJS.ProcessEnv, ...words: readonly string[]): Buffer {
  return execFileSync('git', words, { cwd: root, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 })
}
