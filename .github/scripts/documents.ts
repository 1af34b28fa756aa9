import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import * as z from 'zod'
import { evidenceSchema } from '../../src/report/evidence-schema.ts'

/** A file that is generated, or has generated parts: its path in the repository, and what must be in it. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
}

/** The parts of `action.yml` that the tables show. */
export interface ActionTables {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
}

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Every generated file as it must be, from `action.yml`, from the schema of the evidence, and from the
 * README around its tables.
 */
export function generatedFiles(): GeneratedFile[] {
  const action = parse(read('action.yml')) as ActionTables
  return [
    { path: 'README.md', content: withTables(read('README.md'), action) },
    { path: '.github/actions/check/action.yml', content: actionInFolder(read('action.yml')) },
    { path: '.github/evidence.schema.json', content: `${JSON.stringify(evidenceJsonSchema(), null, 2)}\n` },
  ]
}

/**
 * `action.yml` for `scheduled-check.yml`: a reusable workflow can name an action of its own repository, at its own
 * commit, only in a folder. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
function actionInFolder(action: string): string {
  const main = '\n  main: dist/index.js\n'
  if (!action.includes(main)) throw new Error(`action.yml must have ${main.trim()}.`)
  const note =
    '# Made by "npm run docs" from action.yml, for scheduled-check.yml. Use the action by the name of its repository.\n'
  return `${note}${action.replace(main, '\n  main: ../../../dist/index.js\n')}`
}

/** The README with its tables of inputs and outputs made anew. Throws if a marker is missing. */
export function withTables(readme: string, { inputs, outputs }: ActionTables): string {
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    input.default ? code(input.default) : '',
    input.description,
  ])
  const outputRows = Object.entries(outputs).map(([name, output]) => [code(name), output.description])
  return between(
    between(readme, 'inputs', table(['Input', 'Default', 'Meaning'], inputRows)),
    'outputs',
    table(['Output', 'Value'], outputRows),
  )
}

/** The JSON Schema of the evidence file. It lets readers meet properties that a later version adds. */
export function evidenceJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(evidenceSchema, { io: 'input' })
  return { $schema, title: 'Evidence file of twilio-composition-settings, version 2', ...schema }
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function between(text: string, name: string, content: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(opening), text.indexOf(closing)]
  if (start === -1 || end < start) throw new Error(`README.md must have ${opening} and, after it, ${closing}.`)
  return `${text.slice(0, start + opening.length)}\n\n${content}\n\n${text.slice(end)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
