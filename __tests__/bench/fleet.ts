import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAction } from '../action/action.ts'
import { parentInputs, parentSid, parentToken } from '../action/fleet-fixtures.ts'
import { safeInputs } from '../action/fixtures.ts'
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts'
import { aligned, median, verdict } from './table.ts'

const concurrency = 8
const delayMs = 50
/** The size by which the others are measured, and by which the SDK is. */
const reference = 100
/** How much longer than the ideal a check may take, from the reference on. */
const mostTime = 1.25
/** How much more memory than at the reference a larger fleet may take. */
const mostMemory = 1.3

/** One size of a fleet, measured. */
interface Measurement {
  readonly accounts: number
  readonly runs: number
  readonly requests: number
  readonly milliseconds: number
  /** The most memory that the process ever had, in MB. */
  readonly megabytes: number
  readonly sockets: number
}

interface Contender {
  readonly program?: string
  readonly isRight: (done: { readonly log: string; readonly outputs: Readonly<Record<string, string>> }) => boolean
}

const action: Contender = { isRight: ({ outputs }) => outputs['result'] === 'in-sync' }
const sdk: Contender = { program: '__tests__/bench/sdk-fleet.js', isRight: ({ log }) => log === `${reference}\n` }

/** Measures a check of fleets of so many accounts, the parent included; gives the table of it. */
export async function benchFleet(sizes: readonly number[]): Promise<string> {
  const measured: Measurement[] = []
  let loop: Measurement | null = null
  for (const accounts of sizes) {
    const sandbox = await startSandboxProcess({ subaccounts: accounts - 1, delayMs })
    try {
      measured.push(await measure(action, accounts, accounts <= reference ? 5 : 1, sandbox))
      if (accounts === reference) loop = await measure(sdk, accounts, 1, sandbox)
    } finally {
      sandbox.stop()
    }
  }
  return table(measured, loop)
}

async function measure(
  contender: Contender,
  accounts: number,
  runs: number,
  sandbox: SandboxProcess,
): Promise<Measurement> {
  const times: number[] = []
  const peaks: number[] = []
  for (let run = 0; run < runs; run++) {
    const { milliseconds, megabytes } = await timed(contender, sandbox.url)
    times.push(milliseconds)
    peaks.push(megabytes)
  }
  const { requests, peakConnections } = await sandbox.takeReceived()
  return {
    accounts,
    runs,
    requests: requests / runs,
    milliseconds: median(times),
    megabytes: median(peaks),
    sockets: peakConnections,
  }
}

async function timed(
  { program, isRight }: Contender,
  url: string,
): Promise<{ milliseconds: number; megabytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const peak = join(folder, 'peak')
  try {
    const env = {
      TWILIO_SANDBOX_URL: url,
      TWILIO_ACCOUNT_SID: parentSid,
      TWILIO_AUTH_TOKEN: parentToken,
      PEAK_MEMORY_FILE: peak,
      NODE_OPTIONS: `--import=${new URL('peak-memory.js', import.meta.url).href}`,
    }
    const result = await runAction({
      with: { ...parentInputs, ...safeInputs, concurrency: String(concurrency), 'report-path': 'evidence.json' },
      env,
      ...(program === undefined ? {} : { program }),
    })
    if (result.exitCode !== 0 || !isRight(result))
      throw new Error(`${program ?? 'dist/index.js'} did not check the fleet:\n${result.log.slice(-2000)}`)
    return { milliseconds: result.milliseconds, megabytes: Number(readFileSync(peak, 'utf8')) / 1024 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function table(measured: readonly Measurement[], loop: Measurement | null): string {
  const base = measured.find(({ accounts }) => accounts === reference)
  const idealOf = ({ requests }: Measurement): number => (requests * delayMs) / concurrency
  const timeOf = (measurement: Measurement): number => measurement.milliseconds / idealOf(measurement)
  const memoryOf = (measurement: Measurement): number => measurement.megabytes / (base?.megabytes ?? Number.NaN)
  const row = (name: string, measurement: Measurement): string[] => [
    name,
    String(measurement.runs),
    String(measurement.requests),
    seconds(measurement.milliseconds),
    seconds(idealOf(measurement)),
    `${timeOf(measurement).toFixed(2)} ×`,
    measurement.megabytes.toFixed(0),
    `${memoryOf(measurement).toFixed(2)} ×`,
    String(measurement.sockets),
  ]
  const large = measured.filter(({ accounts }) => accounts >= reference)
  const [slowest, largest, sockets] = [
    Math.max(...large.map(timeOf)),
    Math.max(...large.map(memoryOf)),
    Math.max(...measured.map((measurement) => measurement.sockets)),
  ]
  return [
    `check of a fleet, with "concurrency: ${concurrency}", against a sandbox that answers after ${delayMs} ms; the ideal is requests × ${delayMs} ms ÷ ${concurrency}`,
    '',
    ...aligned([
      ['accounts', 'runs', 'requests', 'median s', 'ideal s', 'to ideal', 'peak MB', `to ${reference}`, 'sockets'],
      ...measured.map((measurement) => row(String(measurement.accounts), measurement)),
      ...(loop === null
        ? []
        : [row(`${loop.accounts}, twilio SDK in a loop`, loop).with(4, '').with(5, '').with(8, '')]),
    ]),
    '',
    verdict(
      `at most ${mostTime} × the ideal from ${reference} accounts on`,
      slowest <= mostTime,
      `${slowest.toFixed(2)} ×`,
    ),
    verdict(
      `at most ${mostMemory} × the peak memory of ${reference} accounts`,
      largest <= mostMemory,
      `${largest.toFixed(2)} ×`,
    ),
    verdict(`no more than ${concurrency} sockets`, sockets <= concurrency, String(sockets)),
    ...(loop === null || base === undefined
      ? []
      : [
          `The SDK in a loop takes ${(loop.milliseconds / base.milliseconds).toFixed(1)} × the time, for the same ${reference} accounts.`,
        ]),
  ].join('\n')
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2)
}
