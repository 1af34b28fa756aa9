import { setMaxListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { AccountError, StoppedError, toActionError } from './shared/errors.ts'
import { desiredFindings } from './settings/requirements.ts'
import type { Policy } from './settings/guards.ts'
import { needsPublicKeys, type Task } from './run/read-account.ts'
import type { Inputs } from './inputs/inputs.ts'
import type { Outcome, RunResult, Scope } from './run/outcome.ts'
import { planId } from './settings/plan-id.ts'
import type { Effects } from './run/effects.ts'
import { run } from './run/run.ts'
import { type Credential } from './shared/secrets.ts'
import { isSameAccount } from './settings/target.ts'
import { covers, fleetTasks, taskFor } from './run/accounts.ts'
import { listAccounts } from './twilio/accounts.ts'
import { createAccountClients } from './twilio/clients.ts'
import { openSession, type Session } from './twilio/session.ts'

/** The effects that a run has on the machine that it runs on. */
export interface Host {
  /** Whether a pull request or a merge queue triggered the run. */
  readonly isPullRequest: boolean
  /** Aborts when the job is cancelled: nothing new is begun then. */
  readonly cancelled: AbortSignal
  /** Aborts when there is no time left to wait for a write that is under way. */
  readonly ended: AbortSignal
  /** Keeps a secret out of the log, whoever prints it. */
  readonly mask: (secret: string) => void
  /** The secrets of the inputs, in all their forms. */
  readonly secrets: readonly string[]
  readonly say: (line: string) => void
  /** Logs details for debugging. */
  readonly debug: (line: string) => void
}

/**
 * The time that the accounts which are worked on at once may take, and the list of them before, in
 * milliseconds.
 */
const timeLimit = 120_000

/** Does what the inputs ask for. Never rejects. */
export async function execute(inputs: Inputs, host: Host): Promise<RunResult> {
  const { access, mode } = inputs
  const unlisted: Scope = { accountSid: access.accountSid, shard: inputs.fleet.shard, names: null }
  if (access.kind === 'missing') {
    const outcomes = [skippedOutcome(inputs, access.reason)]
    return { kind: 'ran', mode, scope: unlisted, outcomes, planId: null, requestIds: [], listed: null }
  }
  const isFleet = inputs.fleet.accounts.kind !== 'self'
  prepareEngine(isFleet)
  const width = isFleet ? inputs.fleet.concurrency : requestsAtOnce(inputs)
  const log = isFleet ? host.debug : host.say
  const { over, signal, end } = signalsOf(host)
  if (mode === 'apply') tellWhenCancelled(host)
  const stopAfter = (limit: number): NodeJS.Timeout =>
    setTimeout(() => over.abort(new StoppedError(`The run took more than ${limit / 60_000} minutes.`)), limit).unref()
  const session = await openSession({ ...host, ...inputs, width, isSerial: isFleet, signal, end, log })
  let listed: number | null = null
  try {
    const clients = createAccountClients(session.account)
    clients.add(access.accountSid, access.credential)
    const listing = stopAfter(timeLimit)
    const found = isFleet
      ? await listTasks(inputs, access.credential, clients.add, session, host)
      : { tasks: [taskFor(inputs, access.accountSid)], names: null, listed }
    const { tasks, names } = found
    listed = found.listed
    const scope: Scope = { ...unlisted, names }
    clearTimeout(listing)
    const ended = { kind: 'ran', mode, scope, requestIds: session.requestIds, listed } as const
    if (tasks.length === 0) return { ...ended, ...emptyShard(inputs) }
    stopAfter(timeLimit * Math.max(1, Math.ceil(tasks.length / width)))
    const effects: Effects = {
      account: clients.account,
      forget: clients.forget,
      width: isFleet ? width : 1,
      looksAtOnce: isFleet ? 1 : width,
      limitTime: session.limitTime,
      wait: session.wait,
      now: () => new Date(),
      stopped: session.stopped,
      log,
      say: host.say,
    }
    return { ...ended, ...(await run(tasks, policyOf(inputs, host), effects)) }
  } catch (thrown) {
    return { kind: 'stopped', error: toActionError(thrown), requestIds: session.requestIds, listed }
  } finally {
    // End everything that is still under way. An idle connection does not keep the process alive, and
    // undici takes 2 ms to close one.
    over.abort()
  }
}

function policyOf(inputs: Inputs, { isPullRequest }: Host): Policy {
  const { mode, isRead, requirements, allowed, expectedPlan, resources, credentials, mediaHours } = inputs
  return { mode, isRead, requirements, allowed, expectedPlan, resources, credentials, mediaHours, isPullRequest }
}

/** What stops a run, and what ends it. `over` does both. */
function signalsOf({ cancelled, ended }: Host): {
  readonly over: AbortController
  readonly signal: AbortSignal
  readonly end: AbortSignal
} {
  const over = new AbortController()
  const signal = AbortSignal.any([cancelled, over.signal])
  const end = AbortSignal.any([ended, over.signal])
  setMaxListeners(0, signal, end)
  return { over, signal, end }
}

function tellWhenCancelled({ cancelled, say }: Host): void {
  cancelled.addEventListener('abort', () => say('Cancelled: nothing new is begun. A write under way has 5 s'))
}

function prepareEngine(isFleet: boolean): void {
  if (isFleet) {
    // Thousands of responses make much garbage, and V8 would let its heap grow to many times the size in
    // use.
    setFlagsFromString('--semi-space-growth-factor=1')
    setFlagsFromString('--heap-growing-percent=20')
  } else {
    // After some three responses V8 would optimize undici's parser, which is WebAssembly, and the process
    // would wait 25 ms for that at its end.
    setFlagsFromString('--wasm-tiering-budget=1000000000')
  }
}

/** The ending of a shard without accounts: the workflow itself is judged all the same. */
function emptyShard(inputs: Inputs): { readonly outcomes: readonly Outcome[]; readonly planId: string | null } {
  const { mode, expectedPlan } = inputs
  const plan = planId([])
  if (mode === 'apply' && expectedPlan !== null && expectedPlan !== plan)
    throw new AccountError('No account falls into this shard, and the plan that was reviewed had some.', {
      advice: 'Review a new plan.',
    })
  const judged = skippedOutcome(inputs, 'no account falls into this shard')
  return { outcomes: judged.findings.length === 0 ? [] : [judged], planId: plan }
}

/** The outcome from the inputs alone, if no account was read. */
function skippedOutcome(
  { access, desired, key, requirements }: Inputs,
  reason: string,
): Extract<Outcome, { status: 'skipped' }> {
  const known = key.kind === 'sid' ? { ...desired, encryption_key_sid: key.sid } : desired
  return {
    status: 'skipped',
    accountSid: access.accountSid,
    reason,
    desired: known,
    findings: desiredFindings(desired, requirements),
  }
}

/** How many requests look at the media of one account at once. */
const looksAtOnce = 8

/** The settings and the credentials of one account are read at once. */
function requestsAtOnce({ resources, credentials, key, mode, mediaHours }: Inputs): number {
  if (mediaHours !== null && mode !== 'apply') return looksAtOnce
  return resources.length + (credentials.verify ? 1 : 0) + (needsPublicKeys(key, credentials) ? 1 : 0)
}

async function listTasks(
  inputs: Inputs,
  parent: Credential,
  add: (accountSid: string, credential: Credential) => void,
  session: Session,
  { mask, say }: Host,
): Promise<{ readonly tasks: Task[]; readonly names: ReadonlyMap<string, string>; readonly listed: number }> {
  say('Listing the active accounts')
  const { accountSid: parentSid } = inputs.access
  // The parent has its own credential. From each token the runner derives the forms in which it may be
  // printed, and looks for all of them in every line.
  const isOfRun = (sid: string): boolean => covers(inputs.fleet, sid) && !isSameAccount(sid, parentSid ?? '')
  const listed = await listAccounts(session.client(parent), isOfRun, mask)
  const tasks = fleetTasks(inputs, listed, parentSid ?? '')
  const needed = new Set(tasks.map(({ accountSid }) => accountSid.toLowerCase()))
  const names = new Map<string, string>()
  for (const { accountSid, name, authToken } of listed) {
    if (!needed.has(accountSid.toLowerCase())) continue
    if (name !== null) names.set(accountSid.toLowerCase(), name)
    if (authToken !== null) add(accountSid, { user: accountSid, password: authToken })
  }
  say(`${listed.length} active accounts, ${tasks.length} in this run`)
  return { tasks, names, listed: listed.length }
}
