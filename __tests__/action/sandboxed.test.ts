import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountSeed, accountSid, authToken, pullRequest, safe, safeInputs } from './fixtures.ts'
import { type Github, type Posted, startGithub } from './github.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { runAction, type StepResult } from './action.ts'
import { startTls, type Tls } from './tls.ts'
import { play } from './scenario.ts'

let github: Github
let sandbox: Sandbox
let twilio: Tls
let token: string
beforeAll(async () => {
  github = await startGithub()
  token = await github.tokenWith({ issues: 'write', pull_requests: 'write' })
  sandbox = await startSandbox({ accounts: [accountSeed()] })
  twilio = await startTls({ origin: sandbox.url })
})
afterAll(async () => {
  twilio.close()
  await Promise.all([github.close(), sandbox.close()])
})

const drifted = { ...safe, encryption_enabled: false }

/** A step against the sandbox, or against what answers under Twilio's own names. */
async function step(
  to: 'sandbox' | 'twilio',
  stored: Readonly<Record<string, unknown>>,
  pullRequestNumber: number | null,
): Promise<StepResult> {
  sandbox.setSettings(accountSid, 'composition', { ...safe, ...stored })
  const payload = {
    pull_request: { ...(pullRequest('your-org/app').pull_request as object), number: pullRequestNumber },
  }
  return runAction({
    with: {
      ...safeInputs,
      'account-sid': accountSid,
      'auth-token': authToken,
      'github-token': token,
      'drift-issue': 'true',
      'pr-comment': 'always',
    },
    env: { GITHUB_API_URL: github.url, ...(to === 'sandbox' ? { TWILIO_SANDBOX_URL: sandbox.url } : twilio.env) },
    event: pullRequestNumber === null ? { name: 'schedule' } : { name: 'pull_request', payload },
  })
}

describe('a run against the sandbox', () => {
  it('says so in an annotation and in its heading, and a real run does not', async () => {
    const [inSandbox, real] = [await step('sandbox', safe, null), await step('twilio', safe, null)]
    expect([inSandbox, real].map(({ outputs }) => outputs['result'])).toEqual(['in-sync', 'in-sync'])
    expect([inSandbox, real].map(({ saysSandbox }) => saysSandbox)).toEqual([true, false])
    expect(inSandbox.log).toContain('This run proves nothing about a real account.')
    expect(inSandbox.summary).toMatch(/^<h2>✅ In sync: .* \(sandbox\)<\/h2>/)
    expect(real.log + real.summary).not.toMatch(/sandbox/i)
  })

  it('says so also where the workflow has to be corrected', async () => {
    const scene = await play({ inputs: { mode: 'aply' }, env: { TWILIO_SANDBOX_URL: 'https://sandbox.example' } })
    expect(scene.saysSandbox).toBe(true)
    expect(scene.summary).toMatch(/^<h2>❌ Error: .* \(sandbox\)<\/h2>/)
  })

  it('has a comment of its own, and leaves that of a real run alone', async () => {
    const number = await github.openPullRequest()
    const headings = async (): Promise<(string | undefined)[]> =>
      (await github.comments(number)).map(({ body }) => /<h2>(.*)<\/h2>/.exec(body)?.[1])
    await step('twilio', drifted, number)
    await step('sandbox', safe, number)
    expect(await headings()).toEqual([
      '❌ Drift: encryption is off',
      expect.stringMatching(/^✅ In sync: .* \(sandbox\)$/),
    ])
    await step('sandbox', drifted, number)
    await step('sandbox', safe, number)
    await step('twilio', safe, number)
    expect(await headings()).toEqual(['✅ Now in sync', '✅ Now in sync (sandbox)'])
  })

  it('has an issue of its own, and neither closes nor reopens that of a real run', async () => {
    const seen = async (): Promise<unknown[]> =>
      (await github.issues())
        .filter(({ labels }) => labels.length > 0)
        .map(({ title, body, state }: Posted) => [title.includes('sandbox'), body.includes('(sandbox)</h2>'), state])
    await step('twilio', drifted, null)
    await step('sandbox', safe, null)
    expect(await seen()).toEqual([[false, false, 'open']])
    await step('sandbox', drifted, null)
    await step('twilio', safe, null)
    expect(await seen()).toEqual([
      [false, false, 'closed'],
      [true, true, 'open'],
    ])
    await step('sandbox', safe, null)
    await step('sandbox', drifted, null)
    expect(await seen()).toEqual([
      [false, false, 'closed'],
      [true, true, 'open'],
    ])
  })
})
