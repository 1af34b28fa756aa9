import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBucket } from './bucket.ts'
import { countConnections } from './connections.ts'
import { exchange, type House } from './exchange.ts'
import { createFaults, type Fault } from './faults.ts'
import type { RecordedRequest } from './requests.ts'
import type { AccountSeed, StoredSettings } from './seeds.ts'
import { type Account, createState, defaultSettings, type SettingsResource } from './state.ts'

export type { Effect, Fault } from './faults.ts'
export type { RecordedRequest } from './requests.ts'
export type { AccountSeed, CredentialSeed, MediaSeed, Quirks, StoredSettings } from './seeds.ts'
export type { Account, SettingsResource, StoredMedia } from './state.ts'

/** How a sandbox starts. */
export interface SandboxOptions {
  accounts?: AccountSeed[]
  /** Default: any free one. */
  port?: number
  /** The delay before every response, in milliseconds. The request is carried out before it. */
  delayMs?: number | (() => number)
  /**
   * Lists of credentials and of media link to their next page on https://accounts.twilio.com and
   * https://video.twilio.com, as Twilio's do, and not on the sandbox.
   */
  realNextPageUrls?: boolean
  /** The origin of signed URLs. Default: the sandbox, which is the only one that counts for the action there. */
  mediaOrigin?: string
  /**
   * The clock of `date_created`, `date_updated` and {@link RecordedRequest.at}, in milliseconds.
   * Default: `Date.now`.
   */
  now?: () => number
  /**
   * Called before a request is carried out, so that a test can change the state in between; what it returns
   * is waited for.
   */
  onRequest?: (request: RecordedRequest, sandbox: Sandbox) => unknown
}

/** A Twilio that runs on this machine. */
export interface Sandbox {
  /** The origin under which all of Twilio's hosts are. */
  readonly url: string
  /** The requests received, in the order in which they arrived. */
  readonly requests: RecordedRequest[]
  /** The signed URLs that were handed out. Each is a secret. */
  readonly signedUrls: readonly string[]
  /** The stored settings, also while they do not show yet; `null`: never configured. */
  settings(sid: string, resource: SettingsResource): StoredSettings | null
  /** Changes what is stored, as if somebody did so in Twilio's Console. It shows at once. */
  setSettings(sid: string, resource: SettingsResource, partial: Partial<StoredSettings>): void
  /** The account itself, not a copy. */
  account(sid: string): Account
  fault(fault: Fault): void
  /** The connections opened in all. */
  readonly connections: number
  /** The most connections that were open at once. */
  readonly peakConnections: number
  /** Forgets the requests received and the faults set. */
  clear(): void
  close(): Promise<void>
}

/** Starts a sandbox on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, delayMs = 0 } = options
  const server = createServer({ keepAlive: true, keepAliveTimeout: 60_000 })
  const closing = new AbortController()
  const url = await listen(server, options.port ?? 0)
  let arrived = 0
  const state = createState(options.accounts ?? [])
  const house: House = {
    context: {
      state,
      pageOrigin: (host) => (options.realNextPageUrls === true ? `https://${host}` : url),
      bucket: createBucket(options.mediaOrigin ?? url, state, now),
      now: () => new Date(now()),
    },
    faults: createFaults(),
    requests: [],
    connections: countConnections(server),
    nextRequestId: () => `RQ${(++arrived).toString(16).padStart(32, '0')}`,
    onRequest: (request) => options.onRequest?.(request, sandbox),
    delay: typeof delayMs === 'function' ? delayMs : () => delayMs,
    closing: closing.signal,
  }
  server.on('request', (incoming, response) => {
    // A rejection means that the connection is gone, or that there is a defect. The client must wait in
    // neither case.
    exchange(incoming, response, house).catch((thrown: unknown) => {
      if (!closing.signal.aborted && !response.destroyed) console.error(thrown)
      response.destroy()
    })
  })
  const close = async () => {
    closing.abort()
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }
  const sandbox = sandboxOf(url, house, close)
  return sandbox
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function sandboxOf(
  url: string,
  { context, faults, requests, connections }: House,
  close: () => Promise<void>,
): Sandbox {
  const account = (sid: string): Account => {
    const found = context.state.accounts.get(sid)
    if (found === undefined) throw new Error(`The sandbox has no account ${sid}`)
    return found
  }
  return {
    url,
    requests,
    signedUrls: context.bucket.signedUrls,
    account,
    settings: (sid, resource) => structuredClone(account(sid).settings[resource].stored),
    setSettings: (sid, resource, partial) => {
      const settings = account(sid).settings[resource]
      settings.stored = { ...defaultSettings, ...settings.stored, ...partial }
      settings.earlier = null
    },
    fault: (fault) => faults.add(fault),
    get connections() {
      return connections.opened
    },
    get peakConnections() {
      return connections.peak
    },
    clear: () => {
      requests.splice(0)
      faults.clear()
    },
    close,
  }
}
