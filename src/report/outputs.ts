import type { Remark } from './remarks.ts'

/**
 * The most bytes of a list, in UTF-8: Linux refuses an environment variable of more than 131,072 bytes, by
 * which a later step would take it.
 * https://man7.org/linux/man-pages/man2/execve.2.html#NOTES
 */
const largestOutput = 120_000

/** A JSON array for the output `name`, with as many records as fit. The evidence file has all of them. */
export function jsonArray(
  name: string,
  records: readonly object[],
): {
  readonly json: string
  readonly warnings: readonly Remark[]
} {
  const parts: string[] = []
  let size = 2
  for (const part of records.map((record) => JSON.stringify(record))) {
    size += Buffer.byteLength(part) + 1
    if (size > largestOutput) break
    parts.push(part)
  }
  const text = `The output "${name}" holds only the first ${parts.length} of ${records.length} entries, because Linux limits what a later step can take. The evidence file has all of them: set "report-path".`
  return {
    json: `[${parts.join(',')}]`,
    warnings: parts.length === records.length ? [] : [{ level: 'warning', title: 'Output', text }],
  }
}

/** The outputs that are lists, and the warnings on those that do not hold everything. */
export function listOutputs(
  changes: readonly object[],
  findings: readonly object[],
): { readonly changes: string; readonly findings: string; readonly warnings: readonly Remark[] } {
  const [ofChanges, ofFindings] = [jsonArray('changes', changes), jsonArray('findings', findings)]
  return {
    changes: ofChanges.json,
    findings: ofFindings.json,
    warnings: [...ofChanges.warnings, ...ofFindings.warnings],
  }
}
