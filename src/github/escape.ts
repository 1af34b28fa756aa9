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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * Text for HTML, in an element or an attribute in double quotes, on one line. Nothing but what HTML needs is
 * rewritten, and that by named entities: the runner masks the job summary line by line, and knows a secret
 * in it as it is and in this form.
 */
export function html(text: string): string {
  return visible(text).replace(/[&<>"]/g, (character) => entities[character] ?? character)
}

/** A value in `<code>`, where GitHub makes no links and mentions nobody. */
export function code(text: string): string {
  return `<code>${html(text)}</code>`
}

/**
 * Markup for a comment or an issue. Outside of `<code>`, GitHub links there what `#` or `GH-` and a number
 * name, and tells whom an `@` mentions: a space without width, which nobody sees, keeps it from both.
 */
export function quiet(markup: string): string {
  return markup
    .split(/(<code>.*?<\/code>)/s)
    .map((part) => (part.startsWith('<code>') ? part : part.replaceAll(/@|#(?=\d)|GH-(?=\d)/gi, '$&&#8203;')))
    .join('')
}

function escapeSequence(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
