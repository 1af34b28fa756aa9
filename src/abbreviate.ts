/** A text of at most so many characters: if it is longer, its beginning and how long it is. */
export function abbreviate(text: string, most = 200): string {
  if (text.length <= most) return text
  return `${text.slice(0, most)}… (${text.length} characters)`
}
