import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { esmExternalRequirePlugin } from 'rolldown/plugins'
import { root } from './documents.ts'
import { runtimePackages } from './packages.ts'
import { copyUndici } from './undici.ts'

const lib = join(root, 'lib')
const dist = join(root, 'dist')

await shake()
pack()

/**
 * Puts the sources and the packages that are ES modules throughout into `lib/`, without what nobody
 * uses: starting takes time for every byte.
 */
async function shake(): Promise<void> {
  rmSync(lib, { recursive: true, force: true })
  const bundle = await rolldown({
    input: join(root, 'src/index.ts'),
    platform: 'node',
    external: [/^undici\//],
    // An older HTTP client among GitHub's packages is CommonJS, and asks for undici by require.
    plugins: [esmExternalRequirePlugin({ external: [...builtinModules, 'undici'] })],
    // The toolkit does not say that its modules do nothing when they are loaded. With them would come a
    // shell, and HTTP clients.
    treeshake: { moduleSideEffects: [{ test: /[\\/]node_modules[\\/]@actions[\\/]/, sideEffects: false }] },
  })
  await bundle.write({ dir: lib, chunkFileNames: '[name].js' })
  // ncc makes CommonJS of what is not marked as anything else, and Node starts that sooner than ES modules.
  writeFileSync(join(lib, 'package.json'), '{}\n')
  copyUndici(join(lib, 'node_modules/undici'))
}

/** Puts `lib/` and the packages that are CommonJS, or built on it, into `dist/`. */
function pack(): void {
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js')
  rmSync(dist, { recursive: true, force: true })
  // With its cache, kept in the home folder, ncc brings back what an earlier commit was made as: ES
  // modules, where CommonJS is wanted.
  execFileSync(process.execPath, [ncc, 'build', join(lib, 'index.js'), '--out', dist, '--no-cache'], {
    stdio: 'inherit',
  })
  for (const name of readdirSync(dist)) writeFileSync(join(dist, name), ascii(readFileSync(join(dist, name), 'utf8')))
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n')
  writeFileSync(join(dist, 'licenses.txt'), licenses())
}

/**
 * The same code with an escape for each character that may look like another one, or like none. Node
 * reads it faster, too.
 */
function ascii(code: string): string {
  return code.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * The name and the licence of every package that `package-lock.json` has for a run, and not for
 * development.
 */
function licenses(): string {
  return runtimePackages()
    .map(({ folder, name, version, license }) => `${name} ${version} (${license})\n\n${licenseText(folder)}\n`)
    .join('\n\n')
}

function licenseText(folder: string): string {
  const file = readdirSync(join(root, folder))
    .toSorted()
    .find((name) => /^licen[cs]e/i.test(name))
  return file === undefined
    ? 'It comes without the text of its licence.'
    : readFileSync(join(root, folder, file), 'utf8').trim()
}
