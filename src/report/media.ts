import { type MediaReport, type MediaState, mediaWords, spanInWords } from '../settings/media.ts'

/** The words for each state, which follow the number of items in it. */
const words = {
  encrypted: 'encrypted',
  unencrypted: 'not encrypted',
  missing: 'without media',
  unknown: 'that could not be checked',
  external: 'stored externally',
  failed: 'failed',
  unfinished: 'not finished',
  skipped: 'not checked',
} as const satisfies Record<MediaState, string>

const looked: readonly MediaState[] = ['encrypted', 'unencrypted', 'missing']
const others: readonly MediaState[] = ['unknown', 'external', 'failed', 'unfinished', 'skipped']

/** How many media files were looked at, and their states, of one resource in one account or several. */
export function mediaText(...media: readonly [MediaReport, ...MediaReport[]]): string {
  const [{ resource, hours }] = media
  const count = (states: readonly MediaState[]): number =>
    media.reduce((sum, { sids }) => sum + states.reduce((of, state) => of + sids[state].length, 0), 0)
  const list = (states: readonly MediaState[]): string =>
    states.flatMap((state) => (count([state]) === 0 ? [] : `${count([state])} ${words[state]}`)).join(', ')
  const total = count([...looked, ...others])
  const { one, many } = mediaWords[resource]
  if (total === 0) return `No ${many} were made in the last ${spanInWords(hours)}.`
  const [seen, rest] = [list(looked), list(others)]
  const both = seen === '' ? rest : `${seen}${rest === '' ? '' : `; the others: ${rest}`}`
  const unlisted = media.some(({ isMore }) => isMore) ? ' There are more, which were not listed.' : ''
  return `Checked ${count(looked)} of ${total} ${total === 1 ? one : many} of the last ${spanInWords(hours)}: ${both}.${unlisted}`
}
