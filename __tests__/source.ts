import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'

/** Where the repository is. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/** Something that a file imports: a package, or another file by its path in `src`. */
export interface Import {
  readonly from: string
  readonly isType: boolean
}

/** A file of `src`. */
export interface SourceFile {
  /** Its path in `src`, such as `twilio/client.ts`. */
  readonly path: string
  readonly text: string
  /** The text without its comments. */
  readonly code: string
  readonly imports: readonly Import[]
}

/** Every file of `src`. */
export function sourceFiles(): SourceFile[] {
  const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
  return paths.toSorted().map((path) => {
    const text = readFileSync(join(root, 'src', path), 'utf8')
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
    return { path, text, code, imports: importsOf(path, code) }
  })
}

function importsOf(path: string, code: string): Import[] {
  const statements = [...code.matchAll(/^(?:import|export)\s+(type\s+)?([^'"]*?\s+from\s+)?'([^']+)'/gm)].map(
    ([, type, names = '', from = '']) => ({ from, isType: type !== undefined || areTypes(names) }),
  )
  const calls = [...code.matchAll(/\bimport\(\s*'([^']+)'\)/g)].map(([, from = '']) => ({ from, isType: false }))
  return [...statements, ...calls].map(({ from, isType }) => ({
    from: from.startsWith('.') ? join(dirname(path), from) : from,
    isType,
  }))
}

/** Whether `{ type A, type B } from` names types only. */
function areTypes(names: string): boolean {
  const list =
    /^\{([\s\S]*)\}/
      .exec(names.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? []
  return list.length > 0 && list.every((name) => name.startsWith('type '))
}
