import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findBrowser } from '../.github/scripts/browser.ts'
import { root } from '../.github/scripts/documents.ts'
import { allowances } from '../src/settings/guards.ts'
import { parsePublicKey } from '../src/settings/public-key.ts'
import { settingNames, settings } from '../src/settings/settings.ts'
import { readActionFile } from './action/action.ts'
import { pathWithTools } from './tools/path.ts'
import { ownerOfThis, read } from './workflows/files.ts'

const documents = [
  'README.md',
  ...readdirSync(join(root, '.github'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `.github/${name}`),
]
const readme = read('README.md')

describe('the first screen of the README', () => {
  const [, usage = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? []
  const after = readme.slice(readme.indexOf(usage) + usage.length)

  it('has a complete workflow of at most 20 lines', () => {
    expect(usage.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
    expect(readme.slice(0, readme.indexOf(usage)).split('\n').length).toBeLessThan(9)
    expect(Object.keys(parse(usage) as object)).toEqual(['name', 'on', 'permissions', 'jobs'])
  })

  it('has the two commands after it', () => {
    expect(after.slice(0, after.indexOf('## '))).toMatch(/```sh\nnpm ci && npm start .*\nnpm ci && npm test .*\n```/)
  })

  it('shows a picture after it', () => {
    expect(after.slice(0, after.indexOf('## '))).toContain('.github/drift-light.png')
  })
})

it.each(
  ['drift', 'plan', 'issue', 'applied'].flatMap((name) =>
    ['light', 'dark'].map((theme) => `.github/${name}-${theme}.png`),
  ),
)('the README shows %s, which npm run picture draws', (path) => {
  expect(readme).toContain(path)
  const png = readFileSync(join(root, path))
  // The width stands after the signature, and the length and the type of the first chunk.
  // https://www.w3.org/TR/png-3/#11IHDR
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16)]).toEqual(['PNG', 1520])
  expect(png.length).toBeLessThan(300_000)
})

describe('npm run picture says in one sentence that it needs', () => {
  const draw = (env: Record<string, string>): ReturnType<typeof shell> =>
    shell(`"${process.execPath}" "${join(root, '.github/scripts/picture.ts')}"`, root, env)

  it('a browser', async () => {
    const { code, complained } = await draw({ PATH: '/nowhere' })
    expect([code, complained]).toEqual([1, expect.stringMatching(/^The pictures need a headless browser, .*\n$/)])
  })

  // Elsewhere fonts are not found by fontconfig.
  it.skipIf(process.platform !== 'linux' || findBrowser() === null)('a font with emoji', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fonts-'))
    try {
      const file = join(folder, 'none.conf')
      writeFileSync(file, '<fontconfig></fontconfig>')
      const { code, complained } = await draw({ FONTCONFIG_FILE: file })
      expect([code, complained]).toEqual([1, expect.stringMatching(/^The pictures need a font with .*\n$/)])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the README', () => {
  const { inputs, outputs } = readActionFile()

  it('has a row for each result', () => {
    const results = [...(outputs['result']?.description ?? '').matchAll(/`([^`]+)`/g)].map(([, result]) => result)
    const rows = [...section(readme, 'Results').matchAll(/^\| `([^`]+)` \|/gm)].map(([, result]) => result)
    expect(new Set(rows)).toEqual(new Set(['result', ...results]))
  })

  it('names each setting', () => {
    const [, list = ''] = /^The settings are (.*?)\. /m.exec(section(readme, 'Inputs')) ?? []
    expect(spansOf(list)).toEqual(settingNames.map((name) => settings[name].input))
  })

  it('has a row for each allowance', () => {
    const rows = [...section(readme, 'Guards').matchAll(/\| `([^`]+)` \|$/gm)].map(([, allowance]) => allowance)
    expect(new Set(rows)).toEqual(new Set(allowances))
  })

  it('names the permissions that the action names', () => {
    const named = [...readme.matchAll(/`(\/twilio\/[^`]+)`/g)].map(([, permission = '']) => permission)
    const [settings, credentials] = [read('src/twilio/settings.ts'), read('src/twilio/credentials.ts')]
    const ofSettings = [...settings.matchAll(/permission: '([^']+)'/g)].flatMap(([, permission = '']) => [
      `${permission}/read`,
      `${permission}/update`,
    ])
    const ofCredentials = [...credentials.matchAll(/'(\/twilio\/[^']+)'/g)].map(([, permission = '']) => permission)
    const ofMedia = [...read('src/twilio/media.ts').matchAll(/permission: '([^']+)'/g)].flatMap(
      ([, permission = '']) => [`${permission}/list`, `${permission}/read`],
    )
    expect(new Set(named)).toEqual(new Set([...ofSettings, ...ofCredentials, ...ofMedia]))
  })

  it('quotes only messages that the action has', () => {
    const code = sources('src')
      .map((path) => readFileSync(path, 'utf8').replaceAll(String.raw`\'`, "'"))
      .join('\n')
    const messages = [...section(readme, 'Troubleshooting').matchAll(/^\| `([^`]+)` \|/gm)].map(
      ([, message = '']) => message,
    )
    expect(messages.length).toBeGreaterThan(20)
    // A value, or where one sentence ends and another begins, is left out as " … ".
    expect(messages.flatMap((message) => message.split(' … ')).filter((part) => !code.includes(part))).toEqual([])
  })

  it.each(['README.md', '.github/KEYS.md'])('%s names only inputs, outputs and words that exist', (path) => {
    const { on } = parse(read('.github/workflows/scheduled-check.yml')) as {
      on: { workflow_call: Readonly<Record<string, object>> }
    }
    const declared = [...Object.entries(inputs), ...Object.entries(outputs)].flatMap(([name, { description }]) => [
      name,
      ...spansOf(description),
    ])
    const called = Object.values(on.workflow_call).flatMap(Object.keys)
    const rules = sources('src').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, word = '']) => word),
    )
    const known = new Set([...declared, ...called, ...rules, ...wordsOfGithub])
    const unknown = spansOf(withoutFences(read(path)))
      .map((span) => /^(?:[a-z]+(?:-[a-z]+)+$|[a-z]+(?:-[a-z]+)*(?=: ))/.exec(span)?.[0] ?? '')
      .filter((word) => word !== '' && !known.has(word))
    expect(unknown).toEqual([])
  })
})

const wordsOfGithub = [ownerOfThis(), 'if', 'uses', 'contents', 'issues', 'pull-requests', 'id-token', 'attestations']

it('every document names this repository with the owner in the example of scheduled-check.yml, so that one command replaces it', () => {
  const files = [
    'README.md',
    '__tests__/demo/show.ts',
    ...readdirSync(join(root, '.github'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(md|ya?ml)$/.test(name))
      .map((name) => `.github/${name}`),
  ]
  const owners = files.flatMap((path) =>
    [...read(path).matchAll(/([\w.-]+)\/twilio-composition-settings\b/g)].map(([, owner]) => `${path}: ${owner}`),
  )
  expect(owners.length).toBeGreaterThan(20)
  expect(owners.filter((found) => !found.endsWith(`: ${ownerOfThis()}`))).toEqual([])
})

describe('the links of the documents', () => {
  it.each(documents)('%s links to files and headings that are there', (path) => {
    const text = withoutFences(read(path))
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    )
    const broken = links
      .filter((link) => !link.startsWith('https://'))
      .filter((link) => {
        const [file = '', anchor] = link.split('#')
        const target = file === '' ? path : normalize(join(dirname(path), file))
        return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor))
      })
    expect(broken).toEqual([])
  })
})

describe('the commands in KEYS.md', () => {
  it('make a pair that Twilio takes, and print its fingerprint twice', async () => {
    const commands = [...read('.github/KEYS.md').matchAll(/```sh\n([\s\S]*?)```/g)]
      .map(([, command]) => command)
      .join('')
    await inFolder(async (folder) => {
      const { code, printed } = await shell(commands, folder)
      const parsed = parsePublicKey(readFileSync(join(folder, 'public.pem'), 'utf8'))
      const fingerprint = parsed.kind === 'value' ? parsed.value.fingerprint : parsed.kind
      expect([code, printed.match(/^[0-9a-f]{16}$/gm)]).toEqual([0, [fingerprint, fingerprint]])
      expect(printed).toMatch(/2048 bit[\s\S]*Exponent: 65537/)
      expect(readFileSync(join(folder, 'private.pem'), 'utf8')).toContain('BEGIN PRIVATE KEY')
    })
  })
})

it('the recipe for a fleet has six lines', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(section(readme, 'Every subaccount, in shards')) ?? []
  expect(yaml.slice(yaml.indexOf('jobs:')).trimEnd().split('\n').length).toBe(6)
})

function section(markdown: string, title: string): string {
  const [, content = ''] = new RegExp(`^#+ ${title}\\n([\\s\\S]*?)(?=^#+ [A-Z]|(?![\\s\\S]))`, 'm').exec(markdown) ?? []
  return content
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '')
}

function spansOf(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs a script as GitHub runs a step: it ends with the first command that fails. */
function shell(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string | number>> = {},
): Promise<{ code: number; printed: string; complained: string }> {
  const environment = {
    PATH: pathWithTools,
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
  }
  return new Promise((resolve) => {
    execFile('/bin/bash', ['--norc', '-e', '-c', script], { cwd, env: environment }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), printed: stdout, complained: stderr }),
    )
  })
}
