import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './source.ts'

const dist = join(root, 'dist')
const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
const code = names
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(dist, name), 'utf8'))
  .join('\n')
const occurrences = (text: string, marker: string): number => text.split(marker).length - 1

it('has one copy of undici', () => {
  const marker = 'class HTTPParserError extends Error'
  expect(occurrences(readFileSync(join(root, 'node_modules/undici/lib/core/errors.js'), 'utf8'), marker)).toBe(1)
  expect(occurrences(code, marker)).toBe(1)
})

it('runs nothing of undici that speaking to Twilio does not need', () => {
  const [start, all] = [readFileSync(join(dist, 'index.js'), 'utf8'), code].map((text) =>
    [...text.matchAll(/^class (Agent|ProxyAgent|MockAgent|SnapshotAgent|CacheStorage|EventSource|WebSocket) /gm)].map(
      ([, name]) => name,
    ),
  )
  expect(start).toEqual(['Agent'])
  // Only where a run has a proxy, or speaks to GitHub.
  expect(all?.toSorted()).toEqual(['Agent', 'ProxyAgent'])
  expect(code).not.toMatch(/^class H1Parser|UNDICI_USE_MILO/m)
  expect(statSync(join(dist, 'index.js')).size).toBeLessThan(820_000)
})

it('is under 1.6 MB, all of it', () => {
  expect(names.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)).toBeLessThan(1_600_000)
})

it('can be read: lines, names and the descriptions above them are as they were written', () => {
  expect(code.length / code.split('\n').length).toBeLessThan(60)
  expect(code).toMatch(/^async function main\(output\) \{$/m)
  expect(code).toMatch(/^\/\*\*\s+\* Does what the workflow asks for, and publishes how it ended\./m)
})

it('has no character that cannot be seen, or that looks like another one', () => {
  expect(code).not.toMatch(/[^\t\n\r\u0020-\u007e]/)
})

it('can start no process, and asks Node for nothing but its own modules', () => {
  const required = [...new Set([...code.matchAll(/require\w*\("([^"]+)"\)/g)].map(([, name = '']) => name))]
  expect(required).toContain('node:tls')
  expect(required.filter((name) => name.endsWith('child_process'))).toEqual([])
  expect(required.filter((name) => !isBuiltin(name))).toEqual([])
})

it('has no source map that a runner would have to read', () => {
  expect(names.filter((name) => name.endsWith('.map') || name.includes('sourcemap'))).toEqual([])
  expect(code).not.toMatch(/sourceMappingURL=data:|sourcemap-register/)
})

it('is taken for CommonJS, whatever the package around it is', () => {
  expect(JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' })
})

it('names the licence of each package that a run may need', () => {
  const licenses = readFileSync(join(dist, 'licenses.txt'), 'utf8')
  for (const name of ['@actions/core', 'undici', 'zod', 'leven', '@octokit/core'])
    expect(licenses).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'))
  expect(licenses).not.toMatch(/^vitest/m)
})

it('is made from packages that have checksums, all of them', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>
  }
  const names = Object.keys(packages).filter((name) => name !== '')
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name) => packages[name]?.integrity?.startsWith('sha512-') !== true)).toEqual([])
})

it('is built from its sources alone: a build leaves nothing outside its folder that a later one might take up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'build-'))
  const [home, copy] = [join(folder, 'home'), join(folder, 'copy')]
  try {
    mkdirSync(home)
    for (const name of ['.github', 'src', 'package.json', 'package-lock.json', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    execFileSync(process.execPath, [join(copy, '.github/scripts/build.ts')], {
      cwd: copy,
      env: { HOME: home, TMPDIR: home },
      stdio: 'ignore',
    })
    expect(readdirSync(join(copy, 'dist'))).toContain('index.js')
    expect(readdirSync(home)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
