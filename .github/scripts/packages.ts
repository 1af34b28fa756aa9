import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A package that is needed for a run, and not for development only. */
export interface Package {
  /** Where npm installs it, such as `node_modules/undici`. */
  readonly folder: string
  readonly name: string
  readonly version: string
  /** An SPDX expression; `undefined` if the package names none. */
  readonly license: string | undefined
  /** The SHA-512 of its archive, as `sha512-` and base64. */
  readonly integrity: string
}

/** The packages that `package-lock.json` has for a run, in its order: parts of them are in `dist/`. */
export function runtimePackages(): Package[] {
  const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url))
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages: Record<string, Omit<Package, 'folder' | 'name'> & { readonly dev?: true }>
  }
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== '' && dev !== true)
    .map(([folder, { version, license, integrity }]) => {
      const name = folder.replace(/^.*node_modules\//, '')
      return { folder, name, version, license, integrity }
    })
}
