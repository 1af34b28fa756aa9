import { readFileSync } from 'node:fs'
import { StoppedError, toActionError } from './shared/errors.ts'
import { execute, type Host } from './execute.ts'
import { changeRecords, evidenceJson, findingRecords } from './report/evidence.ts'
import type { Output } from './github/output.ts'
import { publish } from './github/publish.ts'
import { summary } from './github/summary.ts'
import { readInputs, type WorkflowInputs } from './inputs/inputs.ts'
import { listOutputs } from './report/outputs.ts'
import type { Remark } from './report/remarks.ts'
import { report } from './report/report.ts'
import { readWorkspaceFile } from './inputs/workspace-file.ts'
import { isStopped, type RunResult } from './run/outcome.ts'
import { accountState, fingerprint } from './report/state.ts'

/**
 * Does what the workflow asks for, and publishes how it ended. Rejects only if that could not be
 * published.
 */
export async function main(output: Output): Promise<void> {
  const time = new Date()
  const { env } = process
  const payload = readPayload(env['GITHUB_EVENT_PATH'])
  // Only the action in .github/actions/join has this input.
  if (env['INPUT_SHARD-EVIDENCE'] !== undefined) {
    const { joinFleet } = await import('./github/join.ts')
    return joinFleet(env, payload, time, output)
  }
  await runOnce(payload, time, output)
}

async function runOnce(payload: unknown, time: Date, output: Output): Promise<void> {
  const { env } = process
  const stop = stopSignals()
  const workflow = readInputs({
    env,
    payload,
    readFile: (path) => readWorkspaceFile(env['GITHUB_WORKSPACE'] ?? process.cwd(), path),
    mask: (secret) => output.mask(secret),
  })
  const { event, identity, documents, github, isSandbox, reportPath } = workflow
  // Before anything is cut: a part of a secret is not recognised as one.
  const { ending, warnings } = output.clean(await runFromInputs(workflow, stop, output))
  const outcomes = ending.kind === 'ran' ? ending.outcomes : []
  const lists = listOutputs(changeRecords(outcomes), findingRecords(outcomes))
  const said = output.clean(report(ending, [...warnings, ...lists.warnings]))
  await publish(
    {
      report: isSandbox ? { ...said, annotations: [...said.annotations, sandboxWarning] } : said,
      summary: summary(said, { time, isSandbox, documents }),
      changes: lists.changes,
      findings: lists.findings,
      evidence: reportPath === null ? null : { path: reportPath, json: evidenceJson(workflow, ending, said, time) },
    },
    output,
  )
  if (github === null) return
  // Load the code for GitHub's API only if it is needed.
  const { notify } = await import('./github/notify.ts')
  await notify({
    inputs: github,
    event,
    identity,
    report: said,
    isSandbox,
    state: accountState(ending),
    differences: fingerprint(outcomes),
    wasStopped: wasStopped(ending),
    output,
  })
}

const sandboxWarning = {
  level: 'warning',
  title: 'Sandbox',
  text: 'A sandbox answered instead of Twilio, because TWILIO_SANDBOX_URL is set. This run proves nothing about a real account. To check one, unset that variable.',
} as const

async function runFromInputs(
  workflow: WorkflowInputs,
  stop: Pick<Host, 'cancelled' | 'ended'>,
  output: Output,
): Promise<{ ending: RunResult; warnings: readonly Remark[] }> {
  const debug = (line: string): void => output.debug(line)
  try {
    if (workflow.inputs.kind === 'wrong') throw workflow.inputs.error
    const inputs = workflow.inputs.value
    if (inputs.access.kind === 'granted') output.startGroup(`${inputs.mode} ${inputs.resources.join(' and ')}`)
    const host = {
      isPullRequest: workflow.event.isPullRequest,
      ...stop,
      mask: (secret: string) => output.maskInLog(secret),
      secrets: output.secrets,
      say: (line: string) => output.log(line),
      debug,
    }
    const ending = await execute(inputs, host).finally(() => {
      if (inputs.access.kind === 'granted') output.endGroup()
    })
    for (const error of ending.kind === 'stopped'
      ? [ending.error]
      : ending.outcomes.flatMap((outcome) => (outcome.status === 'failed' ? outcome.error : [])))
      debugCause(error, debug)
    return { ending, warnings: inputs.warnings.map((text) => ({ level: 'warning', title: 'Input', text })) }
  } catch (thrown) {
    const error = toActionError(thrown)
    debugCause(error, debug)
    return { ending: { kind: 'stopped', error, requestIds: [], listed: null }, warnings: [] }
  }
}

/** Whether a run was cancelled, or took too long. */
function wasStopped(ending: RunResult): boolean {
  return ending.kind === 'stopped' ? ending.error instanceof StoppedError : ending.outcomes.some(isStopped)
}

function debugCause({ cause }: Error, debug: (line: string) => void): void {
  if (cause instanceof Error) debug(cause.stack ?? cause.message)
}

/** How long a write that is under way when the job is cancelled may take to be verified, in milliseconds. */
const lastPatience = 5_000

/**
 * What tells a run to stop. To cancel a job, the runner sends SIGINT, 7.5 s later SIGTERM, and 2.5 s after
 * that it kills. The first signal cancels; the second one ends, and so does the time for a last write.
 * https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs
 */
function stopSignals(): Pick<Host, 'cancelled' | 'ended'> {
  const [cancel, end] = [new AbortController(), new AbortController()]
  const stop = (): void => {
    if (cancel.signal.aborted) return end.abort(new StoppedError('The job was cancelled.'))
    cancel.abort(new StoppedError('The job was cancelled.'))
    const late = `The job was cancelled. Twilio did not answer within ${lastPatience / 1000} s after that.`
    setTimeout(() => end.abort(new StoppedError(late)), lastPatience).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  return { cancelled: cancel.signal, ended: end.signal }
}

function readPayload(path: string | undefined): unknown {
  try {
    return path === undefined ? null : JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
