import { expect, it, onTestFinished, vi } from 'vitest'
import { execute } from '../src/execute.ts'
import type { Inputs } from '../src/inputs.ts'
import type { Ports } from '../src/ports.ts'
import { run, type RunOutcome } from '../src/run.ts'
import { parentSid, parentToken, startFleet, subaccountSid, subaccountToken } from './action/fleet-fixtures.ts'

vi.mock('../src/run.ts')

const inputs: Inputs = {
  mode: 'check',
  access: { kind: 'granted', accountSid: parentSid, credential: { user: parentSid, password: parentToken } },
  fleet: { accounts: { kind: 'all' }, concurrency: 8, shard: null },
  resources: ['composition-settings'],
  desired: { encryption_enabled: true },
  key: { kind: 'unmanaged' },
  credentials: { verify: false, maxKeyAgeDays: null },
  floor: [],
  allowed: [],
  expectedPlan: null,
  sandbox: null,
  warnings: [],
}

it('drops the token of an account that a run forgets, and keeps the others', async () => {
  const sandbox = await startFleet(2)
  onTestFinished(() => sandbox.close())
  /** Asks for the settings of subaccounts, and gives the credentials that were sent. */
  const sentFor = async (ports: Ports, ...numbers: readonly number[]): Promise<string[]> => {
    const before = sandbox.requests.length
    for (const number of numbers) await ports.account(subaccountSid(number)).settings('composition-settings').read().catch(() => {})
    return sandbox.requests.slice(before).map(({ headers }) => Buffer.from((headers['authorization'] ?? '').slice('Basic '.length), 'base64').toString())
  }
  const whole = [1, 2].map((number) => `${subaccountSid(number)}:${subaccountToken(number)}`)
  vi.mocked(run).mockImplementation(async (_tasks, _policy, ports): Promise<RunOutcome> => {
    expect(await sentFor(ports, 1, 2)).toEqual(whole)
    ports.forget(subaccountSid(1))
    expect(() => ports.account(subaccountSid(1))).toThrow(`${subaccountSid(1)} was forgotten, or never known`)
    expect(await sentFor(ports, 2)).toEqual([whole[1]])
    return { outcomes: [], planId: null }
  })
  const around = { isPullRequest: false, cancelled: new AbortController().signal, mask: () => undefined, say: () => undefined, debug: () => undefined }
  await execute({ ...inputs, sandbox: sandbox.url }, around)
  expect(run).toHaveBeenCalledOnce()
})
