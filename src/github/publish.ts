import type { Report } from '../report/report.ts'
import type { Output } from './output.ts'

/** Everything that a run publishes. */
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
 * Publishes in every way that a workflow has. A failure in one way does not keep the verdict from the
 * others.
 */
export async function publish(
  { report, summary, changes, findings, evidence }: Publication,
  output: Output,
): Promise<void> {
  const written =
    evidence !== null &&
    (await attempt(`The evidence file ${evidence.path} was not written`, output, () =>
      output.writeEvidence(evidence.path, evidence.json),
    ))
  const outputs: typeof outputsOfDefect = {
    result: report.result,
    drift: report.hasDrift === null ? '' : String(report.hasDrift),
    changes,
    findings,
    'plan-id': report.planId ?? '',
    report: written ? evidence.path : '',
  }
  const areSet = await attempt('The outputs were not set', output, () => output.setOutputs(outputs))
  await attempt('The job summary was not written', output, () => output.writeSummary(summary))
  const verdict = `${report.title}. ${report.explanation}`
  // Put the verdict first: it points to the reasons below, and GitHub shows only ten annotations of each
  // level.
  if (report.isFailure) output.fail(verdict.replace(/^Error: (.)/, (_, first: string) => first.toUpperCase()))
  else output.log(verdict)
  for (const remark of report.annotations) output.annotate(remark)
  if (!areSet) output.fail('The outputs could not be set, so that nothing can rely on this step')
}

/** The outputs of the action, which it sets however it ends, where nothing else is known than that it failed. */
const outputsOfDefect = { result: 'error', drift: '', changes: '[]', findings: '[]', 'plan-id': '', report: '' }

/** Publishes that a run ended by a defect of the action, of which nothing else is known. */
export function publishDefect(message: string, output: Output): void {
  output.fail(message)
  output.setOutputs(outputsOfDefect)
}

async function attempt(failure: string, output: Output, act: () => unknown): Promise<boolean> {
  try {
    await act()
    return true
  } catch (thrown) {
    output.warn(`${failure}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    return false
  }
}
