import { onTestFinished } from 'vitest'
import type { Evidence } from '../../src/report/evidence.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { runAction, type Step, type StepResult } from './action.ts'
import { fleetInputs, parentInputs, startFleet, subaccountSid } from './fleet-fixtures.ts'

/** The part of the evidence that is about one target. */
export type TargetRecord = Evidence['targets'][number]

/** What a step on a fleet left behind. */
export interface FleetResult extends StepResult {
  readonly evidenceFile: Evidence
  /** The targets in the evidence, by the SIDs of their accounts. */
  readonly targets: ReadonlyMap<string, TargetRecord>
}

/** A fleet at a Twilio of its own, and steps that are run on it. */
export interface Fleet {
  readonly sandbox: Sandbox
  /**
   * Runs a step with the parent's credential that asks for {@link fleetInputs} of all accounts, unless
   * `inputs` say otherwise.
   */
  readonly run: (inputs?: Readonly<Record<string, string>>, more?: Omit<Step, 'with'>) => Promise<FleetResult>
  /** Where something was posted, as the numbers of the subaccounts, in their order. */
  readonly written: () => number[]
}

const usual = { ...parentInputs, ...fleetInputs, 'verify-credentials': 'false', 'report-path': 'evidence.json' }

/** Starts a fleet that ends with the test, as {@link startFleet} does. */
export async function fleetForTest(...fleet: Parameters<typeof startFleet>): Promise<Fleet> {
  const sandbox = await startFleet(...fleet)
  onTestFinished(() => sandbox.close())
  return {
    sandbox,
    run: async (inputs = {}, more = {}) => {
      const result = await runAction({
        ...more,
        with: { ...usual, ...inputs },
        env: { TWILIO_SANDBOX_URL: sandbox.url, ...more.env },
      })
      const evidenceFile = JSON.parse(result.evidence ?? '{"targets":[]}') as Evidence
      return {
        ...result,
        evidenceFile,
        targets: new Map(evidenceFile.targets.map((target) => [target.account_sid ?? '', target])),
      }
    },
    written: () =>
      sandbox.requests
        .filter(({ method }) => method === 'POST')
        .map(({ account }) => numberOf(account ?? ''))
        .sort((a, b) => a - b),
  }
}

/** The numbers from 1 to `last`. */
export function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

/** The number of a subaccount, by its SID. */
export function numberOf(sid: string): number {
  return Number.parseInt(sid.slice(2), 16)
}

/** How each of these subaccounts ended. */
export function resultsOf({ targets }: FleetResult, numbers: readonly number[]): Record<number, string | undefined> {
  return Object.fromEntries(numbers.map((number) => [number, targets.get(subaccountSid(number))?.result]))
}

/** The counts of the summary, such as `drift 2`. */
export function countsOf({ summary }: StepResult): string[] {
  const [table = ''] = summary.split('</table>')
  return [...table.matchAll(/<tr><td>([\w-]+)<\/td><td>(\d+)<\/td><\/tr>/g)].map(
    ([, result, number]) => `${result} ${number}`,
  )
}

/**
 * The lines that the step printed, without those by which the runner is told what to mask, and without the
 * warning that a sandbox answered.
 */
export function linesOf({ log }: StepResult): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '' && !/^::(?:add-mask::|warning title=Twilio settings%3A Sandbox::)/.test(line))
}

/** The lines of the summary above its small print. */
export function summaryLines({ summary }: StepResult): string[] {
  return summary.split('\n').filter((line) => !line.startsWith('<p><sub>'))
}
