import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import type { Remark } from '../report/remarks.ts'
import type { Report } from '../report/report.ts'
import { logLine } from './escape.ts'
import { type Redact } from '../shared/secrets.ts'

/** What a run has to publish. */
export interface Publication {
  readonly report: Report
  /** The job summary, in Markdown. */
  readonly summary: string
  /** The output `changes`, in JSON. */
  readonly changes: string
  /** The output `findings`, in JSON. */
  readonly findings: string
  /** The evidence file, in JSON, and where to write it; `null` if nobody asked for it. */
  readonly evidence: { readonly path: string; readonly json: Iterable<string> } | null
}

/**
 * Publishes on every way that a workflow has. Nothing that fails on one way keeps the verdict from the
 * others.
 */
export async function publish(
  { report, summary, changes, findings, evidence }: Publication,
  redact: Redact,
): Promise<void> {
  const written =
    evidence === null
      ? false
      : await attempt(`The evidence file ${evidence.path} was not written`, redact, () =>
          writeEvidence(evidence.path, evidence.json, redact),
        )
  const outputs: Outputs = {
    result: report.result,
    drift: report.hasDrift === null ? '' : String(report.hasDrift),
    changes,
    findings,
    'plan-id': report.planId ?? '',
    report: written ? (evidence?.path ?? '') : '',
  }
  const areSet = await attempt('The outputs were not set', redact, () => setOutputs(outputs, redact))
  await attempt('The job summary was not written', redact, () => core.summary.addRaw(redact(summary)).write())
  const verdict = redact(logLine(`${report.title}. ${report.explanation}`))
  // The verdict comes first: it says that the reasons are below, and GitHub shows no more than ten
  // annotations of a level.
  if (report.isFailure) core.setFailed(verdict.replace(/^Error: (.)/, (_, first: string) => first.toUpperCase()))
  else core.info(verdict)
  for (const remark of report.annotations) annotate(remark, redact)
  if (!areSet) core.setFailed('The outputs could not be set, so that nothing can rely on this step')
}

/** Publishes that a run ended by a defect of the action, of which nothing else is known. */
export function publishDefect(message: string): void {
  core.setFailed(logLine(message))
  setOutputs({ result: 'error', drift: '', changes: '[]', findings: '[]', 'plan-id': '', report: '' }, (text) => text)
}

/** The outputs of the action, which it sets however it ends. */
type Outputs = Readonly<Record<'result' | 'drift' | 'changes' | 'findings' | 'plan-id' | 'report', string>>

function setOutputs(outputs: Outputs, redact: Redact): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, redact(value))
}

/** Writes one line to the log. */
export function log(line: string, redact: Redact): void {
  core.info(redact(logLine(line)))
}

function writeEvidence(path: string, json: Iterable<string>, redact: Redact): void {
  mkdirSync(dirname(path), { recursive: true })
  // A pipe would wait for whoever reads it.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new Error('there is something that is no file')
  const file = openSync(path, 'w')
  try {
    for (const part of json) writeSync(file, redact(part))
  } finally {
    closeSync(file)
  }
}

async function attempt(failure: string, redact: Redact, act: () => unknown): Promise<boolean> {
  try {
    await act()
    return true
  } catch (thrown) {
    core.warning(redact(logLine(`${failure}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)))
    return false
  }
}

/** Makes an annotation on the run. */
export function annotate({ level, title, text }: Remark, redact: Redact): void {
  const properties = { title: redact(logLine(`Twilio settings: ${title}`)) }
  const message = redact(logLine(text))
  if (level === 'error') core.error(message, properties)
  else core.warning(message, properties)
}
