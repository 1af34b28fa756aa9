/**
 * The result of reading a text: its value, perhaps with a warning, or a mistake. A warning and a mistake
 * read as a predicate after the name of the input.
 */
export type Parsed<V> =
  | { readonly kind: 'value'; readonly value: V; readonly warning: string | null }
  | { readonly kind: 'mistake'; readonly mistake: string }

/** A text that has a value. */
export function accept<V>(value: V, warning: string | null = null): Parsed<V> {
  return { kind: 'value', value, warning }
}

/** A text that has none. */
export function reject(mistake: string): Parsed<never> {
  return { kind: 'mistake', mistake }
}
