import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../source.ts'
import { pathWithTools } from '../tools/path.ts'
import { read } from './files.ts'
import { readWorkflow } from './workflow.ts'

const { jobs } = readWorkflow({
  path: 'release.yml',
  text: read('.github/workflows/release.yml'),
  linesBefore: 0,
}).workflow
const { version } = JSON.parse(read('package.json')) as { readonly version: string }
const tag = `v${version}`

/** The place where the steps run: a repository whose commit is on main, and a `gh` with the given responses. */
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'))
  mkdirSync(join(folder, '.github'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'package.json'), read('package.json'))
  writeFileSync(join(folder, '.github/CODEOWNERS'), '* @acme/media\n')
  // "gh api … --jq …" prints what the variable says, by the filter; "sleep" does not wait.
  const gh =
    '#!/bin/bash\n[[ "$1" == api ]] || exit "${GH_STATUS:-0}"\n[[ -n "$ANSWER" ]] || exit 1\njq --raw-output "$4" <<< "$ANSWER"\n'
  for (const [name, text] of [
    ['gh', gh],
    ['sleep', '#!/bin/bash\n'],
  ] as const) {
    writeFileSync(join(folder, 'bin', name), text)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: folder })
  git('init', '--quiet')
  git('commit', '--quiet', '--allow-empty', '--message', 'First')
  git('update-ref', 'refs/remotes/origin/main', 'HEAD')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a step of a job as a runner does; gives the exit code and what it printed. */
function runStep(
  job: string,
  step: string,
  env: Readonly<Record<string, string>>,
  cwd = folder,
): Promise<[code: number, printed: string]> {
  const script = jobs[job]?.steps?.find(({ name }) => name === step)?.run ?? 'exit 99'
  // The Node of the tests is as new as the workflow's.
  const path = [join(folder, 'bin'), dirname(process.execPath), pathWithTools].join(':')
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd, env: { PATH: path, GITHUB_REF_NAME: tag, ...env } },
      (error, stdout) => resolve([error === null ? 0 : Number(error.code ?? 1), stdout]),
    )
  })
}

describe('the step of release.yml that checks the tag', () => {
  const check = (env: Readonly<Record<string, string>>): Promise<[number, string]> =>
    runStep('rebuild', 'Check the tag', { IS_PROTECTED: 'true', ...env })

  it('passes a tag that is right', async () => {
    expect(await check({})).toEqual([0, ''])
  })

  it.each([
    [`No ruleset protects the tag ${tag}.`, { IS_PROTECTED: 'false' }],
    ['The tag is v0.0.1, and package.json has another version.', { GITHUB_REF_NAME: 'v0.0.1' }],
  ])('says: %s', async (sentence, changed) => {
    expect(await check(changed)).toEqual([1, expect.stringContaining(`::error::${sentence}`)])
  })

  it('stops at the placeholder in CODEOWNERS', async () => {
    writeFileSync(join(folder, '.github/CODEOWNERS'), read('.github/CODEOWNERS').replace(/@[\w-]+\//, '@your-org/'))
    expect(await check({})).toEqual([1, expect.stringContaining('::error::CODEOWNERS has the placeholder @your-org.')])
    rmSync(join(folder, '.github/CODEOWNERS'))
  })
})

describe('what release.yml asks GitHub', () => {
  const environment = (...reviewers: readonly object[]): string =>
    JSON.stringify({ protection_rules: [{ type: 'wait_timer' }, { type: 'required_reviewers', reviewers }] })
  const approval = (answer: string): Promise<[number, string]> =>
    runStep('rebuild', 'Check that somebody must approve', { ANSWER: answer, GITHUB_REPOSITORY: 'acme/a' })
  const stopped = [1, expect.stringContaining('::error::The environment "release" has no required reviewers')]

  it('goes on only where somebody must approve the release', async () => {
    expect(await approval(environment({ type: 'Team' }))).toEqual([0, ''])
    expect(await approval(environment())).toEqual(stopped)
    expect(await approval('{ "protection_rules": [] }')).toEqual(stopped)
    expect(await approval('{ "message": "Something else" }')).toEqual(stopped)
    expect(await approval('')).toEqual(stopped)
  })

  it.each([
    ['immutable, and verified', '{ "immutable": true }', '0', 0],
    ['immutable, and not verified', '{ "immutable": true }', '1', 1],
    ['not immutable', '{ "immutable": false }', '0', 1],
    ['of an unknown kind', '{}', '0', 1],
    ['not there', '', '0', 1],
  ])('moves the major tag only to a release that is %s', async (_, answer, status, code) => {
    const env = { ANSWER: answer, GH_STATUS: status, GITHUB_REPOSITORY: 'acme/a' }
    const [exitCode] = await runStep('publish', 'Verify that the release is immutable', env)
    expect(exitCode).toBe(code)
    const steps = (jobs['publish']?.steps ?? []).map(({ name }) => name)
    expect(steps.indexOf('Move the major tag')).toBeGreaterThan(steps.indexOf('Verify that the release is immutable'))
  })
})

interface Bom {
  readonly bomFormat: string
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly purl: string
    readonly hashes: readonly { readonly content: string }[]
  }[]
}

it('the list of packages that release.yml makes has those in dist/licenses.txt, and no other', async () => {
  expect(await runStep('publish', 'List what dist/ holds', { RUNNER_TEMP: folder }, root)).toEqual([0, ''])
  const { bomFormat, components } = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as Bom
  expect(bomFormat).toBe('CycloneDX')
  const licensed = [...read('dist/licenses.txt').matchAll(/^(\S+) (\d\S+) \(/gm)].map(([, ...pair]) => pair.join('@'))
  expect(components.find(({ name }) => name === '@actions/core')).toMatchObject({
    purl: expect.stringMatching(/^pkg:npm\/%40actions\/core@[\d.]+$/),
    hashes: [{ content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
  })
  expect(new Set(components.map((component) => `${component.name}@${component.version}`))).toEqual(new Set(licensed))
})
