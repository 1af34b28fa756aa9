import { readdirSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { runAction } from '../action/action.ts'
import { archiveOfWorkTree } from '../archive.ts'
import { parentSid, parentToken } from '../action/fleet-fixtures.ts'
import { safeInputs } from '../action/fixtures.ts'
import { startSandboxProcess } from './sandbox-process.ts'
import { aligned, median, verdict } from './table.ts'

const warmUps = 3
const runs = 21
/** How often the time of the bare script a check may take. */
const target = 1.2
/** How large the archive that a runner downloads may be, in MB as packed, and how many files it may have. */
const [largest, mostFiles] = [0.6, 40]

interface Contender {
  readonly name: string
  /** The Node program; the action's own if there is none. */
  readonly program?: string
  readonly inputs?: Readonly<Record<string, string>>
}

const bare: Contender = { name: 'bare fetch', program: '__tests__/bench/bare.js' }
// The bare script sends one request, so the check to compare with it sends one too.
const action: Contender = { name: 'dist/index.js', inputs: { 'verify-credentials': 'false' } }
const verifying: Contender = { name: 'with verify-credentials', inputs: {} }
const sdk: Contender = { name: 'twilio SDK', program: '__tests__/bench/sdk.js' }
const contenders = [bare, action, verifying, sdk]

/** Measures one check of one account, from start to end of the process; gives the table of it. */
export async function benchCheck(): Promise<string> {
  const sandbox = await startSandboxProcess({ subaccounts: 0, delayMs: 0 })
  try {
    return table(await measure(sandbox.url))
  } finally {
    sandbox.stop()
  }
}

/**
 * Runs the contenders in turn, so that what else the machine does hits all alike; gives the milliseconds
 * of each, sorted.
 */
async function measure(url: string): Promise<ReadonlyMap<Contender, readonly number[]>> {
  const times = new Map(contenders.map((contender) => [contender, [] as number[]]))
  for (let run = -warmUps; run < runs; run++) {
    for (const contender of contenders) {
      const milliseconds = await timed(contender, url)
      if (run >= 0) times.get(contender)?.push(milliseconds)
    }
  }
  return new Map([...times].map(([contender, all]) => [contender, all.sort((a, b) => a - b)]))
}

async function timed({ name, program, inputs }: Contender, url: string): Promise<number> {
  const env = { TWILIO_SANDBOX_URL: url, TWILIO_ACCOUNT_SID: parentSid, TWILIO_AUTH_TOKEN: parentToken }
  const { exitCode, log, outputs, milliseconds } = await runAction({
    with: { ...safeInputs, ...inputs },
    env,
    ...(program === undefined ? {} : { program }),
  })
  const isRight = exitCode === 0 && (program === undefined ? outputs['result'] === 'in-sync' : log === 'true\n')
  if (!isRight) throw new Error(`${name} did not read the settings:\n${log}`)
  return milliseconds
}

function table(times: ReadonlyMap<Contender, readonly number[]>): string {
  const typical = (contender: Contender): number => median(times.get(contender) ?? [])
  const ratio = (contender: Contender): number => typical(contender) / typical(bare)
  const rows = contenders.map((contender) => {
    const [fastest = NaN, slowest = NaN] = [times.get(contender)?.[0], times.get(contender)?.at(-1)]
    return [
      contender.name,
      typical(contender).toFixed(0),
      `${ratio(contender).toFixed(2)} ×`,
      `${fastest.toFixed(0)} to ${slowest.toFixed(0)}`,
    ]
  })
  const { packed, paths } = archiveOfWorkTree()
  const size = packed.length / 1e6
  return [
    `check against the sandbox, from start to end of the process: ${runs} interleaved runs after ${warmUps} to warm up, Node ${process.versions.node}, ${availableParallelism()} cores`,
    '',
    ...aligned([['', 'median ms', 'to bare', 'range ms'], ...rows]),
    '',
    verdict(
      `dist/index.js at most ${target.toFixed(2)} × the bare script`,
      ratio(action) <= target,
      `${ratio(action).toFixed(2)} ×`,
    ),
    verdict(
      `what a runner downloads at most ${largest} MB packed, and ${mostFiles} files`,
      size <= largest && paths.length <= mostFiles,
      `${size.toFixed(2)} MB and ${paths.length} files (dist/ unpacked: ${distSize().toFixed(2)} MB)`,
    ),
  ].join('\n')
}

function distSize(): number {
  const dist = new URL('../../dist/', import.meta.url)
  return (
    readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(`${entry.parentPath}/${entry.name}`).size, 0) / 1e6
  )
}
