import type { Evidence } from './evidence.ts'
import { evidenceSchema } from './evidence-schema.ts'
import { count } from './words.ts'

/** The evidence of the shards of one fleet. */
export interface JoinedShards {
  /** The parent of the accounts. */
  readonly accountSid: string
  /** How many jobs share the accounts. */
  readonly shards: number
  readonly records: readonly Evidence[]
  /** Why the records do not prove anything about the fleet, one sentence each; empty if they do. */
  readonly problems: readonly string[]
}

type Scoped = Evidence & { readonly scope: NonNullable<Evidence['scope']> }

/**
 * Reads the evidence of all shards, and looks whether it covers the fleet: every shard of one count once,
 * under one policy, none by a sandbox, and every account that Twilio listed once. `files` are the texts of the files
 * that the shards left behind, by their names; the workflow knows the rest without them.
 */
export function joinShards(files: ReadonlyMap<string, string>, accountSid: string, shards: number): JoinedShards {
  const read = Array.from(files, readFile)
  const records = read.filter((record) => typeof record !== 'string')
  const unreadable = read.filter((record) => typeof record === 'string')
  const scoped = records.filter((record): record is Scoped => record.scope !== null)
  const ordered = scoped.toSorted((a, b) => a.scope.shard.index - b.scope.shard.index)
  const problems = [
    ...unreadable,
    ...records.filter(({ scope }) => scope === null).map(({ title }) => `A shard covered no account: ${title}.`),
    ...ordered.flatMap((record) => problemsOf(record, accountSid, shards)),
    ...shardProblems(ordered, shards),
    ...accountProblems(ordered),
  ]
  return { accountSid, shards, records: [...ordered, ...records.filter(({ scope }) => scope === null)], problems }
}

function readFile([name, text]: readonly [string, string]): Evidence | string {
  const { success, data } = evidenceSchema.safeParse(parsed(text))
  return success ? data : `"${name}" is torn, or not an evidence file of this version.`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What is wrong with the evidence of one shard. */
function problemsOf(record: Scoped, accountSid: string, shards: number): string[] {
  const { scope, sandbox, mode, title, policy } = record
  const name = `Shard ${scope.shard.index}/${scope.shard.count}`
  const covered = accountsOf(record)
  const resources = policy?.resources ?? []
  const incomplete = [...covered].filter(([, found]) => found.toSorted().join() !== resources.toSorted().join())
  const problems: (readonly [boolean, string])[] = [
    [sandbox, `${name} was answered by a sandbox, and not by Twilio: unset TWILIO_SANDBOX_URL.`],
    [mode !== 'check', `${name} ran in mode ${mode}, and not in mode check.`],
    [
      scope.accountSid?.toLowerCase() !== accountSid.toLowerCase(),
      `${name} was about account ${scope.accountSid}, and not about ${accountSid}.`,
    ],
    [scope.shard.count !== shards, `${name} is one of ${scope.shard.count}, and the workflow has ${shards}.`],
    [scope.covered === null, `${name} did not come to its accounts: ${title}.`],
    [
      scope.covered !== null && scope.covered !== covered.size,
      `${name} says that it covered ${scope.covered} accounts, and has results of ${covered.size}.`,
    ],
    [
      incomplete.length > 0,
      `${name} does not have one result for each resource of ${count(incomplete.length, 'account')}: ${incomplete[0]?.[0]}.`,
    ],
  ]
  return problems.filter(([isThere]) => isThere).map(([, sentence]) => sentence)
}

/** The accounts that a shard has results of, and the resources that the results are about. */
function accountsOf({ targets }: Evidence): Map<string, string[]> {
  const accounts = new Map<string, string[]>()
  for (const { account_sid: sid, resource } of targets) {
    if (sid === null || resource === null) continue
    const key = sid.toLowerCase()
    accounts.set(key, [...(accounts.get(key) ?? []), resource])
  }
  return accounts
}

/** Whether each shard is there once, and whether all ran alike. */
function shardProblems(records: readonly Scoped[], shards: number): string[] {
  const times = (index: number): number => records.filter(({ scope }) => scope.shard.index === index).length
  const all = Array.from({ length: shards }, (_, index) => index + 1)
  const policies = new Set(records.map(({ policy, scope }) => JSON.stringify([policy, scope.accounts])))
  const listed = new Set(records.map(({ scope }) => scope.listed))
  return [
    ...all
      .filter((index) => times(index) === 0)
      .map((index) => `Shard ${index}/${shards} left no evidence: look at its job.`),
    ...all
      .filter((index) => times(index) > 1)
      .map((index) => `Shard ${index}/${shards} is there ${times(index)} times.`),
    ...(policies.size > 1 ? ['The shards did not run with the same inputs.'] : []),
    ...(listed.size > 1
      ? [
          `The shards did not see the same accounts: Twilio listed ${[...listed].map((number) => number ?? 'none').join(' and ')}. Run all of them again.`,
        ]
      : []),
  ]
}

/** Whether each account is in one shard. */
function accountProblems(records: readonly Scoped[]): string[] {
  const all = records.flatMap((record) => [...accountsOf(record).keys()])
  const distinct = new Set(all)
  const twice = [...distinct].filter((sid) => all.filter((other) => other === sid).length > 1)
  const [first] = records
  if (first === undefined) return []
  const { accounts, listed } = first.scope
  const missing = Array.isArray(accounts) ? accounts.filter((sid) => !distinct.has(sid.toLowerCase())) : []
  const expected = accounts === 'self' ? 1 : accounts === 'all' ? listed : accounts.length
  const covered = records.reduce((sum, { scope }) => sum + (scope.covered ?? 0), 0)
  return [
    ...(twice.length > 0 ? [`${count(twice.length, 'account')} in more than one shard: ${shown(twice)}.`] : []),
    ...(missing.length > 0 ? [`${count(missing.length, 'account')} in no shard: ${shown(missing)}.`] : []),
    ...(covered === expected && expected !== null
      ? []
      : [`The shards covered ${count(covered, 'account')} of ${expected ?? 'an unknown number'}.`]),
  ]
}

/** The SIDs that are named, in capitals as Twilio writes their prefix. */
function shown(sids: readonly string[]): string {
  const named = sids.slice(0, 10).map((sid) => sid.replace(/^ac/, 'AC'))
  return sids.length > named.length ? `${named.join(', ')}, and ${sids.length - named.length} more` : named.join(', ')
}
