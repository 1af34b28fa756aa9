import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'

/**
 * The connections to Twilio: kept alive, and through the proxy that `HTTPS_PROXY` and `NO_PROXY` name.
 * The sandbox is on this machine, so no proxy stands before it. At most so many `connections` are opened to each host.
 */
export function createDispatcher(sandbox: string | null, connections: number): Dispatcher {
  const options = { connections, connect: { timeout: 10_000 } }
  return sandbox === null ? new EnvHttpProxyAgent(options) : new Agent(options)
}
