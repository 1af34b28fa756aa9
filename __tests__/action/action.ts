import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The parts of `action.yml` that a runner reads. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

let actionFile: ActionFile | undefined

/** Reads `action.yml`. */
export function readActionFile(): ActionFile {
  return (actionFile ??= parse(readFileSync(join(root, 'action.yml'), 'utf8')) as ActionFile)
}

/** A step of a workflow that uses the action. */
export interface Step {
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Whether a runner hands over what `with` leaves out: its default, or an empty text. Default: it does. */
  readonly hasDefaults?: boolean
  /** What triggered the workflow. Default: a push. */
  readonly event?: { readonly name: string; readonly payload?: unknown; readonly actor?: string }
  /** Files that stand in the workspace: path to content. */
  readonly workspace?: Readonly<Record<string, string | Uint8Array>>
  /** Called with the folder of the workspace, to put something else there. */
  readonly prepare?: (folder: string) => unknown
  /** Symbolic links in the workspace: path to target. */
  readonly links?: Readonly<Record<string, string>>
  /** The Node to run it by. Default: the one that runs the tests. */
  readonly node?: string
  /** The Node program to run instead of the one in `action.yml`. */
  readonly program?: string
  /** Called when the action has written to its log so far; gives the signal to send to it, if any. */
  readonly onLog?: (log: string) => NodeJS.Signals | undefined
  /** Whether the log is closed at once. */
  readonly isUnread?: boolean
  /** The signal to send to it, as soon as that is known: so that it can hang on what Twilio receives. */
  readonly signal?: Promise<NodeJS.Signals>
}

/** One annotation that the step makes on the run. */
export interface Annotation {
  readonly level: string
  readonly title: string | null
  readonly message: string
}

/** All that a step left behind. */
export interface StepResult {
  readonly exitCode: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Without the one that a sandbox answered. */
  readonly annotations: readonly Annotation[]
  /** Whether one annotation, a warning, says that a sandbox answered. */
  readonly saysSandbox: boolean
  /** The evidence file, if the step was asked for one and wrote it. */
  readonly evidence: string | null
  /** Every byte printed or written, without the commands that mask secrets. */
  readonly everything: string
  readonly milliseconds: number
}

/**
 * Runs the built action as a runner does: inputs and their defaults by `action.yml`, files for output
 * and summary.
 */
export async function runAction(step: Step): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'action-'))
  try {
    const files = prepare(folder, step)
    const begin = performance.now()
    const { exitCode, log } = await execute(step, folder, environment(step, folder, files))
    const milliseconds = performance.now() - begin
    const [output, summary, evidence] = [
      readFileSync(files.output, 'utf8'),
      readFileSync(files.summary, 'utf8'),
      readIfThere(join(folder, step.with?.['report-path'] ?? 'none')),
    ]
    const printed = log
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::'))
      .join('\n')
    return {
      exitCode,
      log,
      outputs: parseOutputs(output),
      summary,
      annotations: parseAnnotations(log).filter((one) => !isOnSandbox(one)),
      saysSandbox: parseAnnotations(log).filter(isOnSandbox).length === 1,
      evidence,
      everything: [printed, output, summary, evidence].join('\n'),
      milliseconds,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Files {
  readonly output: string
  readonly summary: string
  readonly event: string
}

function prepare(folder: string, step: Step): Files {
  const files = {
    output: join(folder, '.output'),
    summary: join(folder, '.summary'),
    event: join(folder, '.event.json'),
  }
  writeFileSync(files.output, '')
  writeFileSync(files.summary, '')
  writeFileSync(files.event, JSON.stringify(step.event?.payload ?? {}))
  for (const [path, content] of Object.entries(step.workspace ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  step.prepare?.(folder)
  for (const [path, target] of Object.entries(step.links ?? {})) symlinkSync(target, join(folder, path))
  return files
}

function environment(step: Step, folder: string, files: Files): Record<string, string> {
  const defaults = Object.entries(readActionFile().inputs).map(([name, input]) => [name, input.default ?? ''] as const)
  const inputs = [...(step.hasDefaults === false ? [] : defaults), ...Object.entries(step.with ?? {})].map(
    ([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const,
  )
  return {
    PATH: process.env['PATH'] ?? '',
    ...inherited('NODE_COMPILE_CACHE', process.env['NODE_COMPILE_CACHE']),
    ...inherited('NODE_V8_COVERAGE', process.env['COVERAGE_FOLDER']),
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_EVENT_NAME: step.event?.name ?? 'push',
    GITHUB_ACTOR: step.event?.actor ?? 'octocat',
    GITHUB_WORKSPACE: folder,
    GITHUB_REPOSITORY: 'your-org/app',
    GITHUB_SHA: 'c'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKFLOW: 'Media settings',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: folder,
    ...Object.fromEntries(inputs),
    ...step.env,
  }
}

function inherited(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value }
}

function execute(
  step: Step,
  cwd: string,
  env: Record<string, string>,
): Promise<{ exitCode: number | null; log: string }> {
  const program = step.program ?? process.env['ACTION_PROGRAM'] ?? readActionFile().runs.main
  const child = spawn(step.node ?? process.execPath, [join(root, program)], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  void step.signal?.then((signal) => child.kill(signal))
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    if (step.isUnread === true) stream.destroy()
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
      const signal = step.onLog?.(log)
      if (signal !== undefined) child.kill(signal)
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (exitCode) => resolve({ exitCode, log }))
  })
}

/**
 * Reads the file behind `GITHUB_OUTPUT`.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
function parseOutputs(file: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const block = /^(.+?)<<(.+)\r?\n([\s\S]*?)\r?\n?^\2$/gm
  for (const [, name = '', , value = ''] of file.matchAll(block)) outputs[name] = value
  return outputs
}

function isOnSandbox({ level, title }: Annotation): boolean {
  return level === 'warning' && title === 'Twilio settings: Sandbox'
}

function parseAnnotations(log: string): Annotation[] {
  return [...log.matchAll(/^::(error|warning|notice)(?: ([^:]*))?::(.*)$/gm)].map(
    ([, level = '', properties = '', message = '']) => ({
      level,
      title: unescape(/title=([^,]*)/.exec(properties)?.[1] ?? '') || null,
      message: unescape(message),
    }),
  )
}

function unescape(text: string): string {
  return text
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
