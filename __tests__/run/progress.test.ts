import { describe, expect, it } from 'vitest'
import type { Policy } from '../../src/settings/guards.ts'
import type { Task } from '../../src/run/read-account.ts'
import type { Effects } from '../../src/run/effects.ts'
import { run } from '../../src/run/run.ts'
import type { Current } from '../../src/settings/settings.ts'
import type { Resource } from '../../src/settings/target.ts'
import { unseenMedia } from '../builders.ts'
import { subaccountSid, unencrypted } from '../action/fleet-fixtures.ts'
import { safe } from '../action/fixtures.ts'

const tasks = Array.from({ length: 10 }, (_, index): Task => ({
  kind: 'ready',
  accountSid: subaccountSid(index + 1),
  resources: ['composition-settings'],
  desired: { encryption_enabled: true },
  key: { kind: 'unmanaged' },
}))
const policy: Policy = {
  mode: 'check',
  isRead: false,
  requirements: [],
  allowed: [],
  expectedPlan: null,
  resources: ['composition-settings'],
  credentials: { verify: false, maxKeyAgeDays: null },
  mediaHours: null,
  isPullRequest: false,
}

/**
 * Runs over ten accounts, of which every other one has composition settings that drift, at a Twilio on
 * which each request takes a second.
 */
async function progressOf(
  mode: Policy['mode'],
  resources: readonly Resource[] = ['composition-settings'],
): Promise<readonly string[]> {
  const said: string[] = []
  const stored = new Map<string, Current>(
    tasks.map(({ accountSid }, index) => [accountSid, index % 2 === 0 ? unencrypted : safe]),
  )
  let seconds = 0
  const effects: Effects = {
    account: (accountSid) => {
      const reading = (resource: Resource) => ({
        isConfigured: true,
        accountSid,
        current: resource === 'composition-settings' ? (stored.get(accountSid) ?? {}) : safe,
        requestId: null,
        isRedacted: false,
      })
      const settings = (resource: Resource) => ({
        read: async () => (seconds++, reading(resource)),
        write: async (values: Current) => (
          seconds++,
          stored.set(accountSid, values),
          { isWritten: true, reading: reading(resource) }
        ),
      })
      const unasked = () => Promise.reject(new Error('Nobody asks for credentials here'))
      return {
        isOwn: true,
        settings,
        media: unseenMedia,
        publicKeys: unasked,
        awsCredentials: unasked,
        upload: unasked,
      }
    },
    forget: () => undefined,
    width: 1,
    looksAtOnce: 1,
    limitTime: () => ({ signal: new AbortController().signal, over: new Promise(() => {}), end: () => {} }),
    stopped: () => null,
    wait: () => Promise.resolve(),
    now: () => new Date(seconds * 1000),
    log: () => undefined,
    say: (line) => void said.push(line),
  }
  await run(
    tasks.map((task) => ({ ...task, resources })),
    { ...policy, mode, resources, allowed: ['recordings-uncomposable'] },
    effects,
  )
  return said
}

const whileReading = [
  '3 of 10 accounts read, 1.0 a second, about 7 s left',
  '6 of 10 accounts read, 1.0 a second, about 4 s left',
  '9 of 10 accounts read, 1.0 a second, about 1 s left',
]

describe('a run over a fleet', () => {
  it.each(['check', 'plan'] as const)('says every few seconds how much is read: %s', async (mode) => {
    expect(await progressOf(mode)).toEqual(whileReading)
  })

  it('says how much is written, too, of the accounts that are to be', async () => {
    const whileWriting = [
      [1, 12],
      [2, 9],
      [3, 6],
      [4, 3],
    ].map(([done, left]) => `${done} of 5 accounts done, 0.3 a second, about ${left} s left`)
    expect(await progressOf('apply')).toEqual([...whileReading, ...whileWriting])
    const ofBoth = await progressOf('apply', ['composition-settings', 'recording-settings'])
    expect(ofBoth.filter((line) => line.includes('done'))).toEqual(whileWriting)
  })
})
