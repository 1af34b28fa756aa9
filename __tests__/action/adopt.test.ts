import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { awsSid, bucket, keySid, open, safe } from './fixtures.ts'
import { parentSid, subaccountSid } from './fleet-fixtures.ts'
import { fleetForTest } from './fleet-run.ts'
import { render } from './rendered.ts'
import { annotated, headingOf, leadOf, onStage, play, type Scene } from './scenario.ts'

/** The block "As inputs" of a summary, as a reader pastes it. */
function block({ summary }: Pick<Scene, 'summary'>, at = 0): string {
  return [...summary.matchAll(/^(`{3,})\n([\s\S]*?)\n\1$/gm)][at]?.[2] ?? '(none)'
}

/** The inputs of a pasted block, as a runner hands them over: GitHub has evaluated its expressions. */
function pasted(text: string): Record<string, string> {
  const evaluate = (value: string): string =>
    value.replaceAll(/\$\{\{ '((?:[^']|'')*)' \}\}/g, (_, literal: string) => literal.replaceAll("''", "'"))
  return Object.fromEntries(
    Object.entries((parse(text) ?? {}) as Record<string, unknown>).map(([input, value]) => [
      input,
      evaluate(String(value)),
    ]),
  )
}

describe.concurrent('plan without anything to plan', () => {
  it('reads: green, nothing compared, and the current settings as inputs', async () => {
    const scene = await play({ seed: { compositionSettings: safe }, inputs: { mode: 'plan', 'report-path': 'e.json' } })
    expect(scene.exitCode).toBe(0)
    expect(scene.outputs).toMatchObject({ result: 'read', drift: '', changes: '[]', findings: '[]', 'plan-id': '' })
    expect(scene.methods).toBe('GET')
    expect(headingOf(scene)).toBe('📖 Read: what the account has; nothing was compared')
    expect(leadOf(scene)).toContain('"As inputs"')
    expect(annotated(scene, 'error')).toEqual([])
    expect(annotated(scene, 'warning').filter((text) => !text.includes('sandbox'))).toEqual([])
    expect(render(scene.summary).settings).toEqual([
      [
        ['encryption_enabled', 'true'],
        ['encryption_key_sid', keySid],
        ['aws_storage_enabled', 'true'],
        ['aws_s3_url', bucket],
        ['aws_credentials_sid', awsSid],
        ['friendly_name', 'Media'],
      ],
    ])
    expect(block(scene)).toBe(
      [
        'encryption-enabled: true',
        `encryption-key-sid: ${keySid}`,
        'aws-storage-enabled: true',
        `aws-s3-url: ${bucket}`,
        `aws-credentials-sid: ${awsSid}`,
        "friendly-name: 'Media'",
        'require: encryption',
      ].join('\n'),
    )
    expect(JSON.parse(scene.evidence ?? '')).toMatchObject({
      result: 'read',
      drift: null,
      targets: [{ result: 'read', desired: {} }],
    })
  })

  it.each(['check', 'apply'])('is a mistake in %s', async (mode) => {
    const scene = await play({ inputs: { mode } })
    expect(scene.outputs['result']).toBe('error')
    expect(scene.requests).toEqual([])
    expect(scene.log).toContain('There is nothing to check')
  })

  it.each([
    ['that is open', open],
    ['that is encrypted', { ...open, encryption_enabled: true, encryption_key_sid: keySid }],
    ['with a name that GitHub would evaluate', { ...safe, friendly_name: '${{ secrets.X }}' }],
    ['with a name of quotes and lines', { ...safe, friendly_name: 'it\'s "so"\n```\nthere' }],
    ['with a name that no input can say', { ...safe, friendly_name: ' {account_sid} ' }],
    ['with another spelling of the bucket', { ...safe, aws_s3_url: 'https://Media.s3.amazonaws.com/x/' }],
  ])('gives what is in sync on an account %s', async (_, compositionSettings) => {
    await onStage({ seed: { compositionSettings } }, async (_sandbox, run) => {
      const scene = await run({ inputs: { mode: 'plan' } })
      expect(scene.outputs['result']).toBe('read')
      const check = await run({ inputs: pasted(block(scene)) })
      expect(check.outputs).toMatchObject({ result: 'in-sync', changes: '[]' })
      expect(scene.summary.includes('friendly_name is left out')).toBe(
        compositionSettings.friendly_name === ' {account_sid} ',
      )
    })
  })

  it('gives a block for each resource', async () => {
    const scene = await play({
      seed: { compositionSettings: safe, recordingSettings: { ...open, friendly_name: 'Calls' } },
      inputs: { mode: 'plan', resources: 'compositions, recordings' },
    })
    expect(pasted(block(scene, 1))).toEqual({
      resources: 'recordings',
      'encryption-enabled': 'false',
      'aws-storage-enabled': 'false',
      'friendly-name': 'Calls',
    })
  })
})

it('the same block is folded in every other run, and in no comment', async () => {
  const scene = await play({ seed: { compositionSettings: open }, inputs: { 'encryption-enabled': 'true' } })
  expect(scene.outputs['result']).toBe('drift')
  expect(scene.summary).toMatch(/<details><summary>As inputs<\/summary>\n\n```\nencryption-enabled: false\n/)
})

it('groups the accounts of a fleet by equal settings', async () => {
  const { run } = await fleetForTest(3, (number) => (number === 2 ? { compositionSettings: open } : {}))
  const nothing = { 'encryption-enabled': 'unmanaged', 'friendly-name': 'unmanaged' }
  const scene = await run({ mode: 'plan', ...nothing })
  expect(scene.exitCode).toBe(0)
  expect(scene.outputs).toMatchObject({ result: 'read', drift: '' })
  expect(pasted(block(scene))).toMatchObject({ 'encryption-enabled': 'true', 'friendly-name': 'Media' })
  expect(pasted(block(scene, 1))).toMatchObject({ 'encryption-enabled': 'false' })
  expect(scene.summary).toContain(`3 accounts: ${[subaccountSid(1), subaccountSid(3), parentSid].join(', ')}`)
  expect(scene.summary).toContain(`Account ${subaccountSid(2)}`)
})

it.each([
  [19, null],
  [20, '<p>1 more group of accounts with other settings.</p>'],
  [21, '<p>2 more groups of accounts with other settings.</p>'],
])('shows at most 20 groups: %i subaccounts that all differ, and their parent', async (subaccounts, more) => {
  const { run } = await fleetForTest(subaccounts, (number) => ({
    compositionSettings: { ...open, friendly_name: `Team ${number}` },
  }))
  const scene = await run({ mode: 'plan', 'encryption-enabled': 'unmanaged', 'friendly-name': 'unmanaged' })
  expect(scene.summary.match(/^```$/gm)).toHaveLength(2 * 20)
  expect(/^<p>\d+ more .*$/m.exec(scene.summary)?.[0] ?? null).toBe(more)
})
