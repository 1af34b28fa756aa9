/** The time between two lines of progress, in milliseconds. */
const progressInterval = 3_000

/**
 * Gives a function to call when an account is done, and `what` that is, such as "read". It says now and
 * then how far the run is, how fast, and what is left.
 */
export function progress(total: number, what: string, now: () => Date, log: (line: string) => void): () => void {
  const begin = now().getTime()
  let last = begin
  let count = 0
  return () => {
    count++
    const time = now().getTime()
    if (time - last < progressInterval || count === total) return
    last = time
    const rate = count / ((time - begin) / 1000)
    log(
      `${count} of ${total} accounts ${what}, ${rate.toFixed(rate < 10 ? 1 : 0)} a second, about ${Math.ceil((total - count) / rate)} s left`,
    )
  }
}
