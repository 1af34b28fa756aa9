import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import type { Proxies } from '../inputs/network.ts'
import type { AccountPort, Purpose, TimeLimit } from '../run/effects.ts'
import type { Environment } from './attempt.ts'
import { type Client, createClient } from './client.ts'
import { listCredentials, uploadPublicKey } from './credentials.ts'
import { createDispatcher } from './connection.ts'
import { settingsPort } from './settings.ts'
import { createThrottle } from './throttle.ts'
import { limitTime, stopped } from './time-limit.ts'
import type { ReadHeaders } from './signed-url.ts'
import { once } from '../shared/async.ts'
import type { ActionError } from '../shared/errors.ts'
import { type Credential } from '../shared/secrets.ts'

/** The connections to Twilio, until the signal aborts. One that is idle does not keep the process running. */
export interface Session {
  readonly client: (credential: Credential) => Client
  readonly account: (credential: Credential) => AccountPort
  readonly wait: (milliseconds: number, purpose?: Purpose) => Promise<void>
  readonly limitTime: (milliseconds: number) => TimeLimit
  /** The reason why everything was ended; `null` if it was not. */
  readonly stopped: () => ActionError | null
  /** The ids of the requests that Twilio has answered so far. */
  readonly requestIds: readonly string[]
}

/** Opens a session. Nothing is sent before the first call. */
export async function openSession(
  options: Pick<Environment, 'sandbox' | 'signal' | 'end' | 'log' | 'secrets' | 'hasRegion'> & {
    /** The proxies of the environment. The sandbox is on this machine, so none stands before it. */
    readonly proxies: Proxies
    /** The most requests that are under way at a time, and the most connections to each host. */
    readonly width: number
    /** Whether an account gets one request at a time, as in a fleet. */
    readonly isSerial: boolean
    /** Keeps a secret out of the log, whoever prints it. */
    readonly mask: (secret: string) => void
  },
): Promise<Session> {
  const { sandbox, proxies, width, isSerial, signal, end, log, mask, secrets, hasRegion } = options
  const dispatcher = await createDispatcher(sandbox === null ? proxies : null, width)
  const throttle = createThrottle(width)
  const wait = (milliseconds: number, purpose: Purpose = 'look'): Promise<void> => {
    const until = purpose === 'verify' ? end : signal
    return sleep(milliseconds, undefined, { signal: until }).catch(() => Promise.reject(stopped(until)))
  }
  const requestIds: string[] = []
  const environment = {
    dispatcher,
    throttle,
    sandbox,
    signal,
    end,
    wait,
    random: Math.random,
    now: Date.now,
    log,
    note: (id: string) => void requestIds.push(id),
    track: tracker(dispatcher, end),
    secrets,
    accepted: new Set<string>(),
    hasRegion,
  }
  const client = (credential: Credential): Client =>
    isSerial ? oneByOne(createClient(credential, environment)) : createClient(credential, environment)
  const readMedia = once(async () => (await import('./signed-url.ts')).createReadHeaders(environment, mask))
  const readHeaders: ReadHeaders = async (url) => (await readMedia())(url)
  return {
    client,
    account: (credential) => accountPort(client(credential), credential, readHeaders, log),
    wait,
    limitTime: (limit) => limitTime(signal, limit, () => {}),
    stopped: () => (signal.aborted ? stopped(signal) : null),
    requestIds,
  }
}

/** What is told of all that is sent, so that everything which is still under way can be ended. */
function tracker(dispatcher: Dispatcher, end: AbortSignal): (sending: Promise<unknown>) => void {
  const underWay = new Set<Promise<unknown>>()
  // Without this, a proxy that does not answer would keep the process alive for minutes. It takes 2 ms, so
  // skip it if nothing is under way.
  end.addEventListener(
    'abort',
    () => {
      if (underWay.size > 0) void dispatcher.destroy()
    },
    { once: true },
  )
  return (sending) => {
    underWay.add(sending)
    const forget = (): boolean => underWay.delete(sending)
    sending.then(forget, forget)
  }
}

/** The account that a client's credential belongs to. */
export function accountPort(
  client: Client,
  { user }: Credential,
  readHeaders: ReadHeaders,
  log: (line: string) => void,
): AccountPort {
  return {
    isOwn: user.startsWith('AC'),
    settings: (resource) => settingsPort(client, resource),
    media: (resource) => {
      const port = once(async () => (await import('./media.ts')).mediaPort(client, resource, readHeaders, log))
      return { list: async (since) => (await port()).list(since), look: async (sid) => (await port()).look(sid) }
    },
    publicKeys: (purpose) => listCredentials(client, 'public-keys', purpose),
    awsCredentials: () => listCredentials(client, 'aws'),
    upload: (upload) => uploadPublicKey(client, upload),
  }
}

/** A client that sends a call when the one before it has ended. */
function oneByOne(client: Client): Client {
  let last: Promise<unknown> = Promise.resolve()
  return (call, beforeRepeat) => {
    const next = last.then(() => client(call, beforeRepeat))
    const forget = (): void => undefined
    last = next.then(forget, forget)
    return next
  }
}
