import { readFileSync } from 'node:fs'
import { type Package, runtimePackages } from './packages.ts'

// Prints what dist/ holds as CycloneDX, the same for the same package-lock.json. It needs no package, so
// that release.yml can make it in the job that signs. "npm sbom" leaves out what an override touches.
// https://cyclonedx.org/docs/1.5/json/

const { name, version, description, license } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Record<'name' | 'version' | 'description' | 'license', string>

console.log(
  JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: {
        component: {
          'bom-ref': reference(name, version),
          type: 'application',
          name,
          version,
          description,
          ...licensed(license),
        },
      },
      components: runtimePackages().filter(isFirst).map(component),
    },
    null,
    2,
  ),
)

/** The same version of a package may be in two folders. */
function isFirst({ name, version }: Package, index: number, all: readonly Package[]): boolean {
  return all.findIndex((other) => other.name === name && other.version === version) === index
}

function component({ name, version, license, integrity }: Package): object {
  return {
    'bom-ref': reference(name, version),
    type: 'library',
    name,
    version,
    purl: reference(name, version),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') }],
    ...licensed(license),
  }
}

/** https://github.com/package-url/purl-spec */
function reference(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function licensed(expression: string | undefined): object {
  if (expression === undefined) return {}
  return { licenses: [/^[\w.-]+$/.test(expression) ? { license: { id: expression } } : { expression }] }
}
