import { expect, it } from 'vitest'
import { mediaText } from '../../src/report/media.ts'
import { type MediaReport, mediaStates, type MediaState } from '../../src/settings/media.ts'

/** A report with so many items in each state. */
function reportOf(counts: Partial<Record<MediaState, number>>, more: Partial<MediaReport> = {}): MediaReport {
  const sids = mediaStates.map((state) => [state, Array.from({ length: counts[state] ?? 0 }, () => 'CJ')])
  return {
    resource: 'composition-settings',
    hours: 168,
    isMore: false,
    sids: Object.fromEntries(sids) as MediaReport['sids'],
    elsewhere: [],
    ...more,
  }
}

it.each<[MediaReport, string]>([
  [reportOf({}), 'No compositions were made in the last 7 days.'],
  [
    reportOf({ encrypted: 1 }, { resource: 'recording-settings', hours: 1 }),
    'Checked 1 of 1 recording of the last hour: 1 encrypted.',
  ],
  [reportOf({ failed: 1 }), 'Checked 0 of 1 composition of the last 7 days: 1 failed.'],
  [
    reportOf({
      encrypted: 48,
      unencrypted: 1,
      missing: 1,
      skipped: 900,
      external: 2,
      unfinished: 3,
      unknown: 4,
      failed: 5,
    }),
    'Checked 50 of 964 compositions of the last 7 days: 48 encrypted, 1 not encrypted, 1 without media; the others: 4 that could not be checked, 2 stored externally, 5 failed, 3 not finished, 900 not checked.',
  ],
])('media is told of as in "%#"', (report, text) => {
  expect(mediaText(report)).toBe(text)
})

it('of several accounts is added up', () => {
  const [some, none] = [reportOf({ encrypted: 2, skipped: 1 }), reportOf({}, { isMore: true })]
  expect(mediaText(some, reportOf({ unencrypted: 1 }), none)).toBe(
    'Checked 3 of 4 compositions of the last 7 days: 2 encrypted, 1 not encrypted; the others: 1 not checked. There are more, which were not listed.',
  )
})
