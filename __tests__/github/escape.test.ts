import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html, logLine, visible } from '../../src/github/escape.ts'
import { unescaped } from '../action/rendered.ts'
import { hostileTexts } from '../arbitraries.ts'

const texts = fc.oneof(hostileTexts, fc.string({ unit: 'binary' }))

/**
 * What the runner sees in a line: it takes no notice of characters that a collation ignores, and of
 * white space before it.
 */
const seenByRunner = (line: string): string =>
  line.replaceAll(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '').replace(/^\s+/, '')

describe('visible', () => {
  it.each([
    ['plain text, ü, 漢字, 😀', 'plain text, ü, 漢字, 😀'],
    ['a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['\u0000\u001b[31m\u007f', '\\u{0}\\u{1b}[31m\\u{7f}'],
    ['a\u0085b\u2028c\u2029d', 'a\\u{85}b\\u{2028}c\\u{2029}d'],
    ['\u202egnp.exe\u2066', '\\u{202e}gnp.exe\\u{2066}'],
    ['a\u200bb\ufeffc\u00add', 'a\\u{200b}b\\u{feff}c\\u{ad}d'],
    ['a\u3164b\ufe0fc\u034fd', 'a\\u{3164}b\\u{fe0f}c\\u{34f}d'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud83d of it', 'half \\u{d83d} of it'],
  ])('%j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  it('has one line, whose every character can be seen', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(visible(text)).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u)
        expect(visible(visible(text))).toBe(visible(text))
      }),
    )
  })
})

describe('logLine', () => {
  it.each([
    ['Reading', 'Reading'],
    ['a::b', 'a::b'],
    [':a', ':a'],
    ['::error::x', '\\u{3a}:error::x'],
    ['  ::error::x', '  \\u{3a}:error::x'],
    ['\u00a0\u3000::error::x', '\u00a0\u3000\\u{3a}:error::x'],
    [':::', '\\u{3a}::'],
    ['x\n::error::y', 'x\\n::error::y'],
    ['\n::error::y', '\\n::error::y'],
    ['\u200b::error::y', '\\u{200b}::error::y'],
    ['a ##[error]b', 'a #\\u{23}[error]b'],
    ['###[a]##[b]', '##\\u{23}[a]#\\u{23}[b]'],
    ['#\u00ad#[error]', '#\\u{ad}#[error]'],
    ['#\ufe0f#[error]', '#\\u{fe0f}#[error]'],
  ])('%j', (text, line) => {
    expect(logLine(text)).toBe(line)
  })

  it('is one line that the runner never takes for a command', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('', '::', ' ::', '##[', 'a##[', '\u0085::', '\u00a0\n::'), (text, before) => {
        const line = logLine(before + text)
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(seenByRunner(line).startsWith('::')).toBe(false)
        expect(seenByRunner(line)).not.toContain('##[')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('html', () => {
  it.each([
    ['plain', 'plain'],
    ['<img src="x" onerror=\'y\'>', "&lt;img src=&quot;x&quot; onerror='y'&gt;"],
    ['a & b &lt; `c`', 'a &amp; b &amp;lt; `c`'],
    ['a\n\nb', 'a\\n\\nb'],
  ])('%j', (text, escaped) => {
    expect(html(text)).toBe(escaped)
  })

  it('is read back as what is visible', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const escaped = html(text)
        expect(escaped).not.toMatch(/[<>"\n\r]/)
        expect(unescaped(escaped)).toBe(visible(text))
        expect(escaped.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&')
      }),
    )
  })
})
