import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isThere, ownerOfThis, read } from './files.ts'
import { readWorkflow } from './workflow.ts'

const { jobs } = readWorkflow({
  path: 'release.yml',
  text: read('.github/workflows/release.yml'),
  linesBefore: 0,
}).workflow
const script = jobs['rebuild']?.steps?.find(({ name }) => name === 'Check the tag')?.run ?? ''
const repository = `${ownerOfThis()}/twilio-composition-settings`
const { version } = JSON.parse(read('package.json')) as { readonly version: string }
const env = {
  PATH: process.env['PATH'],
  IS_PROTECTED: 'true',
  GITHUB_REF_NAME: `v${version}`,
  GITHUB_REPOSITORY: repository,
}
/** GitHub gives nobody a name with two hyphens in a row. */
const fork = 'some--fork/twilio-composition-settings'

describe.skipIf(!['jq', 'git', 'bash'].every(isThere))('the step of release.yml that checks the tag', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'))
    mkdirSync(join(folder, '.github/workflows'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), read('package.json'))
    writeFileSync(join(folder, '.github/workflows/scheduled-check.yml'), read('.github/workflows/scheduled-check.yml'))
    const git = (...words: readonly string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: folder })
    git('init', '--quiet')
    git('commit', '--quiet', '--allow-empty', '--message', 'First')
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const check = (changed: Readonly<Record<string, string>>): Promise<[code: number, printed: string]> =>
    new Promise((resolve) => {
      execFile(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
        { cwd: folder, env: { ...env, ...changed } },
        (error, stdout) => resolve([error === null ? 0 : Number(error.code ?? 1), stdout]),
      )
    })

  it('passes a tag that is right', async () => {
    expect(await check({})).toEqual([0, ''])
  })

  it.each([
    [`No ruleset protects the tag v${version}.`, { IS_PROTECTED: 'false' }],
    ['The tag is v0.0.1, and package.json has another version.', { GITHUB_REF_NAME: 'v0.0.1' }],
    [
      `scheduled-check.yml does not use ${fork}@v${version.split('.')[0]}. See "Release" in CONTRIBUTING.md.`,
      { GITHUB_REPOSITORY: fork },
    ],
  ])('says: %s', async (sentence, changed) => {
    expect(await check(changed)).toEqual([1, expect.stringContaining(`::error::${sentence}`)])
  })

  it('says so if scheduled-check.yml uses another major version', async () => {
    writeFileSync(join(folder, 'package.json'), `{ "version": "${version[0]}0.0.0" }`)
    expect(await check({ GITHUB_REF_NAME: `v${version[0]}0.0.0` })).toEqual([
      1,
      expect.stringContaining(`::error::scheduled-check.yml does not use ${repository}@v${version[0]}0.`),
    ])
  })
})
