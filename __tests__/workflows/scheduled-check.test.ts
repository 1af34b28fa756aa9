import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { read } from './files.ts'
import { readWorkflow } from './workflow.ts'

const text = read('.github/workflows/scheduled-check.yml')
const { jobs } = readWorkflow({ path: 'scheduled-check.yml', text, linesBefore: 0 }).workflow

/** Runs a step as a runner does; gives the exit code, what it printed, and the file behind `GITHUB_OUTPUT`. */
async function runStep(
  job: string,
  step: string,
  env: Readonly<Record<string, string>>,
): Promise<[number, string, string]> {
  const folder = mkdtempSync(join(tmpdir(), 'scheduled-'))
  const script = jobs[job]?.steps?.find(({ name }) => name === step)?.run ?? 'exit 99'
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(folder, 'output'), '')
  writeFileSync(join(bin, 'gh'), '#!/bin/bash\necho "$@"\nexit "$GH_STATUS"\n')
  writeFileSync(join(bin, 'sleep'), '#!/bin/bash\n')
  for (const name of ['gh', 'sleep']) chmodSync(join(bin, name), 0o755)
  const fixed = { PATH: `${bin}:${process.env['PATH']}`, GITHUB_OUTPUT: join(folder, 'output'), RUNNER_TEMP: folder }
  try {
    const [code, printed] = await new Promise<[number, string]>((resolve) => {
      execFile(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
        { env: { ...fixed, ...env } },
        (error, out) => resolve([error === null ? 0 : Number(error.code ?? 1), out]),
      )
    })
    return [code, printed.replaceAll(folder, '.'), readFileSync(join(folder, 'output'), 'utf8')]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the shards of scheduled-check.yml', () => {
  it.each([
    ['1', ['1/1']],
    ['3', ['1/3', '2/3', '3/3']],
    ['64', Array.from({ length: 64 }, (_, index) => `${index + 1}/64`)],
  ])('are %s, each once', async (shards, expected) => {
    const [code, , output] = await runStep('shards', 'List the shards', { SHARDS: shards })
    expect(code).toBe(0)
    expect(JSON.parse(output.replace(/^shards=/, ''))).toEqual(expected)
  })

  it.each(['0', '65', '-1', '1.5', '', '4; exit 0', '04'])('are not %j', async (shards) => {
    expect(await runStep('shards', 'List the shards', { SHARDS: shards })).toEqual([
      1,
      '::error::"shards" must be a whole number from 1 to 64.\n',
      '',
    ])
  })

  it('leave evidence that is downloaded, and if it cannot be, the join says what is missing', async () => {
    const env = { NAME: 'evidence-AC', GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'acme/app' }
    const call = 'run download 7 --repo acme/app --pattern evidence-AC-shard-* --dir ./shards\n'
    const name = 'Download the evidence of the shards'
    expect(await runStep('join', name, { ...env, GH_STATUS: '0' })).toEqual([0, call, ''])
    expect(await runStep('join', name, { ...env, GH_STATUS: '1' })).toEqual([0, call.repeat(3), ''])
  })
})

interface Outputs {
  readonly on: { readonly workflow_call: { readonly outputs: Readonly<Record<string, { readonly value: string }>> } }
  readonly jobs: Readonly<Record<string, { readonly permissions: object; readonly needs?: string | readonly string[] }>>
}

it('hands out what the join decides, and not what the shard says that ended last', () => {
  const { on, jobs: parsed } = parse(text) as Outputs
  const values = Object.entries(on.workflow_call.outputs).map(([name, { value }]) => [name, value])
  expect(values).toEqual(values.map(([name]) => [name, `\${{ jobs.join.outputs.${name} }}`]))
  expect(parsed['join']?.needs).toEqual(['shards', 'check'])
})

it('gives the job that signs, and the one that joins, no credential of Twilio', () => {
  const users = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes('secrets.'))
  expect(users.map(([id]) => id)).toEqual(['check'])
  const { jobs: parsed } = parse(text) as Outputs
  expect(Object.keys(parsed['check']?.permissions ?? {})).toEqual(['contents', 'issues'])
})
