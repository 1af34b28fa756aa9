import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives the processes that tests start a folder in which Node keeps what it compiled: hundreds of them run
 * the same code. Coverage goes without, since it is less precise with it.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function setup(): (() => void) | undefined {
  if (process.env['COVERAGE_FOLDER'] !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'compile-cache-'))
  process.env['NODE_COMPILE_CACHE'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
