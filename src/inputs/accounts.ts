import type { InputReader } from './reader.ts'
import { isAccountSid } from '../settings/target.ts'

/** Which accounts the run covers, and how. */
export interface FleetInputs {
  readonly accounts:
    { readonly kind: 'self' } | { readonly kind: 'all' } | { readonly kind: 'list'; readonly sids: readonly string[] }
  /** How many accounts are worked on at a time. */
  readonly concurrency: number
  /** `null`: the run covers all of the accounts, as with `1/1`. */
  readonly shard: Shard | null
}

const mostConcurrency = 32

/** Reads the accounts. */
export function readFleet(reader: InputReader): FleetInputs {
  const accounts = readAccounts(reader)
  const shard = readShard(reader)
  if (shard !== null && accounts.kind === 'self')
    reader.mistake(
      '"shard" divides several accounts, and "accounts" is "self". Set "accounts: all", or leave "shard" out',
    )
  return { accounts, concurrency: readConcurrency(reader), shard }
}

function readAccounts(reader: InputReader): FleetInputs['accounts'] {
  const words = reader
    .get('accounts')
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  if (words.length === 1 && words[0] === 'self') return { kind: 'self' }
  if (words.length === 1 && words[0] === 'all') return { kind: 'all' }
  const wrong = words.filter((word) => !isAccountSid(word))
  if (wrong.length > 0)
    reader.mistake(
      `"accounts" must be self or all, each alone, or a list of account SIDs (AC and 32 hexadecimal digits). Of its words, ${wrong.length} of ${words.length} are no such SID`,
    )
  return { kind: 'list', sids: [...new Map(words.map((sid) => [sid.toLowerCase(), sid])).values()] }
}

function readConcurrency(reader: InputReader): number {
  const text = reader.get('concurrency')
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > mostConcurrency)
    reader.mistake(`"concurrency" must be a whole number from 1 to ${mostConcurrency}`)
  return number
}

function readShard(reader: InputReader): Shard | null {
  const shard = parseShard(reader.get('shard'))
  if (shard === null)
    reader.mistake(`"shard" must be k/n, such as 2/5: job k of n, with k from 1 to n and n at most ${mostShards}`)
  return shard?.count === 1 ? null : shard
}

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
