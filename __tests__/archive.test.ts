import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { runAction } from './action/action.ts'
import { archiveOfWorkTree } from './archive.ts'
import { root } from './source.ts'

const { packed, paths } = archiveOfWorkTree()

it('is light: at most 40 files, and 0.6 MB packed', () => {
  expect(paths.length).toBeLessThanOrEqual(40)
  expect(packed.length).toBeLessThan(600_000)
})

it('has what a run needs, and no source, test or document beside it', () => {
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'action.yml', 'dist/index.js']))
  expect(new Set(paths.map((path) => path.split('/')[0]))).toEqual(
    new Set(['.github', 'LICENSE', 'README.md', 'action.yml', 'dist']),
  )
  expect(paths.filter((path) => path.startsWith('.github/') && !path.startsWith('.github/actions/'))).toEqual([])
})

it.each(['action.yml', '.github/actions/check/action.yml'])('runs by itself: %s', async (file) => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  try {
    execFileSync('tar', ['-xzf', '-', '-C', folder], { input: packed })
    const action = readFileSync(join(folder, file), 'utf8')
    const { main } = (parse(action) as { readonly runs: { readonly main: string } }).runs
    const { exitCode, annotations, outputs } = await runAction({
      program: relative(root, join(folder, dirname(file), main)),
      with: { 'account-sid': `AC${'a'.repeat(32)}`, 'encryption-enabled': 'true' },
    })
    expect([exitCode, outputs['result']]).toEqual([1, 'error'])
    expect(annotations.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('There are no credentials: set "auth-token", or "api-key" and "api-key-secret".'),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
