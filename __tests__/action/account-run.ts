import { afterAll } from 'vitest'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { runAction, type Step, type StepResult } from './action.ts'
import { accountSid, authToken, startAccount } from './fixtures.ts'

/** An account at a Twilio of its own, and steps that are run on it with its auth token. */
export interface Account {
  readonly sandbox: Sandbox
  readonly step: (inputs: Readonly<Record<string, string>>, more?: Omit<Step, 'with' | 'env'>) => Promise<StepResult>
  /** The methods of its requests, such as `GET POST GET`. */
  readonly methods: () => string
  /** The paths to which something was posted. */
  readonly posts: () => string[]
}

/**
 * Gives what starts an account for each test of a file, as {@link startAccount} does, so that they can run
 * at the same time; all of them end with the file. `usual` are the inputs of every step.
 */
export function accountsOfFile(
  usual: Readonly<Record<string, string>> = {},
): (...account: Parameters<typeof startAccount>) => Promise<Account> {
  const running: Sandbox[] = []
  afterAll(async () => {
    await Promise.all(running.map((sandbox) => sandbox.close()))
  })
  return async (...account) => {
    const sandbox = await startAccount(...account)
    running.push(sandbox)
    return {
      sandbox,
      step: (inputs, more = {}) =>
        runAction({
          ...more,
          with: { 'account-sid': accountSid, 'auth-token': authToken, ...usual, ...inputs },
          env: { TWILIO_SANDBOX_URL: sandbox.url },
        }),
      methods: () => sandbox.requests.map(({ method }) => method).join(' '),
      posts: () => sandbox.requests.filter(({ method }) => method === 'POST').map(({ path }) => path),
    }
  }
}
