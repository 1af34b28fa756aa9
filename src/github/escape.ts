/**
 * Characters that show nothing, or change how the text around them is shown: controls, line and
 * paragraph separators, halves of surrogate pairs, the formatting ones, among them those that turn the
 * direction of writing, and fillers, which a comparison by culture, as the runner makes it, may take no
 * notice of.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** A text on one line, with what cannot be seen written as an escape. */
export function visible(text: string): string {
  return text.replace(invisible, escapeSequence)
}

/**
 * A line for the log. The runner takes `::` at the start of a line and `##[` anywhere in it for commands
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs), so neither may come
 * from outside.
 */
export function logLine(text: string): string {
  return visible(text)
    .replaceAll('##[', '#\\u{23}[')
    .replace(/^(\s*):(?=:)/, '$1\\u{3a}')
}

/** Text for HTML, in an element or an attribute, on one line. */
export function html(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Outside of `<code>`, GitHub mentions whoever follows an `@`. The `gap` parts the two, and is not seen. */
function unmentioned(markup: string, gap: string): string {
  return markup.replaceAll('@', `@${gap}`)
}

/** Text for HTML outside of `<code>`, which mentions nobody. */
export function prose(text: string): string {
  return unmentioned(html(text), '<wbr>')
}

/**
 * Markup for a comment or an issue. Outside of `<code>`, GitHub links there what `#` or `GH-` and a number
 * name, and tells whom an `@` mentions. The `#` of an entity such as `&#60;` stays.
 */
export function quiet(markup: string): string {
  return markup
    .split(/(<code>.*?<\/code>)/s)
    .map((part) =>
      part.startsWith('<code>')
        ? part
        : unmentioned(part, '&#8203;').replaceAll(/(?<!&)#(?=\d)|GH-(?=\d)/gi, '$&&#8203;'),
    )
    .join('')
}

function escapeSequence(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/**
 * A value in `<code>`, with places where a narrow screen may break it: three columns shall fit on a
 * phone.
 */
export function code(text: string): string {
  return broken(text, /[^_./ -]{1,9}[_./ -]*|[_./ -]+/gu)
}

/** The name of a setting in `<code>`, which may be broken between its words. */
export function name(text: string): string {
  return broken(text, /[^_]+_*/gu)
}

function broken(text: string, parts: RegExp): string {
  return `<code>${(text.match(parts) ?? []).map(html).join('<wbr>')}</code>`
}

/**
 * Text for a cell of a narrow column: nobody is mentioned, and the names of settings and SIDs may be
 * broken.
 */
export function cell(text: string): string {
  return prose(text)
    .replaceAll(/\b[A-Z]{2}[0-9a-f]{32}\b/gi, (sid) => sid.replaceAll(/.{9}/g, '$&<wbr>'))
    .replaceAll('_', '_<wbr>')
}
