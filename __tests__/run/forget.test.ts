import { expect, it } from 'vitest'
import { AccountError } from '../../src/shared/errors.ts'
import type { Task } from '../../src/run/read-account.ts'
import type { Effects, Reading, SettingsPort } from '../../src/run/effects.ts'
import { run } from '../../src/run/run.ts'
import type { Current } from '../../src/settings/settings.ts'
import { open, safe } from '../action/fixtures.ts'
import { fakeAccount, policy } from '../builders.ts'

const stored: Readonly<Record<string, Current>> = { first: open, second: safe, third: open }
const tasks: readonly Task[] = [
  ...Object.keys(stored).map((accountSid): Task => ({
    kind: 'ready',
    accountSid,
    resources: ['composition-settings'],
    desired: safe,
    key: { kind: 'unmanaged' },
  })),
  {
    kind: 'unavailable',
    accountSid: 'fourth',
    resources: ['composition-settings'],
    error: new AccountError('It is not there.'),
  },
]

/** The steps of a run with each account, in order. */
async function stepsOf(mode: 'check' | 'plan' | 'apply', expectedPlan: string | null = null): Promise<string> {
  const steps: string[] = []
  const { effects } = fakeAccount(open)
  const state = new Map(Object.entries(stored))
  const reading = (accountSid: string): Reading => ({
    isConfigured: true,
    accountSid,
    current: state.get(accountSid) ?? expect.unreachable(),
    requestId: null,
    isRedacted: false,
  })
  const settingsOf = (accountSid: string): SettingsPort => ({
    read: async () => (steps.push(`read ${accountSid}`), reading(accountSid)),
    write: async (values) => (
      steps.push(`write ${accountSid}`),
      state.set(accountSid, values),
      { isWritten: true, reading: reading(accountSid) }
    ),
  })
  const account: Effects['account'] = (accountSid) => ({
    ...effects.account(accountSid),
    settings: () => settingsOf(accountSid),
  })
  await run(tasks, policy({ mode, expectedPlan }), {
    ...effects,
    account,
    forget: (accountSid) => void steps.push(`forget ${accountSid}`),
  })
  return steps.join(', ')
}

const readAll = 'read first, read second, read third'

it.each(['check', 'plan'] as const)('%s forgets each account as soon as it is read', async (mode) => {
  expect(await stepsOf(mode)).toBe(
    'read first, forget first, read second, forget second, read third, forget third, forget fourth',
  )
})

it('apply forgets each account as soon as it is written and read back, or left as it is', async () => {
  expect(await stepsOf('apply')).toBe(
    `${readAll}, write first, read first, forget first, forget second, write third, read third, forget third, forget fourth`,
  )
})

it('apply that is refused forgets all accounts', async () => {
  expect(await stepsOf('apply', 'another plan')).toBe(
    `${readAll}, forget first, forget second, forget third, forget fourth`,
  )
})
