import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { root } from '../source.ts'
import { drifts } from './fleet-fixtures.ts'
import { fleetForTest } from './fleet-run.ts'
import { compositions } from './media-fixtures.ts'
import { startGithub } from './github.ts'

/** A Node 20 of this machine; `null` if it has none. */
function findNode20(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
  return folders.map((folder) => join(folder, 'node')).find((path) => versionOf(path).startsWith('v20.')) ?? null
}

function versionOf(path: string): string {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

const node20 = findNode20()

/** What is younger than Node 20: on Linux ARM32 runners start actions that ask for Node 24 on it. */
const younger =
  /\b(?:Object|Map)\.groupBy\b|\bPromise\.(?:withResolvers|try)\b|\bArray\.fromAsync\b|\bRegExp\.escape\b|\bError\.isError\b|\bIterator\.(?:from|concat)\b|\.(?:(?:values|keys|entries)\(\)|matchAll\([^()]*\))\.(?:map|filter|flatMap|take|drop|some|every|find|reduce|forEach|toArray)\(|\.(?:symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom|getOrInsert|toBase64|setFromBase64)\(|\bnavigator\.locks\b|\bprocess\.(?:loadEnvFile|features\.typescript)\b|\b(?:await )?using \w+ =/

it('dist/ has nothing that Node 20 does not have', () => {
  const dist = join(root, 'dist')
  const lines = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => readFileSync(join(dist, name), 'utf8').split('\n'))
  expect(lines.filter((line) => younger.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line))).toEqual([])
})

it.skipIf(node20 === null)(
  'a fleet with its media, a comment and an issue are kept on the Node 20 of this machine',
  async () => {
    const github = await startGithub()
    onTestFinished(() => github.close())
    const token = await github.tokenWith({ issues: 'write', pull_requests: 'write' })
    const number = await github.openPullRequest()
    const { run, sandbox } = await fleetForTest(3, (index) => ({
      ...drifts(1, 2)(index),
      compositions: compositions(2, () => ({ encryptionKeySid: null })),
    }))
    const env = { GITHUB_API_URL: github.url }
    const inputs = { 'github-token': token, 'drift-issue': 'true', 'pr-comment': 'always', 'verify-media': '1d' }
    const payload = { pull_request: { number, head: {}, base: {} } }
    const [onSchedule, onPullRequest] = [
      await run(inputs, { node: node20 ?? '', env, event: { name: 'schedule' } }),
      await run(inputs, { node: node20 ?? '', env, event: { name: 'pull_request', payload } }),
    ]
    expect([onSchedule.exitCode, onSchedule.outputs['result'], onPullRequest.outputs['result']]).toEqual([
      1,
      'drift',
      'drift',
    ])
    expect(onSchedule.everything + onPullRequest.everything).not.toMatch(/is not a function|was not written/)
    expect(onSchedule.summary).toContain('compositions of the last 24 hours: 6 not encrypted.')
    expect(sandbox.signedUrls).toHaveLength(2 * 6)
    expect([(await github.issues()).length, (await github.comments(number)).length]).toEqual([1, 1])
  },
)
