import type { Dispatcher } from 'undici'
import api from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import AnyDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'

/**
 * The connections to Twilio: kept alive, and through the proxy that `HTTPS_PROXY` and `NO_PROXY` name.
 * The sandbox is on this machine, so no proxy stands before it. At most so many `connections` are opened
 * to each host.
 */
export function createDispatcher(sandbox: string | null, connections: number): Dispatcher {
  // undici's index gives every dispatcher these methods; the one behind a proxy asks the proxy by them.
  Object.assign(AnyDispatcher.prototype, api)
  const options = { connections, connect: { timeout: 10_000 } }
  return sandbox === null ? new EnvHttpProxyAgent(options) : new Agent(options)
}
