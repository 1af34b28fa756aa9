import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../shared/errors.ts'
import { documentsUrl, readEvent, readRunIdentity } from '../inputs/event.ts'
import { readGithubInputs } from '../inputs/github.ts'
import { inputReader } from '../inputs/reader.ts'
import { maskSecrets } from '../inputs/secrets.ts'
import { annotated } from '../report/annotations.ts'
import { joinEvidence, joinFingerprint, joinReport, joinState } from '../report/join-report.ts'
import { joinShards } from '../report/join.ts'
import { listOutputs } from '../report/outputs.ts'
import { report } from '../report/report.ts'
import { isAccountSid } from '../settings/target.ts'
import { notify } from './notify.ts'
import type { Output } from './output.ts'
import { publish } from './publish.ts'
import { summary } from './summary.ts'

/** The most shards that `scheduled-check.yml` makes. */
const mostShards = 64

/**
 * Joins the evidence that the shards of a fleet left in a folder, decides, and publishes that as one run.
 * It is `.github/actions/join`, and sends nothing to Twilio. `payload` is the event as GitHub describes it;
 * `null` if that is not known.
 */
export async function joinFleet(
  env: Readonly<NodeJS.ProcessEnv>,
  payload: unknown,
  time: Date,
  output: Output,
): Promise<void> {
  maskSecrets(env, (secret) => output.mask(secret))
  const mistakes: string[] = []
  const reader = inputReader(env, mistakes)
  const event = readEvent(env, payload)
  const identity = readRunIdentity(env)
  const github = readGithubInputs(reader, env, event)
  const shards = reader.get('shards')
  if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(shards))
    mistakes.push(`"shards" must be a whole number from 1 to ${mostShards}.`)
  const accountSid = reader.get('account-sid')
  if (!isAccountSid(accountSid)) mistakes.push('"account-sid" must be the SID of an account.')
  if (mistakes.length > 0) return publishMistakes(mistakes, env, time, output)
  const joined = output.clean(joinShards(shardFiles(reader.get('shard-evidence')), accountSid, Number(shards)))
  const targets = joined.records.flatMap((record) => record.targets)
  const { warnings, ...lists } = listOutputs(
    targets.flatMap(({ changes }) => changes),
    targets.flatMap(({ findings }) => findings),
  )
  const made = joinReport(joined)
  const isSandbox = joined.records.some(({ sandbox }) => sandbox)
  const said = {
    ...made,
    remarks: [...made.remarks, ...warnings],
    annotations: [...made.annotations, ...annotated(warnings)],
  }
  const path = reader.get('report-path')
  const evidence = `${JSON.stringify(joinEvidence(joined, said, identity, time), null, 2)}\n`
  await publish(
    {
      report: said,
      summary: summary(said, { time, isSandbox, documents: documentsUrl(env) }),
      ...lists,
      evidence: path === '' ? null : { path, json: [evidence] },
    },
    output,
  )
  output.setOutputs({ sandbox: String(isSandbox) })
  if (github === null) return
  await notify({
    inputs: github,
    event,
    identity,
    report: said,
    isSandbox,
    state: joinState(joined),
    differences: joinFingerprint(joined),
    wasStopped: false,
    output,
  })
}

async function publishMistakes(
  mistakes: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  time: Date,
  output: Output,
): Promise<void> {
  const said = report({ kind: 'stopped', error: new InputError(mistakes), requestIds: [], listed: null }, [])
  const text = summary(said, { time, isSandbox: false, documents: documentsUrl(env) })
  await publish({ report: said, summary: text, changes: '[]', findings: '[]', evidence: null }, output)
}

/** The texts of the files in a folder and below it, in the order of their paths; none if there is no such folder. */
function shardFiles(folder: string): Map<string, string> {
  try {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
    return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))
  } catch {
    return new Map()
  }
}
