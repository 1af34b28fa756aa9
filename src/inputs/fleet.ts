import { createHash } from 'node:crypto'

/** The accounts that a run covers. */
export type Accounts =
  { readonly kind: 'self' } | { readonly kind: 'all' } | { readonly kind: 'list'; readonly sids: readonly string[] }

/** One of several equal jobs: `index` from 1 to `count`. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** The shard that a text such as `2/5` names; `null` if it names none. */
export function parseShard(text: string): Shard | null {
  const [, index = 0, count = 0] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number)
  return index < 1 || index > count || count > mostShards ? null : { index, count }
}

/** The most jobs that can share a fleet. */
export const mostShards = 256

/** A shard as people write it, such as `2/5`. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`
}

/**
 * Which of `count` jobs covers an account, from 1 to `count`: always the same, whatever other accounts
 * there are.
 */
export function shardOf(accountSid: string, count: number): number {
  return (createHash('sha256').update(accountSid.toLowerCase()).digest().readUInt32BE(0) % count) + 1
}

/** The accounts of a job. */
export function inShard<T extends { readonly accountSid: string }>(accounts: readonly T[], shard: Shard | null): T[] {
  return shard === null
    ? [...accounts]
    : accounts.filter(({ accountSid }) => shardOf(accountSid, shard.count) === shard.index)
}

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
