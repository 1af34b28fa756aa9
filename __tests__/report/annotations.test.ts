import { describe, expect, it } from 'vitest'
import { type Annotation, annotations, differenceAnnotation, writtenAnnotation } from '../../src/report/annotations.ts'
import type { Mode } from '../../src/settings/guards.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import { open, safe } from '../action/fixtures.ts'
import { observation, target, written, withoutEdition } from '../builders.ts'
import { NetworkError } from '../../src/shared/errors.ts'

const compared = (...given: Parameters<typeof observation>): Outcome => ({
  status: 'compared',
  ...observation(...given),
})
const failed = (sent: 'no' | 'yes' | 'unknown'): Outcome => ({
  status: 'failed',
  target,
  error: new NetworkError('lost'),
  written: sent,
  uploaded: { kind: 'no' },
  observation: observation({ friendly_name: 'x' }, safe),
  requestIds: [],
})

describe('what differs on a target is one annotation', () => {
  it.each<[Mode, Outcome, string[]]>([
    [
      'check',
      compared({ encryption_enabled: true, friendly_name: 'x' }, withoutEdition),
      [
        'error: 2 settings differ: Settings: encryption_enabled: not available on this account → true; friendly_name: "Media" → "x".',
      ],
    ],
    [
      'plan',
      compared({ friendly_name: 'x' }, { friendly_name: null }),
      ['warning: 1 setting would change: Settings: friendly_name: blank → "x".'],
    ],
    [
      'apply',
      { status: 'refused', ...observation({ friendly_name: 'x' }, safe) },
      ['error: 1 setting differs: Settings: friendly_name: "Media" → "x".'],
    ],
    ['apply', written({ friendly_name: 'x' }, safe, safe), []],
    ['apply', failed('no'), ['error: 1 setting differs: Settings: friendly_name: "Media" → "x".']],
    ['apply', failed('yes'), []],
    ['apply', failed('unknown'), []],
    ['check', compared(safe, safe), []],
    ['check', { status: 'wrong-account', target, answered: null, requestIds: [] }, []],
  ])('in %s, %#', (mode, outcome, expected) => {
    expect(brief(differenceAnnotation(outcome, mode, 'Settings'))).toEqual(expected)
  })

  it('abbreviates what is long', () => {
    const long = compared({ friendly_name: 'x' }, { friendly_name: 'y'.repeat(100_000) })
    expect(differenceAnnotation(long, 'check', 'Settings')[0]?.text).toBe(
      `Settings: friendly_name: "${'y'.repeat(1000)}… (100000 characters)" → "x".`,
    )
  })
})

it('names the settings alone where their values do not fit', () => {
  const [one, other] = ['y'.repeat(2000), 'z'.repeat(2000)]
  const long = compared({ friendly_name: one, aws_s3_url: one }, { friendly_name: other, aws_s3_url: other })
  expect(differenceAnnotation(long, 'check', 'Settings')[0]?.text).toBe(
    'Settings: aws_s3_url, friendly_name, with values in the job summary.',
  )
})

describe('what was written', () => {
  it('is a notice if it was read back, and else none', () => {
    const done = written({ friendly_name: 'x' }, safe, { ...safe, friendly_name: 'x' })
    expect(brief(writtenAnnotation(done, 'Settings'))).toEqual([
      'notice: 1 setting written and read back: Settings: friendly_name: "Media" → "x".',
    ])
    expect(writtenAnnotation(written(safe, open, open), 'Settings')).toEqual([])
    expect(writtenAnnotation(compared(safe, safe), 'Settings')).toEqual([])
  })
})

describe('the annotations of a report', () => {
  const made = (level: Annotation['level'], count: number, accounts?: number): Annotation[] =>
    Array.from({ length: count }, (_, index) => ({
      level,
      title: `${level} ${index + 1}`,
      text: '',
      ...(accounts === undefined ? {} : { accounts }),
    }))

  it('have what has a way out before what differs', () => {
    const titles = annotations(made('error', 1), [{ level: 'error', title: 'differs', text: '' }]).map(
      ({ title }) => title,
    )
    expect(titles).toEqual(['error 1', 'differs'])
  })

  it.each([
    ['error', 8, 8, null],
    ['error', 9, 8, '2 more'],
    ['error', 900, 8, '893 more'],
    ['warning', 7, 7, null],
    ['warning', 8, 7, '2 more'],
    ['notice', 11, 10, '2 more'],
  ] as const)(
    'are so many of a level that GitHub keeps them, and count the others: %s, %i',
    (level, count, kept, more) => {
      const all = annotations([], made(level, count))
      expect(all).toHaveLength(kept)
      expect(all.at(-1)?.title ?? null).toBe(more ?? `${level} ${count}`)
    },
  )

  it('count the accounts of those that are not shown', () => {
    const all = annotations(made('error', 7), made('error', 2, 40))
    expect(all.at(-1)).toMatchObject({ level: 'error', title: '80 more', text: '80 more are in the job summary.' })
  })
})

function brief(all: readonly Annotation[]): string[] {
  return all.map(({ level, title, text }) => `${level}: ${title}: ${text}`)
}
