import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** A job summary as a browser would show it. */
export interface Rendered {
  /** Every element of the page, by name, in order. */
  readonly elements: readonly string[]
  /** The paragraph under the heading. */
  readonly explanation: string
  /** The tables, their rows, their cells: what a reader reads. */
  readonly tables: readonly (readonly (readonly string[])[])[]
  /** The points of the list, as a reader reads them. */
  readonly points: readonly string[]
  /** All that a reader reads. */
  readonly text: string
  readonly html: string
}

const tag = /<\/?([a-z][a-z0-9]*)>/g

/**
 * Renders Markdown as GitHub does, raw HTML included. Throws on any tag that is not a bare name, as the
 * action writes them.
 */
export function render(markdown: string): Rendered {
  const html = micromark(markdown, 'utf8', {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
  const stray = /<[^>]*>?/.exec(html.replaceAll(tag, ''))
  if (stray !== null) throw new Error(`The summary has a tag that is not the action's: ${stray[0]}`)
  const tables = inside(html, 'table').map((table) =>
    inside(table, 'tr').map((row) => [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textOf(cell))),
  )
  return {
    elements: [...html.matchAll(tag)].filter(([whole]) => !whole.startsWith('</')).map(([, name = '']) => name),
    explanation: textOf(inside(html, 'p')[0] ?? ''),
    tables,
    points: inside(html, 'li').map(textOf),
    text: textOf(html),
    html,
  }
}

function inside(html: string, element: string): string[] {
  return [...html.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, content = '']) => content)
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

function textOf(html: string): string {
  return html
    .replaceAll(tag, '')
    .replaceAll(/&(?:#(\d+)|([a-z]+));/g, (whole, code: string | undefined, name = '') =>
      code === undefined ? (named[String(name)] ?? whole) : String.fromCodePoint(Number(code)),
    )
}
