// The parts of undici that speak to Twilio, for which it has no types. Its index loads all of it: mocks,
// caches and WebSockets would be most of what stands beside a credential, and take 15 ms of each run.

declare module 'undici/lib/dispatcher/dispatcher.js' {
  import { Dispatcher } from 'undici'
  export = Dispatcher
}

declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'
  export = Agent
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  import { EnvHttpProxyAgent } from 'undici'
  export = EnvHttpProxyAgent
}

declare module 'undici/lib/api/index.js' {
  import type { Dispatcher } from 'undici'
  /** The methods by which a dispatcher sends. */
  const api: Pick<Dispatcher, 'connect' | 'pipeline' | 'request' | 'stream' | 'upgrade'>
  export = api
}
