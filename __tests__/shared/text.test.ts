import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { abbreviate } from '../../src/shared/text.ts'

it.each([
  ['', ''],
  ['a'.repeat(200), 'a'.repeat(200)],
  ['a'.repeat(201), `${'a'.repeat(200)}… (201 characters)`],
  ['a'.repeat(100_000), `${'a'.repeat(200)}… (100000 characters)`],
])('%#', (text, short) => {
  expect(abbreviate(text)).toBe(short)
})

it('takes another limit', () => {
  expect(abbreviate('abcdef', 5)).toBe('abcde… (6 characters)')
  expect(abbreviate('abcde', 5)).toBe('abcde')
})

it('never cuts a character in two', () => {
  expect(abbreviate('ab😀cd', 3)).toBe('ab… (6 characters)')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, most) => {
      expect(abbreviate(text, most).isWellFormed()).toBe(true)
    }),
  )
})
