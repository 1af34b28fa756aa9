import { describe, expect, it } from 'vitest'
import { accountSid, open, otherBucket, pullRequest, safe, safeInputs } from './fixtures.ts'
import { annotated, headingOf, onStage, type Scenario, type Scene } from './scenario.ts'

/** The two steps of the recipe: a plan on the pull request, and its apply after the merge. */
const review: Scenario = {
  inputs: { ...safeInputs, mode: 'plan' },
  event: { name: 'pull_request', payload: pullRequest('your-org/app'), actor: 'author' },
  env: { GITHUB_SHA: 'a'.repeat(40), GITHUB_REF: 'refs/pull/7/merge', GITHUB_RUN_ID: '7', GITHUB_WORKFLOW: 'Plan' },
}

function merge(reviewed: Scene, inputs: Record<string, string> = {}): Scenario {
  return {
    inputs: { ...safeInputs, ...inputs, mode: 'apply', 'expected-plan': reviewed.outputs['plan-id'] ?? '' },
    event: { name: 'push', actor: 'merger' },
    env: { GITHUB_SHA: 'b'.repeat(40), GITHUB_RUN_ID: '8', GITHUB_WORKFLOW: 'Apply' },
  }
}

describe.concurrent('approval', () => {
  it('applies on main exactly what was reviewed on the pull request', async () => {
    await onStage({}, async (_, run) => {
      const reviewed = await run(review)
      expect([reviewed.exitCode, reviewed.outputs['result'], reviewed.methods]).toEqual([0, 'drift', 'GET'])
      expect(reviewed.outputs['plan-id']).toMatch(/^[0-9a-f]{64}$/)
      const applied = await run(merge(reviewed))
      expect([applied.exitCode, applied.outputs['result'], applied.outputs['plan-id'], applied.stored]).toEqual([
        0,
        'applied',
        reviewed.outputs['plan-id'],
        safe,
      ])
    })
  })

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['the live account moved', { ...open, friendly_name: 'Somebody was here' }, {}],
    [
      'the live account moved to what is desired in part',
      { ...open, encryption_enabled: true, encryption_key_sid: safe.encryption_key_sid },
      {},
    ],
    ['the live account moved all the way', safe, {}],
    ['the inputs moved', open, { 'aws-s3-url': otherBucket }],
    ['an input is gone', open, { 'friendly-name': 'unmanaged' }],
  ])('is refused when %s in between, and nothing is written', async (_, live, inputs) => {
    await onStage({}, async (sandbox, run) => {
      const reviewed = await run(review)
      sandbox.setSettings(accountSid, 'composition', live)
      const applied = await run(merge(reviewed, inputs))
      expect([applied.exitCode, applied.outputs['result'], headingOf(applied), applied.stored]).toEqual([
        1,
        'refused',
        '🛑 Refused: the plan is not the reviewed one',
        live,
      ])
      expect(applied.methods).not.toContain('POST')
      expect(annotated(applied, 'error').join('\n')).toContain('The plan is not the one that was reviewed')
    })
  })
})

describe.concurrent('the evidence of two runs on the same state', () => {
  it.each(['check', 'plan', 'apply'])('of %s differs only in what the run is', async (mode) => {
    const written = async (step: Scenario): Promise<Record<string, unknown>> => {
      const evidence = await onStage(
        {},
        async (_, run) =>
          (await run({ ...step, inputs: { ...safeInputs, mode, 'report-path': 'evidence.json' } })).evidence,
      )
      return JSON.parse(evidence ?? '{}') as Record<string, unknown>
    }
    const { run: first, ...one } = await written({
      event: { name: 'schedule', actor: 'somebody' },
      env: { GITHUB_RUN_ID: '1', GITHUB_WORKFLOW: 'Nightly' },
    })
    const { run: second, ...other } = await written({
      event: { name: 'push', actor: 'merger' },
      env: { GITHUB_RUN_ID: '2', GITHUB_RUN_ATTEMPT: '3', GITHUB_SHA: 'd'.repeat(40), GITHUB_WORKFLOW: 'Main' },
    })
    expect(other).toEqual(one)
    expect(second).not.toEqual(first)
    expect(Object.keys(one)).toEqual([
      'schemaVersion',
      'action',
      'mode',
      'result',
      'drift',
      'sandbox',
      'scope',
      'policy',
      'title',
      'planId',
      'errors',
      'targets',
    ])
  })
})
