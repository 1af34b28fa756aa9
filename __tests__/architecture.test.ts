import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputNames } from '../src/inputs/inputs.ts'
import { version } from '../src/shared/version.ts'
import { readActionFile } from './action/action.ts'
import { type Import, root, type SourceFile, sourceFiles } from './source.ts'

const files = sourceFiles()
const paths = files.map(({ path }) => path)
/** The imports that a rule is about, as `file → what`. */
const edges = (isMeant: (imported: Import, file: SourceFile) => boolean): string[] =>
  files
    .flatMap((file) =>
      file.imports.filter((imported) => isMeant(imported, file)).map(({ from }) => `${file.path} → ${from}`),
    )
    .toSorted()
const isFile = ({ from }: Import): boolean => from.endsWith('.ts')
/** The files that have something in their code, comments aside. */
const having = (pattern: RegExp): string[] => files.filter(({ code }) => pattern.test(code)).map(({ path }) => path)
const isOutside = (path: string): boolean => /^(github|twilio)\//.test(path)
/** The files that know both outsides, and put the effects in the hands of the others. */
const isWiring = (path: string): boolean => ['index.ts', 'main.ts', 'execute.ts'].includes(path)

it('finds the files, and what they import', () => {
  expect(paths).toContain('twilio/client.ts')
  expect(files.flatMap(({ imports }) => imports.filter(isFile)).filter(({ from }) => !paths.includes(from))).toEqual([])
  expect(files.find(({ path }) => path === 'plan-id.ts')?.imports.slice(0, 2)).toEqual([
    { from: 'node:crypto', isType: false },
    { from: 'target.ts', isType: true },
  ])
  expect(files.find(({ path }) => path === 'twilio/dispatcher.ts')?.imports).toContainEqual({
    from: 'undici/lib/dispatcher/agent.js',
    isType: false,
  })
})

describe('who may import what', () => {
  it('@actions/* is for those who speak to GitHub', () => {
    const speakers = ['main.ts', 'index.ts', 'github/publish.ts']
    expect(edges(({ from }, { path }) => from.startsWith('@actions/') && !speakers.includes(path))).toEqual([])
  })

  it('undici is for those who speak to Twilio and GitHub', () => {
    expect(edges(({ from }) => from.startsWith('undici/'))).toEqual(
      ['api/index.js', 'dispatcher/agent.js', 'dispatcher/dispatcher.js', 'dispatcher/env-http-proxy-agent.js'].map(
        (part) => `twilio/dispatcher.ts → undici/lib/${part}`,
      ),
    )
    expect(edges(({ from, isType }) => from === 'undici' && !isType)).toEqual(['github/connection.ts → undici'])
  })

  it('modules of Node are for those listed here', () => {
    expect(edges(({ from }) => from.startsWith('node:'))).toEqual([
      'execute.ts → node:events',
      'execute.ts → node:v8',
      'fleet.ts → node:crypto',
      'github/connection.ts → node:timers/promises',
      'github/publish.ts → node:fs',
      'github/publish.ts → node:path',
      'main.ts → node:fs',
      'plan-id.ts → node:crypto',
      'public-key.ts → node:crypto',
      'standing.ts → node:crypto',
      'twilio/read-text.ts → node:stream',
      'twilio/session.ts → node:timers/promises',
      'workspace.ts → node:fs',
      'workspace.ts → node:path',
    ])
  })

  it('there is no other package than these', () => {
    const packages = new Set(
      files.flatMap(({ imports }) =>
        imports
          .map(({ from }) => from)
          .filter(
            (from) =>
              !from.endsWith('.ts') &&
              !from.startsWith('node:') &&
              !from.startsWith('@actions/') &&
              !from.startsWith('undici/'),
          ),
      ),
    )
    expect([...packages].toSorted()).toEqual(['leven', 'undici', 'zod/mini'])
    expect(edges(({ from }) => from === 'leven')).toEqual(['inputs.ts → leven'])
  })

  it('effects that are not imported are for the wiring and for those who speak to Twilio and GitHub, and the name of Node for the user agent', () => {
    expect(
      having(/\b(Date\.now|Math\.random|setTimeout|setInterval|setImmediate|fetch|performance)\b|new Date\(\)/),
    ).toEqual(['execute.ts', 'github/connection.ts', 'main.ts', 'twilio/session.ts', 'twilio/time-limit.ts'])
    expect(having(/\bprocess\b/)).toEqual(['github/deliver.ts', 'index.ts', 'main.ts', 'twilio/client.ts'])
    expect(having(/\bprocess\.(?!versions)/)).toEqual(['github/deliver.ts', 'index.ts', 'main.ts'])
  })
})

describe('one direction', () => {
  it('the wiring is a chain, and nobody else imports it', () => {
    expect(edges(({ from }) => isWiring(from))).toEqual(['index.ts → main.ts', 'main.ts → execute.ts'])
  })

  it('the pure rooms know the outside by these types only', () => {
    expect(edges(({ from }, { path }) => isOutside(from) && !isOutside(path) && !isWiring(path))).toEqual([
      'access.ts → github/event.ts',
      'access.ts → twilio/client.ts',
      'evidence.ts → github/event.ts',
      'github-inputs.ts → github/event.ts',
      'inputs.ts → github/event.ts',
    ])
    expect(
      edges(({ from, isType }, { path }) => isOutside(from) && !isType && !isOutside(path) && !isWiring(path)),
    ).toEqual([])
  })

  it('the two outsides do not know each other', () => {
    expect(
      edges(({ from }, { path }) => isOutside(from) && isOutside(path) && from.split('/')[0] !== path.split('/')[0]),
    ).toEqual([])
  })

  it('Twilio knows nothing of a run or of what is said about it', () => {
    const known = [
      'abbreviate.ts',
      'credentials.ts',
      'errors.ts',
      'key.ts',
      'once.ts',
      'ports.ts',
      'secrets.ts',
      'settings.ts',
      'target.ts',
      'version.ts',
    ]
    expect(
      edges(
        (imported, { path }) =>
          path.startsWith('twilio/') && isFile(imported) && !isOutside(imported.from) && !known.includes(imported.from),
      ),
    ).toEqual([])
  })

  it('there is no circle', () => {
    const importsOf = new Map(files.map(({ path, imports }) => [path, imports.filter(isFile).map(({ from }) => from)]))
    const circles: string[] = []
    const follow = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      else for (const next of importsOf.get(path) ?? []) follow(next, [...way, path])
    }
    for (const path of paths) follow(path, [])
    expect([...new Set(circles)]).toEqual([])
  })
})

describe('every file', () => {
  it('has at most 280 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 281).map(({ path }) => path)).toEqual([])
  })

  it('has no default export, says nothing by the console and takes no type for granted', () => {
    expect(having(/\bexport default\b|\bas default\b/)).toEqual([])
    expect(having(/\bconsole\b/)).toEqual([])
    expect(having(/: any\b|\bas any\b|<any>|@ts-/)).toEqual([])
  })

  it('has a sentence directly above each export, or above the list that a type is made from', () => {
    const bare = files.flatMap(({ path, text }) => {
      const lines = text.split('\n')
      return lines.flatMap((line, at) => {
        const [, kind, name] =
          /^export (?:async |abstract )?(function|const|interface|class|type) (\w+)/.exec(line) ?? []
        const end = lines[at - 1] ?? ''
        // A list that does not fit on one line ends with its bracket.
        const above = end === '] as const' ? (lines.slice(0, at).findLast((before) => before.endsWith('[')) ?? '') : end
        const isTold = /^( \*\/|\/\*\*.*\*\/)$/.test(above) || (kind === 'type' && above.startsWith('export const '))
        return kind === undefined || isTold ? [] : [`${path}: ${name}`]
      })
    })
    expect(bare).toEqual([])
  })
})

describe('what stands elsewhere too', () => {
  it('the version is that of the package', () => {
    expect(version).toBe((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version)
  })

  it('the inputs are those of action.yml, where none that is desired or secret has a default', () => {
    const { inputs } = readActionFile()
    expect(Object.keys(inputs).toSorted()).toEqual(inputNames.toSorted())
    expect(
      Object.fromEntries(
        Object.entries(inputs).flatMap(([name, { default: value = '' }]) => (value === '' ? [] : [[name, value]])),
      ),
    ).toEqual({
      mode: 'check',
      accounts: 'self',
      concurrency: '8',
      resources: 'compositions',
      'verify-credentials': 'true',
      'on-missing-credentials': 'auto',
      'pr-comment': 'never',
      'drift-issue': 'false',
      'drift-issue-label': 'twilio-drift',
    })
  })

  it('action.yml starts a file that is there, with the Node of the runners', () => {
    const { runs } = readActionFile()
    expect(runs).toEqual({ using: 'node24', main: 'dist/index.js' })
    expect(existsSync(join(root, runs.main))).toBe(true)
  })
})
