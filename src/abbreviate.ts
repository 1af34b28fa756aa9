/** A text of at most so many characters: if it is longer, its beginning and how long it is. */
export function abbreviate(text: string, most = 200): string {
  if (text.length <= most) return text
  const beginning = text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
  return `${beginning}… (${text.length} characters)`
}
