import type { Fault, RecordedRequest, Sandbox, SandboxOptions, StoredSettings } from '../sandbox/sandbox.ts'
import type { AccountSeed } from '../sandbox/seeds.ts'
import { runAction, type Step, type StepResult } from './action.ts'
import { accountSid, authToken, startAccount } from './fixtures.ts'
import { render } from './rendered.ts'

/** How the account is, and what goes wrong. */
export interface Stage {
  readonly seed?: Partial<AccountSeed>
  readonly options?: Omit<SandboxOptions, 'accounts'>
  readonly faults?: readonly Fault[]
}

/**
 * A stage and the one step that is run on it. Credentials are those of {@link tokenInputs}, unless
 * `credentials` has others.
 */
export interface Scenario extends Stage, Omit<Step, 'with'> {
  readonly inputs?: Readonly<Record<string, string>>
  readonly credentials?: Credentials
}

/** What a step gives as credentials: inputs and environment. */
export interface Credentials {
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** The traces of a step, here and at Twilio. */
export interface Scene extends StepResult {
  /** The requests of this step. */
  readonly requests: readonly RecordedRequest[]
  /** Their methods, such as `GET POST GET`. */
  readonly methods: string
  /** The settings that the account has at the end. */
  readonly stored: StoredSettings | null
}

/** The usual credential: the auth token, as inputs. */
export const tokenInputs = { 'account-sid': accountSid, 'auth-token': authToken } as const

/** Only the settings are asked for, so that what is counted and what goes wrong is about them. */
const settingsOnly = { 'verify-credentials': 'false' }

/** Runs one step against an account of its own. */
export function play({ seed, options, faults, ...step }: Scenario): Promise<Scene> {
  return onStage({ seed: seed ?? {}, options: options ?? {}, faults: faults ?? [] }, (_, run) => run(step))
}

/** Runs steps, one after another, against one account. */
export async function onStage<T>(
  { seed, options, faults }: Stage,
  act: (sandbox: Sandbox, run: (scenario: Omit<Scenario, keyof Stage>) => Promise<Scene>) => Promise<T>,
): Promise<T> {
  const sandbox = await startAccount(seed, options)
  for (const fault of faults ?? []) sandbox.fault(fault)
  try {
    return await act(sandbox, async ({ inputs, credentials = { with: tokenInputs }, env, ...step }) => {
      const before = sandbox.requests.length
      const result = await runAction({
        ...step,
        with: { ...settingsOnly, ...credentials.with, ...inputs },
        env: { TWILIO_SANDBOX_URL: sandbox.url, ...credentials.env, ...env },
      })
      const requests = sandbox.requests.slice(before)
      return {
        ...result,
        requests,
        methods: requests.map(({ method }) => method).join(' '),
        stored: sandbox.settings(seed?.sid ?? accountSid, 'composition'),
      }
    })
  } finally {
    await sandbox.close()
  }
}

/** The output `changes`, parsed. */
export function changesOf({ outputs }: StepResult): unknown {
  return JSON.parse(outputs['changes'] ?? 'null')
}

/** The heading of the summary, without the word that says that no real Twilio answered. */
export function headingOf({ summary }: StepResult): string {
  return /^<h2>(.*?)(?: \(sandbox\))?<\/h2>$/m.exec(summary)?.[1] ?? '(none)'
}

/** What stands under the heading: what the verdict means, and what to do. */
export function leadOf({ summary }: StepResult): string {
  return render(summary).explanation
}

/**
 * What the annotations of a level say, the verdict of the step left out, which is an error without a
 * title.
 */
export function annotated(result: StepResult, level: 'error' | 'warning'): string[] {
  return result.annotations
    .filter((annotation) => annotation.level === level && annotation.title !== null)
    .map(({ message }) => message)
}
