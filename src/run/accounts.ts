import { AccountError, ResponseError } from '../shared/errors.ts'
import type { Task } from './read-account.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { forAccount } from '../settings/settings.ts'
import { isSameAccount } from '../settings/target.ts'
import { createHash } from 'node:crypto'
import type { FleetInputs, Shard } from '../inputs/accounts.ts'

/** The work on one account. */
export function taskFor({ resources, desired, key }: Inputs, accountSid: string): Task {
  return { kind: 'ready', accountSid, resources, desired: forAccount(desired, accountSid), key }
}

/** An account that the parent lists as active, and the auth token that it alone takes. */
export interface ActiveAccount {
  readonly accountSid: string
  /** The name that people gave it; `null` if there is none to show. */
  readonly name: string | null
  /** `null` if Twilio does not give it, or gives what can be none, or the account is not one of this run. */
  readonly authToken: string | null
  /** Why what Twilio gives can be no token, to follow "an auth token that"; `null` if that is not so. */
  readonly whyNoToken: string | null
}

/** Whether a run covers an account by its list and its shard. */
export function covers({ accounts, shard }: FleetInputs, accountSid: string): boolean {
  const isMeant = accounts.kind !== 'list' || accounts.sids.some((sid) => isSameAccount(sid, accountSid))
  return isMeant && inShard([{ accountSid }], shard).length > 0
}

/**
 * What there is to do for each account of a fleet, in the order of their SIDs. One that is asked for and
 * is not among the `active` ones gets a task that can only fail, and so does one without a token, but
 * for the parent, whose own is known. Throws if all are asked for and the parent itself is not among
 * them: a list that lacks one account may lack others.
 */
export function fleetTasks(inputs: Inputs, active: readonly Omit<ActiveAccount, 'name'>[], parentSid: string): Task[] {
  const { accounts, shard } = inputs.fleet
  const bySid = new Map(active.map((account) => [account.accountSid.toLowerCase(), account]))
  const unavailable = (accountSid: string, facts: string, advice: string): Task => ({
    kind: 'unavailable',
    accountSid,
    resources: inputs.resources,
    error: new AccountError(facts, { advice }),
  })
  if (accounts.kind === 'all' && !bySid.has(parentSid.toLowerCase()))
    throw new ResponseError(
      `Twilio's list of the active accounts lacks ${parentSid} itself, so it is not complete, and no account was checked.`,
    )
  const tasks = (
    accounts.kind === 'list' ? accounts.sids : [...bySid.values()].map(({ accountSid }) => accountSid)
  ).map((sid): Task => {
    const found = bySid.get(sid.toLowerCase())
    if (found === undefined)
      return unavailable(
        sid,
        `${sid} is not an active account under this parent.`,
        'Correct "accounts", or leave the account out.',
      )
    if (found.whyNoToken !== null && !isSameAccount(found.accountSid, parentSid))
      return unavailable(
        sid,
        `Twilio lists ${sid} with an auth token that ${found.whyNoToken}, so it was not sent.`,
        'Run again. If it stays so, something changes the responses of Twilio, or Twilio Support can help.',
      )
    if (found.authToken !== null || isSameAccount(found.accountSid, parentSid)) return taskFor(inputs, found.accountSid)
    return unavailable(
      sid,
      `Twilio lists ${sid} without an auth token, so it cannot be asked.`,
      'Use the primary auth token or a Main API key of the parent, or leave the account out.',
    )
  })
  return inShard(tasks, shard).sort((a, b) => (a.accountSid < b.accountSid ? -1 : 1))
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
