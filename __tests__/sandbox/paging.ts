import { type Answer, invalid } from './answers.ts'

/** One page of a list, with links that are queries beginning with `?`. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly index: number
  readonly size: number
  /** Where the page begins in the whole list. */
  readonly start: number
  readonly first: string
  readonly self: string
  readonly next: string | null
  readonly previous: string | null
}

/** A page, or the refusal of a request for one. */
export type Paging<T> =
  { readonly kind: 'page'; readonly page: Page<T> } | { readonly kind: 'refused'; readonly answer: Answer }

/**
 * Cuts the page that a query asks for out of a list. A token names the item that the page begins after
 * (`PA`) or ends before (`PB`), so that a list which changes in between neither repeats nor skips.
 * `filters` go into the links; `most` is the largest page.
 */
export function cutPage<T extends { readonly sid: string }>(
  all: readonly T[],
  query: Readonly<Record<string, string>>,
  filters: Readonly<Record<string, string>> = {},
  most = 1000,
): Paging<T> {
  const size = wholeNumber(query['PageSize'] ?? '50')
  const index = wholeNumber(query['Page'] ?? '0')
  if (size === null || size < 1 || size > most)
    return { kind: 'refused', answer: invalid(`PageSize must be between 1 and ${most}`) }
  if (index === null) return { kind: 'refused', answer: invalid('Page must be a whole number') }
  const token = query['PageToken']
  const start = token === undefined ? index * size : startOf(all, token, size)
  if (start === null) return { kind: 'refused', answer: invalid('Invalid parameter PageToken') }

  const items = all.slice(start, start + size)
  const link = (page: number, pageToken?: string) =>
    `?${new URLSearchParams({
      ...filters,
      PageSize: String(size),
      Page: String(page),
      ...(pageToken === undefined ? {} : { PageToken: pageToken }),
    }).toString()}`
  const first = items[0]
  const last = items.at(-1)
  return {
    kind: 'page',
    page: {
      items,
      index,
      size,
      start,
      first: link(0),
      self: link(index, token),
      next: last !== undefined && start + size < all.length ? link(index + 1, `PA${last.sid}`) : null,
      previous: first !== undefined && start > 0 ? link(Math.max(0, index - 1), `PB${first.sid}`) : null,
    },
  }
}

/** The `meta` of a list of Twilio's newer services; `base` is the list without its query. */
export function pageMeta<T>(page: Page<T>, base: string, key: string): Record<string, unknown> {
  return {
    first_page_url: base + page.first,
    key,
    next_page_url: page.next === null ? null : base + page.next,
    page: page.index,
    page_size: page.size,
    previous_page_url: page.previous === null ? null : base + page.previous,
    url: base + page.self,
  }
}

function wholeNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

function startOf(all: readonly { readonly sid: string }[], token: string, size: number): number | null {
  const at = all.findIndex(({ sid }) => sid === token.slice(2))
  if (at === -1) return null
  if (token.startsWith('PA')) return at + 1
  return token.startsWith('PB') ? Math.max(0, at - size) : null
}
