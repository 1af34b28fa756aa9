/**
 * Creates a value on first use, and returns the same one from then on. Creating all schemas at the start
 * would slow down every run.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly thing: T } | null = null
  return () => (made ??= { thing: make() }).thing
}

/**
 * Runs `act` on every item, at most `width` at a time, in their order. Gives the results in the same
 * order.
 */
export async function pooled<T, R>(
  items: readonly T[],
  width: number,
  act: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await act(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work))
  return results
}
