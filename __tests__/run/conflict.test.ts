import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/run/outcome.ts'
import type { Effects, Reading } from '../../src/run/effects.ts'
import { writeAndVerify } from '../../src/run/write.ts'
import { blank } from '../../src/settings/settings.ts'
import { accountSid, keySid, open, otherAccountSid } from '../action/fixtures.ts'
import { type FakeAccount, fakeAccount, neverConfigured, policy, type Twist } from '../builders.ts'
import { answering, calls, lost, readAt, throwing, write, writing } from './writes.ts'

describe('what somebody else changes after the account was read', () => {
  const someoneElse: Twist<never> = answering({ current: { ...open, aws_s3_url: 'https://other.s3.amazonaws.com' } })
  const later = (account: FakeAccount, milliseconds: number): FakeAccount => ({
    ...account,
    effects: { ...account.effects, now: () => new Date(readAt.getTime() + milliseconds) },
  })

  it('is not overwritten by sending a lost write again', async () => {
    const reads = Array<Twist<never>>(6).fill(someoneElse)
    const account = fakeAccount(open, { writes: [throwing(lost)], reads })
    expect(await write(account, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      status: 'failed',
      error: {
        name: 'ConflictError',
        message: `aws_s3_url changed after the composition-settings of ${accountSid} were read, and sending the settings would have overwritten that. Run it again: it then starts from what the account has. With "expected-plan", review a new plan first.`,
      },
      written: 'unknown',
    })
    expect(account.sent).toHaveLength(1)
  })

  it('does not count as theirs where a part of the lost write took', async () => {
    const half: Twist<never> = answering({ current: { ...open, encryption_key_sid: keySid } })
    const account = fakeAccount(open, { writes: [throwing(lost)], reads: Array<Twist<never>>(6).fill(half) })
    expect(await write(account, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      status: 'written',
      remaining: [],
    })
    expect(account.sent).toHaveLength(2)
  })

  it('is looked for before a write that comes late', async () => {
    const same = later(fakeAccount(open), 5_001)
    expect(await write(same)).toMatchObject({
      status: 'written',
      remaining: [],
      requestIds: ['RQ1', 'RQ1', 'RQ2', 'RQ3'],
    })
    expect(calls(same)).toBe('GET POST GET')

    const changed = later(fakeAccount(open, { reads: [someoneElse] }), 5_001)
    expect(await write(changed)).toMatchObject({
      status: 'failed',
      error: { name: 'ConflictError' },
      written: 'no',
      requestIds: ['RQ1', 'RQ1'],
    })
    expect(calls(changed)).toBe('GET')

    const stranger = later(fakeAccount(open, { reads: [answering({ accountSid: otherAccountSid })] }), 5_001)
    expect(await write(stranger)).toMatchObject({
      status: 'failed',
      error: {
        name: 'ConflictError',
        message: `The account ${otherAccountSid} answers now, where ${accountSid} did before. Check which account the credential belongs to.`,
      },
      written: 'no',
    })
    expect(calls(stranger)).toBe('GET')
  })

  it('needs no write where it is what is desired', async () => {
    const there: Twist<never> = answering({
      current: { ...open, encryption_enabled: true, encryption_key_sid: keySid },
    })
    const late = later(fakeAccount(open, { reads: [there] }), 5_001)
    expect(await write(late, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      status: 'compared',
      current: { encryption_enabled: true },
      changes: [],
      guards: [],
    })
    expect(calls(late)).toBe('GET')
  })

  it('is looked for again where the clock was set back', async () => {
    const account = later(fakeAccount(open), -3_600_000)
    expect(await write(account)).toMatchObject({ status: 'written' })
    expect(calls(account)).toBe('GET POST GET')
  })

  it('is not looked for where the reading is fresh', async () => {
    const account = later(fakeAccount(open), 5_000)
    expect(await write(account)).toMatchObject({ status: 'written' })
    expect(calls(account)).toBe('POST GET')
  })

  it('is looked for before a write that was put off is sent again', async () => {
    const account = fakeAccount(open)
    const putOff = (reading: Reading, { effects }: FakeAccount): Effects => {
      const port = effects.account('')
      return {
        ...effects,
        account: () => ({
          ...port,
          settings: () => ({
            ...port.settings('composition-settings'),
            write: async (values, isStillNeeded) =>
              isStillNeeded(reading)
                ? port.settings('composition-settings').write(values, isStillNeeded)
                : { isWritten: false, reading },
          }),
        }),
      }
    }
    const reading = { isConfigured: true, accountSid, current: open, requestId: 'RQ9', isRedacted: false }
    const desired = { encryption_enabled: true, encryption_key_sid: keySid }
    const apply = (seen: Reading): Promise<Outcome> =>
      writeAndVerify(writing(desired, open), null, policy(), putOff(seen, account))
    expect(await apply(reading)).toMatchObject({ status: 'written' })
    expect(await apply({ ...reading, current: { ...open, friendly_name: 'Other' } })).toMatchObject({
      status: 'failed',
      error: { name: 'ConflictError' },
      written: 'no',
    })
    expect(
      await apply({ ...reading, current: { ...open, encryption_enabled: true, encryption_key_sid: keySid } }),
    ).toMatchObject({ status: 'compared', changes: [], requestIds: ['RQ1', 'RQ9'] })
    expect(await apply(neverConfigured)).toMatchObject({
      status: 'failed',
      error: {
        name: 'ConflictError',
        message: `Twilio answers that ${accountSid} has no composition-settings, and it showed some before, so what the account has is not known.`,
      },
      written: 'no',
    })
    const never = fakeAccount(blank, { reads: [() => neverConfigured] })
    const planned = { ...writing(desired, blank), isConfigured: false }
    expect(await writeAndVerify(planned, null, policy(), putOff(neverConfigured, never))).toMatchObject({
      status: 'written',
    })
    expect(await apply({ ...reading, accountSid: null })).toMatchObject({
      status: 'failed',
      error: { name: 'ConflictError', facts: expect.stringContaining('The account (none) answers now') as unknown },
    })
  })
})
