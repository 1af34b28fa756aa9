import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWorkspaceFile } from '../../src/inputs/workspace-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'workspace-'))
const workspace = join(folder, 'work')
const largest = 64 * 1024

beforeAll(() => {
  for (const path of ['work/keys', 'work-of-others']) mkdirSync(join(folder, path), { recursive: true })
  for (const path of ['work/a.pem', 'work/keys/b.pem', 'work/..c.pem', 'outside.pem', 'work-of-others/d.pem'])
    writeFileSync(join(folder, path), path)
  writeFileSync(join(workspace, 'largest.pem'), 'x'.repeat(largest))
  writeFileSync(join(workspace, 'larger.pem'), 'x'.repeat(largest + 1))
  const links = {
    'inside.pem': 'keys/b.pem',
    'outside.pem': '../outside.pem',
    others: '../work-of-others',
    nowhere: 'missing.pem',
    round: 'round',
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(workspace, path))
  symlinkSync('work', join(folder, 'link-to-work'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const mistakeOf = (path: string, base = workspace): string | null => {
  const file = readWorkspaceFile(base, path)
  return file.kind === 'mistake' ? file.mistake : null
}

describe('a file of the workspace', () => {
  it.each([
    ['a.pem', 'work/a.pem'],
    ['./keys/../keys/b.pem', 'work/keys/b.pem'],
    ['..c.pem', 'work/..c.pem'],
    ['inside.pem', 'work/keys/b.pem'],
    [join(workspace, 'a.pem'), 'work/a.pem'],
    ['../work/a.pem', 'work/a.pem'],
  ])('is read: %s', (path, content) => {
    expect(readWorkspaceFile(workspace, path)).toEqual({ kind: 'value', value: content, warning: null })
  })

  it('is read where the workspace itself is a link', () => {
    expect(readWorkspaceFile(join(folder, 'link-to-work'), 'inside.pem')).toEqual({
      kind: 'value',
      value: 'work/keys/b.pem',
      warning: null,
    })
    expect(mistakeOf('outside.pem', join(folder, 'link-to-work'))).toContain(
      'is a link to a file outside of the workspace',
    )
  })

  it('has at most 64 KiB', () => {
    expect(readWorkspaceFile(workspace, 'largest.pem')).toMatchObject({ kind: 'value' })
    expect(mistakeOf('larger.pem')).toBe('is a file of 65537 bytes, and no public key is that large')
  })
})

describe('what is not read', () => {
  it.each([
    '..',
    '.',
    '',
    '../outside.pem',
    'keys/../../outside.pem',
    '../work-of-others/d.pem',
    join(folder, 'outside.pem'),
    '/',
    '/etc/hostname',
  ])('is a path outside of the workspace, or the workspace itself: %j', (path) => {
    expect(mistakeOf(path)).toBe(
      'is a path outside of the workspace. Check the file out into the workspace, or give the key itself',
    )
  })

  it.each(['outside.pem', 'others/d.pem', 'others'])('is a link out of it: %s', (path) => {
    expect(mistakeOf(path)).toBe('is a link to a file outside of the workspace. Give the file itself')
  })

  it.each([
    [
      'missing.pem',
      'is neither a key in PEM form nor a file of the workspace. Is there an actions/checkout step before this one?',
    ],
    [
      'nowhere',
      'is neither a key in PEM form nor a file of the workspace. Is there an actions/checkout step before this one?',
    ],
    ['keys', 'is a file that cannot be read (EISDIR)'],
    ['round', 'is a file that cannot be read (ELOOP)'],
    ['a.pem/b.pem', 'is a file that cannot be read (ENOTDIR)'],
  ])('is none, and it says so: %s', (path, mistake) => {
    expect(mistakeOf(path)).toBe(mistake)
  })
})
