/** The interval between two lines of progress, in milliseconds. */
const progressInterval = 3_000

/**
 * Returns a function to call when an account is done; `what` names that, such as "read". Now and then it
 * logs the progress, the rate and the remaining accounts.
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
