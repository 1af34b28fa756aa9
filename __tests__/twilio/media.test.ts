import { afterEach, expect, it } from 'vitest'
import type { MediaListing } from '../../src/settings/media.ts'
import { createClient } from '../../src/twilio/client.ts'
import { mediaPort } from '../../src/twilio/media.ts'
import { createReadHeaders } from '../../src/twilio/signed-url.ts'
import { credential, json, type Loopback, startLoopback } from './loopback.ts'

const since = new Date('2026-01-01T00:00:00.500Z')
const sidOf = (number: number): string => `CJ${String(number).padStart(32, '0')}`
const listed = (number: number, more: object = {}): object => ({
  sid: sidOf(number),
  status: 'completed',
  date_created: '2026-01-02T00:00:00Z',
  ...more,
})

let loopback: Loopback
afterEach(() => loopback.close())

/** What is listed when Twilio gives these pages. */
async function list(...pages: readonly object[]): Promise<MediaListing> {
  loopback = await startLoopback((response, _, number) =>
    json(response, 200, {
      meta: { next_page_url: pages.length > number ? '/v1/Compositions?Page=1' : null },
      ...pages[number - 1],
    }),
  )
  const { environment } = loopback
  const client = createClient(credential, environment)
  return mediaPort(
    client,
    'composition-settings',
    createReadHeaders(environment, () => {}),
    environment.log,
  ).list(since)
}
const sidsIn = ({ items }: MediaListing): string[] => items.map(({ sid }) => sid)

it('gives an item once that is on two pages, as it is on the later one', async () => {
  const listing = await list(
    { compositions: [listed(1), listed(2)] },
    { compositions: [listed(2, { status: 'failed' })] },
  )
  expect(listing).toMatchObject({ isMore: false, items: [{ status: 'completed' }, { status: 'failed' }] })
  expect(sidsIn(listing)).toEqual([1, 2].map(sidOf))
})

it('leaves out what is older than the span, and keeps what has no date', async () => {
  const dates = ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', null, 'yesterday', undefined]
  const compositions = dates.map((date, index) => listed(index, { date_created: date }))
  expect(sidsIn(await list({ compositions }))).toEqual([1, 2, 3, 4].map(sidOf))
})

it('takes an empty location for none', async () => {
  const { items } = await list({ compositions: [listed(1, { media_external_location: '', account_sid: 'AC1' })] })
  expect(items).toEqual([
    {
      sid: sidOf(1),
      accountSid: 'AC1',
      status: 'completed',
      dateCreated: new Date('2026-01-02T00:00:00Z'),
      externalLocation: null,
    },
  ])
})

it('asks for no more than a thousand, and says that there is more', async () => {
  const pages = Array.from({ length: 12 }, (_, page) => ({
    compositions: Array.from({ length: 100 }, (_, index) => listed(100 * page + index)),
  }))
  const listing = await list(...pages)
  expect([listing.items.length, listing.isMore, loopback.received.length]).toEqual([1000, true, 10])
  expect(await list(...pages.slice(0, 10))).toMatchObject({ isMore: false })
})

it.each<[string, object, string]>([
  ['of another path', { meta: { url: 'https://video.twilio.com/v1/Rooms' }, compositions: [] }, 'another resource'],
  ['with an item of another path', { compositions: [listed(1, { url: '/v1/Rooms/RM1' })] }, 'another resource'],
  ['of recordings', { recordings: [] }, 'compositions'],
  ['with an item that has no status', { compositions: [listed(1, { status: null })] }, 'compositions.0.status'],
])('does not believe a list %s', async (_, page, text) => {
  await expect(list(page)).rejects.toThrow(text)
})
