import { convert, type Formatter } from 'html-to-text'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** The widest word that a summary has and that shall stay whole if there is room: a SID. */
const sidWidth = 34
/**
 * What a row of a summary's table takes beside its two columns of values: the mark, the longest setting
 * and the gaps.
 */
const restOfRow = 2 + 1 + 'aws_credentials_sid'.length + 2 * 2

/**
 * A job summary as text for a terminal: its Markdown rendered as GitHub does, and its HTML laid out in
 * so many columns.
 */
export function summaryView(markdown: string, width: number): string {
  const page = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  const html = padWide(page.replace(/<br>(?=\w+: )/g, `<br>${indent}`))
  const narrow = Math.min(sidWidth, Math.floor((width - restOfRow) / 2))
  const layouts = [width, sidWidth].map((column) => layOut(html, width, column))
  const fitting = layouts.find((text) => text.split('\n').every((line) => line.length <= width))
  return (fitting ?? layOut(shortenSids(html, narrow), width, narrow))
    .replaceAll(pad, '')
    .replaceAll('\u00a0', ' ')
    .replace(/ +$/gm, '')
}

/** Stands before the values of a setting, which are on lines of their own. */
const indent = '\u00a0'.repeat(3)

function layOut(html: string, width: number, maxColumnWidth: number): string {
  return convert(html, {
    wordwrap: width,
    // In a narrow column the last slash of a URL is the one before its host, where a break helps nobody.
    longWordSplit: { wrapCharacters: maxColumnWidth < sidWidth ? [] : ['/'], forceWrapOnLimit: true },
    formatters: { unfolded },
    selectors: [
      ...['h1', 'h2', 'h3'].map((selector) => ({
        selector,
        options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 },
      })),
      {
        selector: 'table',
        format: 'dataTable',
        options: { colSpacing: 2, maxColumnWidth, uppercaseHeaderCells: false },
      },
      { selector: 'ul', options: { itemPrefix: ' ' } },
      { selector: 'details', format: 'block' },
      { selector: 'summary', format: 'unfolded' },
    ],
  })
}

/** A terminal cannot unfold, so the parts that the browser folds are open here, under their heading. */
const unfolded: Formatter = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 })
  builder.addLiteral('▼ ')
  walk(element.children, builder)
  builder.closeBlock({ trailingLineBreaks: 1 })
}

/**
 * Stands for the second column of a character that has two, while columns are counted by the length of
 * texts.
 */
const pad = '\u{E000}'

/**
 * Lengthens the marks, which take two columns of a terminal and are one character: else the columns
 * behind them slip.
 */
function padWide(html: string): string {
  return html.replace(/\p{Emoji_Presentation}/gu, (mark) => (mark.length === 1 ? mark + pad : mark))
}

/**
 * Cuts out the middle of SIDs in cells that are too narrow for them: cut in two lines they are harder to
 * compare.
 */
function shortenSids(html: string, column: number): string {
  if (column >= sidWidth) return html
  const head = Math.floor((column - 1) / 2)
  return html.replace(
    /(?<=<td><code>)[A-Z]{2}[0-9a-f]{32}(?=<\/code>)/gi,
    (sid) => `${sid.slice(0, head)}…${sid.slice(head + 1 - column)}`,
  )
}
