/**
 * Makes a thing when it is first asked for, and gives the same one from then on. Making all schemas at
 * the start would cost every run time.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly thing: T } | null = null
  return () => (made ??= { thing: make() }).thing
}
