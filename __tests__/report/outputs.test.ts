import { expect, it } from 'vitest'
import { jsonArray } from '../../src/report/outputs.ts'

const records = (count: number): object[] =>
  Array.from({ length: count }, (_, number) => ({ number, text: 'x'.repeat(100) }))

it('is all of the records where they fit', () => {
  expect(jsonArray('changes', [])).toEqual({ json: '[]', warnings: [] })
  expect(jsonArray('changes', records(100))).toEqual({ json: JSON.stringify(records(100)), warnings: [] })
})

it('may be of exactly so many bytes as Linux takes', () => {
  // Brackets, quotes and names take 15, and each character of the text one more; the comma counts, too.
  const record = (length: number): object[] => [{ text: 'x'.repeat(length - '[{"text":""}],'.length) }]
  expect(jsonArray('changes', record(120_000)).warnings).toEqual([])
  expect(jsonArray('changes', record(120_001)).warnings).toHaveLength(1)
})

it('is the first of them where they do not, and says how many', () => {
  const { json, warnings } = jsonArray('changes', records(5000))
  const kept = JSON.parse(json) as object[]
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(120_000)
  expect(Buffer.byteLength(json)).toBeGreaterThan(119_800)
  expect(kept).toEqual(records(5000).slice(0, kept.length))
  expect(warnings).toEqual([
    {
      level: 'warning',
      title: 'Output',
      text: `The output "changes" holds only the first ${kept.length} of 5000 entries, because Linux limits what a later step can take. The evidence file has all of them: set "report-path".`,
    },
  ])
})

it('counts bytes of UTF-8, and not characters', () => {
  const wide = Array.from({ length: 5000 }, (_, number) => ({ number, text: '☃'.repeat(100) }))
  const size = Buffer.byteLength(jsonArray('changes', wide).json)
  expect([size <= 120_000, size > 119_000]).toEqual([true, true])
})
