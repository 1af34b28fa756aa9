import { styleText } from 'node:util'
import { type LogLine, logView } from './log-view.ts'
import type { DemoStep, Done } from './steps.ts'
import { summaryView } from './summary-view.ts'

/** The columns that the demo writes in: those of the terminal, within what is pleasant to read. */
export const width = Math.min(100, Math.max(80, process.stdout.columns ?? 100))

type Style = Parameters<typeof styleText>[0]

const logStyles: Readonly<Record<LogLine['kind'], Style>> = {
  plain: 'reset',
  group: 'bold',
  error: 'red',
  warning: 'yellow',
  notice: 'blue',
}

/** Prints a step before it runs: its heading, and its lines in a workflow. */
export function showStep(step: DemoStep, number: number, total: number): void {
  const heading = `━━ ${number} of ${total} · ${step.title} `
  print(
    '',
    styleText(['bold', 'cyan'], heading.padEnd(width, '━')),
    '',
    ...wrap(step.about, width - 1).map((line) => ` ${line}`),
  )
  section('Step')
  print('   - uses: your-org/twilio-composition-settings@v1', `     id: ${step.id}`, '     with:')
  for (const [input, value] of Object.entries(step.with)) print(`       ${styleText('cyan', `${input}:`)} ${value}`)
}

/** Prints what a step left behind, and whether that is what was promised. */
export function showDone(step: DemoStep, { result, sent }: Done, isKept: boolean): void {
  section('Log')
  for (const { kind, text, isGrouped } of logView(result.log)) {
    // The same in every step: the demo has said it.
    if (kind === 'warning' && text.startsWith('Warning: A sandbox answered')) continue
    const indent = isGrouped ? '     ' : '   '
    for (const line of wrap(text, width - indent.length)) print(indent + styleText(logStyles[kind], line))
  }
  section('Outputs')
  for (const [name, value] of Object.entries(result.outputs)) {
    const [first, ...rest] = wrap(['changes', 'findings'].includes(name) ? shortened(value) : value, width - 12)
    print(
      `   ${styleText('cyan', name.padEnd(9))}${first || styleText('dim', '(empty)')}`,
      ...rest.map((line) => ' '.repeat(12) + line),
    )
  }
  section('Summary')
  for (const line of summaryView(result.summary, width - 5).split('\n'))
    print(`   ${styleText('dim', '│')} ${line}`.trimEnd())
  const color = result.exitCode === 0 ? 'green' : 'red'
  const counted = sent?.replaceAll(
    /\b(\w+)(?: \1\b)+/g,
    (run, method: string) => `${run.split(' ').length} × ${method}`,
  )
  const requests = counted === undefined ? '' : ` · sent to Twilio: ${counted || 'nothing'}`
  print('', ` ${styleText(color, '●')} The step is ${color}${requests} · ${Math.round(result.milliseconds)} ms`)
  if (!isKept) print(styleText('red', ` ✘ Not as promised: ${step.promise.sentence}.`))
}

/** Prints a paragraph. */
export function say(text: string): void {
  print(...wrap(text, width - 1).map((line) => ` ${line}`))
}

/** Breaks a text into lines between words. A word that is longer than a line stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The first of the changes, laid out so that it can be wrapped, and how many there are besides. */
function shortened(changes: string): string {
  const [first, ...rest] = JSON.parse(changes) as unknown[]
  if (first === undefined) return changes
  const spaced = JSON.stringify(first, null, 1).replaceAll(/\n\s*/g, ' ')
  return rest.length === 0 ? `[${spaced}]` : `[${spaced}, … ${rest.length} more]`
}

function section(name: string): void {
  print('', ` ${styleText(['bold', 'underline'], name)}`)
}

function print(...lines: readonly string[]): void {
  for (const line of lines) console.log(line)
}
