import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputDefaults } from '../src/inputs/defaults.ts'
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
/** The picture of the rooms in CONTRIBUTING.md: an arrow goes from a room to those on its left, and never back. */
const picture = /^shared ← .+$/m.exec(readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8'))?.[0] ?? ''
const floors = picture.split(' ← ').map((floor) => floor.replaceAll(/[{} ]/g, '').split(','))
const floorOf = (path: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(path)))
/** The folder of a file, or its own name where it is in none. */
const roomOf = (path: string): string => path.replace(/\.ts$/, '').split('/')[0] ?? ''
/** What the rooms import of something, as `room → what`. */
const roomEdges = (isMeant: (imported: Import, file: SourceFile) => boolean): string[] => [
  ...new Set(edges(isMeant).map((edge) => `${roomOf(edge.split(' → ')[0] ?? '')} → ${edge.split(' → ')[1]}`)),
]

it('finds the files, and what they import', () => {
  expect(paths).toContain('twilio/attempt.ts')
  expect(files.flatMap(({ imports }) => imports.filter(isFile)).filter(({ from }) => !paths.includes(from))).toEqual([])
  expect(files.find(({ path }) => path === 'settings/plan-id.ts')?.imports.slice(0, 2)).toEqual([
    { from: 'node:crypto', isType: false },
    { from: 'settings/diff.ts', isType: true },
  ])
  expect(files.find(({ path }) => path === 'twilio/connection.ts')?.imports).toContainEqual({
    from: 'undici/lib/dispatcher/agent.js',
    isType: false,
  })
})

describe('who may import what', () => {
  it('@actions/* is for those who speak to GitHub', () => {
    expect(edges(({ from }) => from === '@actions/github')).toEqual(['github/connection.ts → @actions/github'])
    expect(edges(({ from }) => from === '@actions/core')).toEqual(['github/output.ts → @actions/core'])
    expect(edges(({ from }) => /^@actions\/(?!core$|github$)/.test(from))).toEqual([])
  })

  it('nothing but the output, which takes the secrets out, writes a file, prints, or is sent to GitHub', () => {
    const writes = /\b(write(v|File|Sync|FileSync|vSync)|append(File|FileSync)|open(Sync)?|createWriteStream)\(/
    expect(having(writes)).toEqual(['github/output.ts'])
    expect(having(/\b(stdout|stderr)\b/)).toEqual(['index.ts'])
    expect(having(/\brequest\(/)).toEqual(['github/connection.ts', 'twilio/attempt.ts', 'twilio/signed-url.ts'])
  })

  it('undici is for those who speak to Twilio and GitHub', () => {
    expect(edges(({ from }) => from.startsWith('undici/'))).toEqual(
      ['api/index.js', 'dispatcher/agent.js', 'dispatcher/dispatcher.js', 'dispatcher/env-http-proxy-agent.js'].map(
        (part) => `twilio/connection.ts → undici/lib/${part}`,
      ),
    )
    expect(edges(({ from, isType }) => from === 'undici' && !isType)).toEqual(['github/connection.ts → undici'])
  })

  it('modules of Node are for the rooms listed here', () => {
    expect(roomEdges(({ from }) => from.startsWith('node:'))).toEqual([
      'execute → node:events',
      'execute → node:v8',
      'github → node:timers/promises',
      'github → node:fs',
      'github → node:path',
      'inputs → node:fs',
      'inputs → node:path',
      'main → node:fs',
      'report → node:crypto',
      'run → node:crypto',
      'settings → node:crypto',
      'twilio → node:buffer',
      'twilio → node:stream',
      'twilio → node:timers/promises',
    ])
  })

  it('there is no other package than these', () => {
    const packages = files.flatMap(({ imports }) =>
      imports.filter((imported) => !isFile(imported)).map(({ from }) => from),
    )
    const others = packages.filter((from) => !/^(node:|@actions\/|undici\/)/.test(from))
    expect([...new Set(others)].toSorted()).toEqual(['leven', 'undici', 'zod/mini'])
    expect(edges(({ from }) => from === 'leven')).toEqual(['inputs/inputs.ts → leven'])
  })

  it('effects that are not imported are for the wiring and for those who speak to Twilio and GitHub', () => {
    const effects = /\b(Date\.now|Math\.random|setTimeout|setInterval|setImmediate|fetch|performance)\b|new Date\(\)/
    expect([...new Set(having(effects).map(roomOf))]).toEqual(['execute', 'github', 'main', 'twilio'])
    expect(having(/\bprocess\.(?!versions)/)).toEqual(['github/notify.ts', 'index.ts', 'main.ts'])
    // For the user agent.
    expect(having(/\bprocess\.versions\b/)).toEqual(['twilio/attempt.ts'])
  })
})

describe('the rooms', () => {
  it('are those of the picture, on at most eight floors', () => {
    expect(new Set(floors.flat())).toEqual(new Set(paths.map(roomOf)))
    expect(floors.length).toBeLessThanOrEqual(8)
    expect(paths.filter((path) => !path.includes('/'))).toEqual(['execute.ts', 'index.ts', 'main.ts'])
    expect(new Set(paths.filter((path) => path.includes('/')).map(roomOf)).size).toBeLessThanOrEqual(7)
    expect(paths.filter((path) => path.split('/').length > 2)).toEqual([])
  })

  it('import from the floors below them only', () => {
    const climbs = ({ from }: Import, { path }: SourceFile): boolean =>
      roomOf(from) !== roomOf(path) && floorOf(from) >= floorOf(path)
    expect(edges((imported, file) => isFile(imported) && climbs(imported, file))).toEqual([])
  })

  it('that are outside do not know each other: Twilio is for the wiring', () => {
    expect(roomEdges(({ from }, { path }) => roomOf(from) === 'twilio' && roomOf(path) !== 'twilio')).toEqual(
      ['accounts', 'clients', 'session'].map((name) => `execute → twilio/${name}.ts`),
    )
  })

  it('have no circle in them', () => {
    const importsOf = new Map(files.map(({ path, imports }) => [path, imports.filter(isFile).map(({ from }) => from)]))
    const circles: string[] = []
    const follow = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      else for (const next of importsOf.get(path) ?? []) follow(next, [...way, path])
    }
    for (const path of paths) follow(path, [])
    expect([...new Set(circles)]).toEqual([])
  })

  it('have tests in rooms of the same names', () => {
    const rooms = new Set(paths.filter((path) => path.includes('/')).map(roomOf))
    expect([...rooms].filter((room) => !existsSync(join(root, '__tests__', room)))).toEqual([])
  })
})

describe('every file', () => {
  it('has at most 250 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 251).map(({ path }) => path)).toEqual([])
  })

  it('has functions of at most 60 lines', () => {
    const long = files.flatMap(({ path, text }) => {
      const lines = text.split('\n')
      return lines.flatMap((line, at) => {
        const name = /^(?:export )?(?:async )?function\*? (\w+)/.exec(line)?.[1]
        const length = lines.slice(at).indexOf('}') + 1
        return name !== undefined && length > 60 ? [`${path}: ${name}, ${length} lines`] : []
      })
    })
    expect(long).toEqual([])
  })

  it('names a type only where several things share it: at most a hundred in all', () => {
    const named = files.flatMap(({ text }) => [...text.matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)])
    expect(named.length).toBeGreaterThan(50)
    expect(named.length).toBeLessThanOrEqual(100)
    // Two of one name are two words for one thing, or one word for two.
    const names = named.map(([, name]) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
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

  it('the inputs and their defaults are those of action.yml', () => {
    const inputs = Object.entries(readActionFile().inputs)
    expect(Object.fromEntries(inputs.map(([name, { default: value = '' }]) => [name, value]))).toEqual(inputDefaults)
  })

  it('action.yml starts a file that is there, with the Node of the runners', () => {
    const { runs } = readActionFile()
    expect(runs).toEqual({ using: 'node24', main: 'dist/index.js' })
    expect(existsSync(join(root, runs.main))).toBe(true)
  })
})
