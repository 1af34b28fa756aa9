import type { Remark } from './remarks.ts'

/**
 * The most characters of a list. GitHub takes outputs of 1 MB in all from a job, and counts two bytes
 * for each.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs
 */
const longestOutput = 240_000

/**
 * A JSON array for the output `name`, of as many records as it can hold; the evidence file has all of
 * them.
 */
export function jsonArray(
  name: string,
  records: readonly object[],
): {
  readonly json: string
  readonly warnings: readonly Remark[]
} {
  const parts: string[] = []
  let length = 2
  for (const part of records.map((record) => JSON.stringify(record))) {
    length += part.length + 1
    if (length > longestOutput) break
    parts.push(part)
  }
  const text = `The output "${name}" holds the first ${parts.length} of ${records.length} entries, since GitHub takes no longer ones. The evidence file has all of them: set "report-path".`
  return {
    json: `[${parts.join(',')}]`,
    warnings: parts.length === records.length ? [] : [{ level: 'warning', title: 'Output', text }],
  }
}
