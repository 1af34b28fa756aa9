import type { Dispatcher } from 'undici'
import type { Proxies } from '../inputs/network.ts'
import api from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import AnyDispatcher from 'undici/lib/dispatcher/dispatcher.js'

/**
 * The connections to Twilio: kept alive, and through the proxies, if there are any. At most so many
 * `connections` are opened to each host.
 */
export async function createDispatcher(proxies: Proxies | null, connections: number): Promise<Dispatcher> {
  // undici's index gives every dispatcher these methods; the one behind a proxy asks the proxy by them.
  Object.assign(AnyDispatcher.prototype, api)
  const options = { connections, connect: { timeout: 10_000 } }
  if (proxies === null || (proxies.httpsProxy === '' && proxies.httpProxy === '')) return new Agent(options)
  // Load the code for proxies only if there is one.
  const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js')
  return new EnvHttpProxyAgent({ ...options, ...proxies })
}
