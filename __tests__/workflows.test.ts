import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readActionFile } from './action/action.ts'
import { examplesIn, exampleSources, read, workflowSources, type Source } from './workflows/files.ts'
import { lint } from './workflows/lint.ts'
import { problemsOfExample, problemsOfWorkflow } from './workflows/rules.ts'

const titled = ({ path, linesBefore }: Source): string => (linesBefore === 0 ? path : `${path}:${linesBefore}`)

describe('the workflows', () => {
  it.each(workflowSources().map((source) => [titled(source), source] as const))('%s is clean', async (_, source) => {
    expect([...(await lint(source)), ...problemsOfWorkflow(source)]).toEqual([])
  })
})

describe('the examples in the documents', () => {
  it('are clean', async () => {
    const problems = await Promise.all(
      exampleSources().map(async (source) => [...(await lint(source)), ...problemsOfExample(source)]),
    )
    expect(problems.flat()).toEqual([])
  })
})

interface Callable {
  readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, { readonly default?: unknown }>> } }
  readonly jobs: {
    readonly check: {
      readonly steps: readonly { readonly id?: string; readonly with?: Readonly<Record<string, string>> }[]
    }
  }
}

describe('scheduled-check.yml', () => {
  const { on, jobs } = parse(read('.github/workflows/scheduled-check.yml')) as Callable
  const passed = jobs.check.steps.find(({ id }) => id === 'settings')?.with ?? {}
  /** A check writes nothing to Twilio and comments on no pull request. */
  const leftOut = ['allow-risky-changes', 'expected-plan', 'pr-comment']

  it('passes every input of the action on, but for those that a check has no use for', () => {
    expect(
      Object.keys(readActionFile().inputs).filter((name) => passed[name] === undefined && !leftOut.includes(name)),
    ).toEqual([])
  })

  it('passes each input on under its own name, with the default of the action', () => {
    const inputs = Object.entries(readActionFile().inputs).filter(
      ([name]) => on.workflow_call.inputs[name] !== undefined && name !== 'drift-issue',
    )
    expect(inputs.map(([name]) => passed[name])).toEqual(inputs.map(([name]) => `\${{ inputs.${name} }}`))
    expect(inputs.map(([name]) => [name, on.workflow_call.inputs[name]?.default ?? ''])).toEqual(
      inputs.map(([name, input]) => [name, input.default ?? '']),
    )
  })
})

describe('the lint', () => {
  const sha = 'a'.repeat(40)
  const head = ['on: push', 'permissions: {}', 'jobs:', '  a:', '    runs-on: ubuntu-latest']
  const rest = ['    timeout-minutes: 1', '    permissions:', '      contents: read # to read']
  const workflow = (...steps: readonly string[]): string =>
    [...head, ...rest, '    steps:', ...steps.map((line) => `      ${line}`)].join('\n')
  const problemsOf = async (text: string): Promise<string[]> => {
    const source: Source = { path: 'x.yml', text, linesBefore: 0 }
    return [...(await lint(source)), ...problemsOfWorkflow(source)]
  }
  const call = (...lines: readonly string[]): string =>
    [
      'on: push',
      'permissions: {}',
      'jobs:',
      '  a:',
      '    uses: your-org/twilio-composition-settings/.github/workflows/scheduled-check.yml@v1',
      ...lines.map((line) => `    ${line}`),
    ].join('\n')
  const grants = [
    'permissions:',
    '  actions: read # e',
    '  contents: read # a',
    '  issues: write # b',
    '  id-token: write # c',
    '  attestations: write # d',
  ]

  it('finds nothing wrong with a workflow that is right', async () => {
    expect(
      await problemsOf(
        workflow(
          `- uses: actions/checkout@${sha} # v1.2.3`,
          '  with:',
          '    persist-credentials: false',
          '- run: npm test',
        ),
      ),
    ).toEqual([])
    expect(await problemsOf(call(...grants, 'with:', '  account-sid: AC', 'secrets:', '  auth-token: x'))).toEqual([])
  })

  it.each([
    ['x.yml:11: undefined variable "secret"', workflow('- run: ls', '  env: { A: "${{ secret.A }}" }')],
    ['x.yml:1: unknown Webhook event "pushed"', workflow('- run: ls').replace('on: push', 'on: pushed')],
    ['x.yml:8: unknown permission scope "content"', workflow('- run: ls').replace('contents:', 'content:')],
    [
      'x.yml:2: the workflow must have "permissions: {}" at the top',
      workflow('- run: ls').replace('permissions: {}', 'permissions: read-all'),
    ],
    [
      'x.yml:1: the workflow must have "permissions: {}" at the top',
      workflow('- run: ls').replace('permissions: {}\n', ''),
    ],
    [
      'x.yml:4: the job "a" must list its permissions',
      [...head, '    timeout-minutes: 1', '    steps:', '      - run: ls'].join('\n'),
    ],
    [
      'x.yml:8: the permission "contents" of the job "a" has no reason beside it',
      workflow('- run: ls').replace(' # to read', ''),
    ],
    ['x.yml:4: the job "a" has no timeout-minutes', workflow('- run: ls').replace('    timeout-minutes: 1\n', '')],
    ['x.yml:10: "actions/setup-node@v7" is not pinned by a commit', workflow('- uses: actions/setup-node@v7 # v7.0.0')],
    [`x.yml:10: "actions/setup-node@${sha}" has no version beside it`, workflow(`- uses: actions/setup-node@${sha}`)],
    [
      'x.yml:10: actions/checkout must have "persist-credentials: false"',
      workflow(`- uses: actions/checkout@${sha} # v7.0.0`),
    ],
    ['x.yml:11: an expression stands in a script', workflow('- name: b', '  run: echo ${{ github.sha }}')],
    [
      'x.yml:12: "encrypted" is not one of the inputs of action.yml',
      workflow('- uses: ./', '  with:', '    encrypted: true'),
    ],
    [
      'x.yml:7: "encrypted" is not one of the inputs of scheduled-check.yml',
      call('with:', '  encrypted: true', ...grants),
    ],
    [
      'x.yml:6: "account-sid" is missing, which is required of the inputs of scheduled-check.yml',
      call('with:', '  require: encryption', ...grants),
    ],
    ['x.yml:7: "token" is not one of the secrets of scheduled-check.yml', call('secrets:', '  token: x', ...grants)],
    [
      'x.yml:4: the job "a" must grant "issues: write", else the run does not start',
      call('with:', '  account-sid: AC', ...grants.filter((line) => !line.includes('issues'))),
    ],
  ])('reports %s', async (problem, text) => {
    expect(await problemsOf(text)).toContainEqual(expect.stringContaining(problem))
  })

  it.each(['your-org', 'Acme-Bank-2'])(
    'knows this action and its reusable workflow when %s owns them',
    async (owner) => {
      const problem = 'is not one of the inputs of'
      expect(
        await problemsOf(workflow(`- uses: ${owner}/twilio-composition-settings@v1`, '  with:', '    encrypted: true')),
      ).toEqual([`x.yml:12: "encrypted" ${problem} action.yml`])
      const called = call('with:', '  account-sid: AC', '  encrypted: true', ...grants).replace('your-org', owner)
      expect(await problemsOf(called)).toEqual([`x.yml:8: "encrypted" ${problem} scheduled-check.yml`])
    },
  )

  it('finds the examples of a document, and counts lines from its top', async () => {
    const markdown = [
      '# A',
      '',
      '```yaml',
      'jobs:',
      '  a:',
      '    runs-on: x',
      '    steps:',
      '      - run: echo ${{ github.sha }}',
      '```',
      '1. b',
      '',
      '   ```yaml',
      '   - uses: ./',
      '     with:',
      '       nothing: 1',
      '   ```',
      '```yaml',
      'a: b',
      '```',
    ].join('\n')
    const found = examplesIn('a.md', markdown)
    expect(found.flatMap(problemsOfExample)).toEqual([
      'a.md:8: an expression stands in a script: pass it by "env"',
      'a.md:15: "nothing" is not one of the inputs of action.yml',
    ])
    expect((await Promise.all(found.map(lint))).flat()).toEqual([
      expect.stringContaining('a.md:6: label "x" is unknown'),
    ])
  })
})
