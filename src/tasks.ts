import { LookupError } from './errors.ts'
import { inShard } from './fleet.ts'
import type { Task } from './inspect.ts'
import type { Inputs } from './inputs.ts'
import { forAccount } from './settings.ts'

/** What there is to do for one account. */
export function taskFor({ resources, desired, key }: Inputs, accountSid: string): Task {
  return { kind: 'ready', accountSid, resources, desired: forAccount(desired, accountSid), key }
}

/**
 * What there is to do for each account of a fleet, in the order of their SIDs. `active` are the accounts that the
 * parent lists; one that is asked for and is not among them gets a task that can only fail.
 */
export function fleetTasks(inputs: Inputs, active: readonly string[]): Task[] {
  const { accounts, shard } = inputs.fleet
  const bySid = new Map(active.map((sid) => [sid.toLowerCase(), sid]))
  const tasks = (accounts.kind === 'list' ? accounts.sids : active).map((sid): Task => {
    const found = bySid.get(sid.toLowerCase())
    if (found !== undefined) return taskFor(inputs, found)
    return { kind: 'unavailable', accountSid: sid, resources: inputs.resources, error: new LookupError(`${sid} is not an active account under this parent.`, { advice: 'Correct "accounts", or leave the account out.' }) }
  })
  return inShard(tasks, shard).sort((a, b) => (a.accountSid < b.accountSid ? -1 : 1))
}
