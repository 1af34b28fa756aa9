import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runAction, type StepResult } from '../action/action.ts'
import { read } from './files.ts'
import { readWorkflow, type Step } from './workflow.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const steps =
  readWorkflow({ path: 'ci.yml', text: read('.github/workflows/ci.yml'), linesBefore: 0 }).workflow.jobs['action']
    ?.steps ?? []

/** A step's inputs or environment, with the expressions that the job has, evaluated. */
function evaluated(values: Step['with'], result: StepResult | null): Record<string, string> {
  const evaluate = (value: string): string =>
    value
      .replace('${{ steps.check.outcome }}', result?.exitCode === 0 ? 'success' : 'failure')
      .replace(/\$\{\{ steps\.check\.outputs\.([\w-]+) \}\}/, (_, name: string) => result?.outputs[name] ?? '')
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, evaluate(String(value))]))
}

it('the job of ci.yml that uses the action finds in the sandbox what it expects', async () => {
  const check = steps.find(({ id }) => id === 'check')
  const compare = steps.at(-1)
  const sandbox = spawn(process.execPath, ['__tests__/sandbox/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const folder = mkdtempSync(join(tmpdir(), 'ci-'))
  try {
    const url = await new Promise<string>((resolve) => {
      sandbox.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        const found = /http:\/\/\S+?(?=\. )/.exec(chunk)?.[0]
        if (found !== undefined) resolve(found)
      })
    })
    const result = await runAction({ with: evaluated(check?.with, null), env: { TWILIO_SANDBOX_URL: url } })
    const report = join(folder, result.outputs['report'] ?? '')
    writeFileSync(report, result.evidence ?? '')
    const [, script = ''] = /^node (\S+)$/.exec(compare?.run ?? '') ?? []
    const comparing = spawn(process.execPath, [join(root, script)], {
      env: { PATH: process.env['PATH'], ...evaluated(compare?.env, result), REPORT: report },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect([await text(comparing.stderr), await text(comparing.stdout)]).toEqual([
      '',
      'The action found the drift, and nothing else.\n',
    ])
  } finally {
    sandbox.kill()
    rmSync(folder, { recursive: true })
  }
})
