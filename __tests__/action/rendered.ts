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
  /**
   * The lists of settings: of each setting its mark and name, and its values, `same` for the second one where
   * there is one value only.
   */
  readonly settings: readonly (readonly (readonly string[])[])[]
  /** The points of the other list, as a reader reads them. */
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
  const lists = inside(html, 'ul').map((list) => inside(list, 'li'))
  const tables = inside(html, 'table').map((table) =>
    inside(table, 'tr').map((row) => [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textOf(cell))),
  )
  return {
    elements: [...html.matchAll(tag)].filter(([whole]) => !whole.startsWith('</')).map(([, name = '']) => name),
    explanation: textOf(inside(html, 'p')[0] ?? ''),
    tables,
    settings: lists.filter(isOfSettings).map((items) => items.map(rowOf)),
    points: lists.filter((items) => !isOfSettings(items)).flatMap((items) => items.map(textOf)),
    text: textOf(html),
    html,
  }
}

/** Whether the items of a list are settings: a mark, the name in `<code>`, and what follows. */
function isOfSettings(items: readonly string[]): boolean {
  return items.every((item) => /^(?:\S+ )?<code>[a-z0-9_]+<\/code>(?:<br>|: )/.test(item))
}

function rowOf(item: string): string[] {
  const [name = '', ...values] = item.split(/<br>|(?<=^\S* ?<code>\w+<\/code>): /)
  return [name, ...values.map((value) => value.replace(/^(?:Current|Desired|Before|Now): /, ''))].map(textOf)
}

function inside(html: string, element: string): string[] {
  return [...html.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, content = '']) => content)
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

function textOf(html: string): string {
  return unescaped(html.replaceAll(tag, ''))
}

/** What stands behind the entities of a text. */
export function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|([a-z]+));/g, (whole, code: string | undefined, name = '') =>
    code === undefined ? (named[String(name)] ?? whole) : String.fromCodePoint(Number(code)),
  )
}
