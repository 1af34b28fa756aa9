/** Rows as lines of text, in columns: the first one begins at the left, the others end at the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   '),
  )
}

/** The middle one of several numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** Whether a target was reached, and with what. */
export function verdict(target: string, isReached: boolean, figure: string): string {
  return `Target: ${target}: ${isReached ? 'reached' : 'missed'}, with ${figure}.`
}
