import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of a workflow, or of an example of one: where it stands, and the lines before it in that file. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly linesBefore: number
}

/** Every workflow of this repository. */
export function workflowSources(): Source[] {
  return filesIn('.github/workflows', /\.ya?ml$/).map((path) => ({ path, text: read(path), linesBefore: 0 }))
}

/** Every example in the documents that is a whole workflow, the jobs of one, or a list of steps. */
export function exampleSources(): Source[] {
  const documents = ['README.md', ...filesIn('.github', /\.md$/)]
  return documents.flatMap((path) => examplesIn(path, read(path)))
}

/** The examples in a Markdown document. A fence may be indented, as in a list. */
export function examplesIn(path: string, markdown: string): Source[] {
  return [...markdown.matchAll(/^([ \t]*)```ya?ml[^\n]*\n([\s\S]*?)^[ \t]*```/gm)].flatMap((fence): Source[] => {
    const [, indent = '', block = ''] = fence
    const text = block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    const source = { path, text, linesBefore: markdown.slice(0, fence.index).split('\n').length }
    if (/^jobs:/m.test(text)) return [{ ...source, text: completed(text) }]
    return text.startsWith('- ')
      ? [{ ...source, text: completed(asJob(text)), linesBefore: source.linesBefore - stepsHead.split('\n').length }]
      : []
  })
}

const stepsHead = 'jobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:'

/** A list of steps as a job, so that it is read like any other. */
function asJob(steps: string): string {
  return `${stepsHead}\n${steps.replaceAll(/^/gm, '      ')}`
}

/** Examples may leave out what triggers them; a workflow must not. */
function completed(text: string): string {
  return /^on:/m.test(text) ? text : `${text.trimEnd()}\non: workflow_dispatch\n`
}

/** The owner of this repository, from the example at the top of `scheduled-check.yml`. */
export function ownerOfThis(): string {
  const [, owner] =
    /uses: ([\w-]+)\/twilio-composition-settings\//.exec(read('.github/workflows/scheduled-check.yml')) ?? []
  if (owner === undefined) throw new Error('scheduled-check.yml must begin with an example that names its owner.')
  return owner
}

/** A file of this repository as text. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Whether a program is on the PATH. */
export function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => `${folder}/${entry.name}`)
}
