import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How many subaccounts the parent has, and after how many milliseconds Twilio answers. */
export interface Plan {
  readonly subaccounts: number
  readonly delayMs: number
}

/** The number of requests since the last call, and the highest number of connections open at once. */
export interface Received {
  readonly requests: number
  readonly peakConnections: number
}

/** A sandbox in a process of its own: answering must not wait for the measuring, nor the other way round. */
export interface SandboxProcess {
  readonly url: string
  readonly takeReceived: () => Promise<Received>
  readonly stop: () => void
}

/** Starts it, with a parent and its subaccounts, all of them safe. */
export async function startSandboxProcess(plan: Plan): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL('sandbox.ts', import.meta.url)), [JSON.stringify(plan)])
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    takeReceived: async () => {
      const answer = once(child, 'message')
      child.send('take')
      const [received] = (await answer) as [Received]
      return received
    },
    stop: () => child.disconnect(),
  }
}
