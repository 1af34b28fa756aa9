import type { Effects } from './effects.ts'

/** The pauses between the reads that wait for a write to show, in milliseconds: about 5 s in all. */
const pauses = [250, 500, 1000, 1500, 2000] as const

/**
 * Reads, to verify a write, until nothing is missing, or until Twilio has had its time: it may show a write
 * late. Gives the last reading; `missingIn` names what is not there yet.
 */
export async function readUntilThere<T>(
  read: () => Promise<T>,
  missingIn: (reading: T) => readonly string[],
  { log, wait }: Pick<Effects, 'log' | 'wait'>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const reading = await read()
    const missing = missingIn(reading)
    const pause = pauses[attempt]
    if (missing.length === 0 || pause === undefined) return reading
    log(`Not there yet: ${missing.join(', ')}; reading again in ${pause / 1000} s`)
    await wait(pause, 'verify')
  }
}
