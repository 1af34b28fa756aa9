import { describe, expect, it } from 'vitest'
import { AuthError, NetworkError, StoppedError } from '../../src/shared/errors.ts'
import { modes } from '../../src/settings/guards.ts'
import type { KeySource } from '../../src/settings/key.ts'
import { hasDrift } from '../../src/run/known.ts'
import { type Outcome, overallResult, resultOf } from '../../src/run/outcome.ts'
import { planId } from '../../src/settings/plan-id.ts'
import type { AccountPort, Effects, Reading } from '../../src/run/effects.ts'
import type { Task } from '../../src/run/read-account.ts'
import { run } from '../../src/run/run.ts'
import { type Current, type Desired, settingNames } from '../../src/settings/settings.ts'
import type { Resource } from '../../src/settings/target.ts'
import { accountSid, keySid, open, otherAccountSid, otherKeySid, safe } from '../action/fixtures.ts'
import {
  type FakeAccount,
  fakeAccount,
  neverConfigured,
  otherTarget,
  policy,
  target,
  type Twist,
  withoutEdition,
} from '../builders.ts'

const ready = (desired: Desired, accountSid = target.accountSid): Task => ({
  kind: 'ready',
  accountSid,
  resources: ['composition-settings'],
  desired,
  key: { kind: 'unmanaged' },
})
const task = ready(safe)
const throwing =
  (error: Error): Twist<never> =>
  () => {
    throw error
  }
const lost = new NetworkError('lost')
const calls = (account: FakeAccount): string => account.calls.join(' ')
/** Another account, which answers with its own SID. */
const otherAccount = (...args: Parameters<typeof fakeAccount>): FakeAccount => {
  const account = fakeAccount(...args)
  const port = account.effects.account('').settings('composition-settings')
  const named = (reading: Reading): Reading => ({ ...reading, accountSid: otherAccountSid })
  const settings = () => ({
    read: async () => named(await port.read()),
    write: async (values: typeof open) => ({
      isWritten: true,
      reading: named((await port.write(values, () => true)).reading),
    }),
  })
  return {
    ...account,
    effects: {
      ...account.effects,
      account: () => ({ ...account.effects.account(''), settings }) as ReturnType<Effects['account']>,
    },
  }
}
const both = (first: FakeAccount, second: FakeAccount): Effects => ({
  ...first.effects,
  account: (sid) => (sid === accountSid ? first : second).effects.account(sid),
})

describe('reading', () => {
  it.each(['check', 'plan'] as const)('is all that %s does', async (mode) => {
    const account = fakeAccount(open)
    const { outcomes, planId: plan } = await run([task], policy({ mode }), account.effects)
    expect(outcomes).toMatchObject([
      { status: 'compared', target, desired: safe, current: open, guards: [], findings: [], requestIds: ['RQ1'] },
    ])
    expect(outcomes.map(resultOf)).toEqual(['drift'])
    expect(plan).toBe(planId([{ target, desired: safe, current: open }]))
    expect(calls(account)).toBe('GET')
    expect(account.log).toEqual([
      `Reading from ${accountSid}: composition-settings`,
      `composition-settings: 5 of ${settingNames.length} managed settings differ (encryption_enabled, encryption_key_sid, aws_storage_enabled, aws_s3_url, aws_credentials_sid)`,
    ])
  })

  it.each(modes)('is all that %s does when nothing differs', async (mode) => {
    const account = fakeAccount(safe)
    expect((await run([task], policy({ mode }), account.effects)).outcomes).toMatchObject([
      { status: 'compared', changes: [] },
    ])
    expect(calls(account)).toBe('GET')
    expect(account.log.at(-1)).toBe(`composition-settings: all ${settingNames.length} managed settings match`)
  })

  it.each(modes)('ends %s when another account answers', async (mode) => {
    for (const answered of [otherAccountSid, null]) {
      const account = fakeAccount(open, { reads: [(honest) => ({ ...honest(), accountSid: answered })] })
      expect(await run([task], policy({ mode }), account.effects)).toEqual({
        outcomes: [{ status: 'wrong-account', target, answered, requestIds: ['RQ1'] }],
        planId: null,
      })
      expect(calls(account)).toBe('GET')
    }
  })

  it('takes the SID of an account in another case for the same', async () => {
    const account = fakeAccount(safe, { reads: [(honest) => ({ ...honest(), accountSid: `AC${'A'.repeat(32)}` })] })
    expect((await run([task], policy(), account.effects)).outcomes.map(resultOf)).toEqual(['in-sync'])
  })

  it('is not begun of an account that cannot be reached', async () => {
    const error = new NetworkError('It is not there.')
    const unavailable: Task = { kind: 'unavailable', accountSid, resources: ['composition-settings'], error }
    const account = fakeAccount(safe)
    expect((await run([unavailable], policy(), account.effects)).outcomes).toMatchObject([
      { status: 'failed', error, written: 'no', observation: null, requestIds: [] },
    ])
    expect(calls(account)).toBe('')
  })

  it.each(modes)('that fails ends %s, and there is no plan', async (mode) => {
    const account = fakeAccount(open, { reads: [throwing(lost)] })
    expect(await run([task], policy({ mode }), account.effects)).toEqual({
      outcomes: [
        {
          status: 'failed',
          target,
          error: lost,
          written: 'no',
          uploaded: { kind: 'no' },
          observation: null,
          requestIds: [],
        },
      ],
      planId: null,
    })
    expect(calls(account)).toBe('GET')
  })

  it('takes "never configured" for blank, and absent for absent', async () => {
    const never = fakeAccount(open, { reads: [() => neverConfigured, () => neverConfigured] })
    const [outcome] = (await run([ready({ encryption_enabled: true })], policy({ mode: 'check' }), never.effects))
      .outcomes
    expect(outcome).toMatchObject({
      changes: [{ setting: 'encryption_enabled', current: null, desired: true }],
      requestIds: [],
    })
    const absent = await run(
      [ready({ encryption_enabled: true })],
      policy({ mode: 'check' }),
      fakeAccount(withoutEdition).effects,
    )
    expect(absent.outcomes).toMatchObject([
      { changes: [{ setting: 'encryption_enabled', current: undefined, desired: true }] },
    ])
  })

  it('judges the floor', async () => {
    const { outcomes } = await run(
      [ready({})],
      policy({ mode: 'check', requirements: ['encryption'] }),
      fakeAccount(open).effects,
    )
    expect(outcomes.map(resultOf)).toEqual(['noncompliant'])
  })
})

describe('apply', () => {
  it('writes what differs and has a plan', async () => {
    const account = fakeAccount(open)
    const { outcomes, planId: plan } = await run(
      [task],
      policy({ expectedPlan: planId([{ target, desired: safe, current: open }]) }),
      account.effects,
    )
    expect(outcomes.map(resultOf)).toEqual(['applied'])
    expect(plan).toBe(planId([{ target, desired: safe, current: open }]))
    expect(calls(account)).toBe('GET POST GET')
  })

  it('a second time never writes', async () => {
    const account = fakeAccount(open)
    for (const expected of ['applied', 'in-sync', 'in-sync'])
      expect((await run([task], policy(), account.effects)).outcomes.map(resultOf)).toEqual([expected])
    expect(account.sent).toHaveLength(1)
  })

  it.each([
    ['a guard of the settings', {}, { encryption_key_sid: otherKeySid }, ['encryption-key']],
    ['a pull request', { isPullRequest: true }, { friendly_name: 'Other' }, ['apply-from-pull-request']],
    ['another plan', { expectedPlan: 'a'.repeat(64) }, { friendly_name: 'Other' }, ['expected-plan']],
    [
      'the floor',
      { requirements: ['encryption'], allowed: ['encryption-off'] },
      { encryption_enabled: false },
      ['encryption-off', 'below-floor'],
    ],
  ] as const)('is refused by %s, which check and plan only show', async (_, over, desired, rules) => {
    const account = fakeAccount(safe)
    const { outcomes } = await run([ready(desired)], policy(over), account.effects)
    expect(outcomes).toMatchObject([{ status: 'refused', guards: rules.map((rule) => ({ rule })) }])
    for (const mode of ['check', 'plan'] as const)
      expect((await run([ready(desired)], policy({ ...over, mode }), account.effects)).outcomes).toMatchObject([
        { status: 'compared' },
      ])
    expect(calls(account)).toBe('GET GET GET')
  })

  it('writes what is allowed', async () => {
    const account = fakeAccount(safe)
    const { outcomes } = await run(
      [ready({ encryption_key_sid: otherKeySid })],
      policy({ allowed: ['encryption-key'] }),
      account.effects,
    )
    expect(outcomes).toMatchObject([
      { status: 'written', remaining: [], guards: [{ rule: 'encryption-key', isAllowed: true }] },
    ])
    expect(account.state()).toEqual({ ...safe, encryption_key_sid: otherKeySid })
  })
})

describe('apply on several targets', () => {
  const tasks: Task[] = [task, ready(safe, otherAccountSid)]
  const sorted = (outcomes: Awaited<ReturnType<typeof run>>['outcomes']): string[] => outcomes.map(resultOf).toSorted()

  it('writes each after all were read', async () => {
    const [first, second] = [fakeAccount(open), otherAccount(open)]
    const { outcomes } = await run(tasks, policy(), both(first, second))
    expect(sorted(outcomes)).toEqual(['applied', 'applied'])
    expect([calls(first), calls(second)]).toEqual(['GET POST GET', 'GET POST GET'])
    expect([first.state(), second.state()]).toEqual([safe, safe])
  })

  it.each([
    ['a guard on one of them', otherAccount({ ...safe, encryption_key_sid: otherKeySid })],
    ['a wrong account behind one of them', fakeAccount(open)],
  ])('writes none at %s', async (_, second) => {
    const first = fakeAccount(open)
    const { outcomes } = await run(tasks, policy(), both(first, second))
    expect(sorted(outcomes)).toEqual(['refused', 'refused'])
    expect([calls(first), calls(second)]).toEqual(['GET', 'GET'])
  })

  it('writes the others when one cannot be read, unless one plan was expected of all', async () => {
    const broken = (): FakeAccount =>
      otherAccount(open, {
        reads: [
          throwing(
            new AuthError(
              {
                method: 'GET',
                path: '/',
                status: 401,
                code: 20003,
                detail: null,
                moreInfo: null,
                requestId: null,
                attempts: 1,
              },
              null,
            ),
          ),
        ],
      })
    const first = fakeAccount(open)
    const { outcomes, planId: plan } = await run(tasks, policy(), both(first, broken()))
    expect([overallResult(outcomes), hasDrift(outcomes), plan]).toEqual(['partial', null, null])
    const refused = await run(
      tasks,
      policy({ expectedPlan: planId([{ target, desired: safe, current: open }]) }),
      both(fakeAccount(open), broken()),
    )
    expect(sorted(refused.outcomes)).toEqual(['error', 'refused'])
  })

  it('stops with the first write that the end of the run stops, and says that the rest was not written', async () => {
    const stopped = new StoppedError('The job was cancelled.')
    let reason: StoppedError | null = null
    const cancelled: Twist<never> = () => {
      reason = stopped
      throw stopped
    }
    const [first, second] = [fakeAccount(open, { writes: [cancelled] }), otherAccount(open)]
    const { outcomes } = await run(tasks, policy(), { ...both(first, second), stopped: () => reason })
    expect(outcomes).toMatchObject([
      { status: 'failed', target, error: stopped, written: 'unknown' },
      { status: 'failed', target: otherTarget, error: stopped, written: 'no', observation: { current: open } },
    ])
    expect([calls(first), calls(second)]).toEqual(['GET POST', 'GET'])
  })

  it('goes on after any other failure', async () => {
    const [first, second] = [fakeAccount(open, { writes: [throwing(lost), throwing(lost)] }), otherAccount(open)]
    expect((await run(tasks, policy(), both(first, second))).outcomes.map(resultOf)).toEqual(['error', 'applied'])
  })
})

describe('apply on two resources of one account', () => {
  const resources = ['composition-settings', 'recording-settings'] as const
  const allowed = ['encryption-off', 'storage-off', 'recordings-uncomposable'] as const
  /** Runs on an account whose two resources are as given; `change` may change its ports. */
  async function apply(
    desired: Desired,
    states: readonly [Current, Current],
    key: KeySource = { kind: 'unmanaged' },
    change: (effects: Effects) => Effects = (effects) => effects,
  ): Promise<{ outcomes: readonly Outcome[]; written: string[] }> {
    const [compositions, recordings] = [fakeAccount(states[0]), fakeAccount(states[1])]
    const settings = (resource: Resource) =>
      (resource === 'composition-settings' ? compositions : recordings).effects.account('').settings(resource)
    const effects: Effects = {
      ...compositions.effects,
      account: () => ({ ...compositions.effects.account(''), settings }),
    }
    const { outcomes } = await run(
      [{ kind: 'ready', accountSid, resources, desired, key }],
      policy({ allowed }),
      change(effects),
    )
    return { outcomes, written: compositions.log.flatMap((line) => /^Writing the (\S+)/.exec(line)?.[1] ?? []) }
  }

  it.each<[string, Desired, Current, Current]>([
    [
      'encryption on before storage on',
      { encryption_enabled: true, aws_storage_enabled: true },
      { ...safe, aws_storage_enabled: false },
      { ...safe, encryption_enabled: false },
    ],
    [
      'storage on before a name',
      { aws_storage_enabled: true, friendly_name: 'New' },
      { ...safe, friendly_name: 'Old' },
      { ...safe, friendly_name: 'New', aws_storage_enabled: false },
    ],
    [
      'a name before encryption off',
      { encryption_enabled: false, friendly_name: 'New' },
      { ...safe, friendly_name: 'New' },
      { ...safe, encryption_enabled: false },
    ],
    [
      'a name before storage off',
      { aws_storage_enabled: false, friendly_name: 'New' },
      { ...safe, friendly_name: 'New' },
      { ...safe, aws_storage_enabled: false },
    ],
    [
      'storage off before encryption off',
      { encryption_enabled: false, aws_storage_enabled: false },
      { ...safe, aws_storage_enabled: false },
      { ...safe, encryption_enabled: false },
    ],
  ])('writes what protects more first: %s', async (_, desired, compositions, recordings) => {
    const { outcomes, written } = await apply(desired, [compositions, recordings])
    expect(written).toEqual(resources.toReversed())
    expect(
      outcomes.map((outcome) => [outcome.status, outcome.status === 'written' ? outcome.target.resource : null]),
    ).toEqual(resources.map((resource) => ['written', resource]))
    expect((await apply(desired, [recordings, compositions])).written).toEqual(resources)
  })

  it('writes those alike in their own order', async () => {
    expect((await apply({ friendly_name: 'New' }, [safe, safe])).written).toEqual(resources)
  })

  it('that is stopped between the upload of their key and the first write names the key', async () => {
    const stop = new StoppedError('The job was cancelled.')
    let reason: StoppedError | null = null
    const stoppedByUpload = (effects: Effects): Effects => {
      const port: AccountPort = {
        ...effects.account(accountSid),
        publicKeys: async () => ({ kind: 'listed', credentials: [] }),
        upload: async ({ friendlyName }) => {
          reason = stop
          return { sid: keySid, accountSid, friendlyName, dateCreated: null }
        },
      }
      return { ...effects, account: () => port, stopped: () => reason }
    }
    const key: KeySource = { kind: 'public-key', label: 'media-key', key: { pem: '', fingerprint: 'f'.repeat(16) } }
    const { outcomes, written } = await apply({ encryption_enabled: true }, [open, open], key, stoppedByUpload)
    expect(outcomes).toMatchObject(
      resources.map((resource) => ({
        status: 'failed',
        target: { resource },
        error: stop,
        written: 'no',
        uploaded: { kind: 'yes', sid: keySid },
      })),
    )
    expect(written).toEqual([])
  })

  it('that is stopped before the upload of their key begins does not begin it', async () => {
    const stop = new StoppedError('The job was cancelled.')
    let reason: StoppedError | null = null
    let uploads = 0
    const stoppedByReading = (effects: Effects): Effects => {
      const port: AccountPort = {
        ...effects.account(accountSid),
        publicKeys: async () => {
          reason = stop
          return { kind: 'listed', credentials: [] }
        },
        upload: async ({ friendlyName }) => {
          uploads++
          return { sid: keySid, accountSid, friendlyName, dateCreated: null }
        },
      }
      return { ...effects, account: () => port, stopped: () => reason }
    }
    const key: KeySource = { kind: 'public-key', label: 'media-key', key: { pem: '', fingerprint: 'f'.repeat(16) } }
    const { outcomes, written } = await apply({ encryption_enabled: true }, [open, open], key, stoppedByReading)
    expect(outcomes).toMatchObject(
      resources.map(() => ({ status: 'failed', error: stop, written: 'no', uploaded: { kind: 'no' } })),
    )
    expect([uploads, written]).toEqual([0, []])
  })
})
