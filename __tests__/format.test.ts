import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './source.ts'

const widest = 120

/** The lines of a file that are too wide, and not because of one string, template, pattern or URL. */
function wideLines(path: string): string[] {
  const wide: string[] = []
  let isInTemplate = false
  for (const [index, line] of readFileSync(join(root, path), 'utf8').split('\n').entries()) {
    if (line.length > widest && !isInTemplate && !isOneLiteral(line)) wide.push(`${path}:${index + 1}`)
    if ((line.replaceAll(/\\./g, '').match(/`/g) ?? []).length % 2 === 1) isInTemplate = !isInTemplate
  }
  return wide
}

/** Whether a line would be narrow without one literal in it. A template may hold names and short calls. */
function isOneLiteral(line: string): boolean {
  const text = line.trim()
  if (/^(?:\/\/ |\* )?\S*:\/\/\S+$/.test(text) || /^\/.+\/[a-z]*,?$/.test(text)) return true
  const rest = text.replaceAll(/\\./g, '').replaceAll(/\$\{[^`{}]{1,60}\}/g, '')
  return rest.replace(/'[^']*'|"[^"]*"|`[^`$]*`/, '').length <= 60
}

it.each([
  [`  text: '${'x'.repeat(120)}',`, true],
  [`  const text = \`${'x'.repeat(100)} \${names.join(', ')}\``, true],
  [`  // https://example.com/${'x'.repeat(120)}`, true],
  [`  // ${'word '.repeat(30)}`, false],
  [`  call(${'argument, '.repeat(15)})`, false],
  [`  call(${'argument, '.repeat(10)}'${'x'.repeat(40)}')`, false],
])('knows the line %s', (line, isOne) => {
  expect(isOneLiteral(line)).toBe(isOne)
})

it(`no line is wider than ${widest} columns but for one string, template, pattern or URL`, () => {
  const files = execFileSync(
    'git',
    ['ls-files', '--', 'src/*.ts', '__tests__/*.ts', '.github/scripts/*.ts', '*.config.ts'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  expect(files.trim().split('\n').flatMap(wideLines)).toEqual([])
})
