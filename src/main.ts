import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import * as core from '@actions/core'
import { StoppedError, toActionError } from './errors.ts'
import { changeRecords, evidence, findingRecords } from './evidence.ts'
import { deliver } from './github/deliver.ts'
import { type Event, readEvent, readRunIdentity } from './github/event.ts'
import { log, publish, type Redact } from './github/publish.ts'
import { summary } from './github/summary.ts'
import { desiredFindings } from './findings.ts'
import type { Policy } from './guard.ts'
import type { Task } from './inspect.ts'
import { type Inputs, readInputs, readReportPath } from './inputs.ts'
import { type Ending, report } from './report.ts'
import { run } from './run.ts'
import { redactor } from './secrets.ts'
import { createClient, stopped } from './twilio/client.ts'
import { createDispatcher } from './twilio/dispatcher.ts'
import { accountPort } from './twilio/account.ts'
import { readWorkspaceFile } from './workspace.ts'

/** The time that a whole run may take, in milliseconds. */
const runTimeout = 120_000

/** Does what the workflow asks for, and publishes how it ended. Rejects only if that could not be published. */
export async function main(): Promise<void> {
  const time = new Date()
  const { env } = process
  const secrets: string[] = []
  const redact: Redact = (text) => redactor(secrets)(text)
  const mask = (secret: string): void => {
    secrets.push(secret)
    core.setSecret(secret)
  }
  const payload = readPayload(env['GITHUB_EVENT_PATH'])
  const event = readEvent(env, payload)
  const { ending, warnings } = await runFromInputs(event, mask, redact)
  const said = report(ending, warnings)
  const outcomes = ending.kind === 'ran' ? ending.outcomes : []
  const path = readReportPath(env)
  await publish(
    {
      report: said,
      summary: summary(said, time),
      changes: JSON.stringify(changeRecords(outcomes)),
      findings: JSON.stringify(findingRecords(outcomes)),
      evidence: path === null ? null : { path, json: `${JSON.stringify(evidence(ending, said, readRunIdentity(env), time), null, 2)}\n` },
    },
    redact,
  )
  await deliver({ env, event, payload, ending, report: said, redact })
}

async function runFromInputs(event: Event, mask: (secret: string) => void, redact: Redact): Promise<{ ending: Ending; warnings: readonly string[] }> {
  try {
    const inputs = readInputs({ env: process.env, event, readFile: (path) => readWorkspaceFile(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), path), mask })
    return { ending: await runOn(inputs, event, redact), warnings: inputs.warnings }
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.cause instanceof Error) core.debug(redact(error.cause.stack ?? error.cause.message))
    return { ending: { kind: 'stopped', error }, warnings: [] }
  }
}

async function runOn(inputs: Inputs, event: Event, redact: Redact): Promise<Ending> {
  const { access, mode, desired, floor, resources } = inputs
  if (access.kind === 'missing') {
    const { accountSid, reason } = access
    return { kind: 'ran', mode, outcomes: [{ status: 'skipped', accountSid, reason, desired, findings: desiredFindings(desired, floor) }], planId: null }
  }
  const stop = new AbortController()
  const dispatcher = createDispatcher(inputs.sandbox, connectionsFor(inputs))
  const say = (step: string): void => log(step, redact)
  const wait = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => Promise.reject(stopped(stop.signal)))
  const client = createClient(access.credential, { dispatcher, sandbox: inputs.sandbox, signal: stop.signal, wait, random: Math.random, now: Date.now, log: say })
  const account = accountPort(client)
  stopOn(stop)
  core.startGroup(`${mode} ${resources.join(' and ')} of ${access.accountSid}`)
  try {
    const policy: Policy = { mode, floor, allowed: inputs.allowed, expectedPlan: inputs.expectedPlan, resources, credentials: inputs.credentials, isPullRequest: event.isPullRequest }
    const task: Task = { accountSid: access.accountSid, resources, desired, key: inputs.key }
    return { kind: 'ran', mode, ...(await run(task, policy, { account: () => account, wait, now: () => new Date(), log: say })) }
  } finally {
    core.endGroup()
    await dispatcher.destroy()
  }
}

/** As many as the requests that are sent at once; a sandbox has all hosts of Twilio in one. */
function connectionsFor({ resources, credentials }: Inputs): number {
  return resources.length + (credentials.verify ? 2 : 0)
}

/** Stops the run when the job is cancelled, or when it takes too long. */
function stopOn(stop: AbortController): void {
  const cancel = (): void => stop.abort(new StoppedError('The job was cancelled.'))
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, cancel)
  setTimeout(() => stop.abort(new StoppedError(`The run took more than ${runTimeout / 60_000} minutes.`)), runTimeout).unref()
}

function readPayload(path: string | undefined): unknown {
  try {
    return path === undefined ? null : JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
