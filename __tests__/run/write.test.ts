import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredCredential } from '../../src/settings/credentials.ts'
import { ResponseError, StoppedError } from '../../src/shared/errors.ts'
import { blank, type Current, type Desired, merged, settingNames } from '../../src/settings/settings.ts'
import { writeAndVerify } from '../../src/run/write.ts'
import { accountSid, keySid, open, otherAccountSid, otherKeySid, safe } from '../action/fixtures.ts'
import { currents, desireds } from '../arbitraries.ts'
import { fakeAccount, neverConfigured, observation, policy, type Twist } from '../builders.ts'
import { answering, calls, lost, readAt, refused, throwing, write, writing } from './writes.ts'

/** Does what it is asked for, and then loses the answer. */
const losing =
  (error: Error): Twist<never> =>
  (honest) => {
    honest()
    throw error
  }
const stopped = new StoppedError('stopped')

describe('a write', () => {
  it('sends what is desired laid over what is there, once, and reads it back', async () => {
    const account = fakeAccount({ ...open, friendly_name: 'Old' })
    expect(await write(account, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      status: 'written',
      current: { ...open, friendly_name: 'Old' },
      after: { ...open, friendly_name: 'Old', encryption_enabled: true, encryption_key_sid: keySid },
      remaining: [],
      overwritten: [],
      requestIds: ['RQ1', 'RQ1', 'RQ2'],
    })
    expect(account.sent).toEqual([
      { ...open, friendly_name: 'Old', encryption_enabled: true, encryption_key_sid: keySid },
    ])
    expect(calls(account)).toBe('POST GET')
    expect(account.waits).toEqual([])
    expect(account.log).toEqual([
      `Writing the composition-settings of AC${'a'.repeat(32)}`,
      `Reading back the composition-settings of AC${'a'.repeat(32)}`,
    ])
  })

  it.each<[string, Desired, Current, string]>([
    ['the desired one', { friendly_name: 'New' }, { friendly_name: 'Old' }, 'New'],
    ['else the current one', { encryption_enabled: true }, { friendly_name: 'Old' }, 'Old'],
    [
      'else one of its own, where it is blank',
      { encryption_enabled: true },
      { friendly_name: null },
      'Composition settings',
    ],
    ['else one of its own, where it is absent', { encryption_enabled: true }, {}, 'Composition settings'],
  ])('always sends a name: %s', async (_, desired, current, name) => {
    const account = fakeAccount(current)
    expect(await write(account, desired)).toMatchObject({ overwritten: [] })
    expect(account.sent.map((values) => values.friendly_name)).toEqual([name])
  })

  it('changes what is managed and nothing else, whatever the account has', async () => {
    await fc.assert(
      fc.asyncProperty(desireds, currents, async (desired, current) => {
        const account = fakeAccount(current)
        expect(await write(account, desired)).toMatchObject({ status: 'written', remaining: [], overwritten: [] })
        const named = current.friendly_name ?? null
        expect(account.state()).toEqual({
          ...merged(desired, current),
          friendly_name: desired.friendly_name ?? named ?? 'Composition settings',
        })
        for (const name of settingNames)
          if (!(name in desired) && name !== 'friendly_name') expect(account.sent[0]?.[name]).toBe(current[name])
      }),
    )
  })
})

describe('reading back', () => {
  const stale: Twist<never> = answering({ current: open })
  it('waits for what lags, longer each time', async () => {
    const account = fakeAccount(open, { reads: [stale, stale, stale] })
    expect(await write(account)).toMatchObject({ status: 'written', remaining: [], after: safe })
    expect(calls(account)).toBe('POST GET GET GET GET')
    expect(account.waits).toEqual([250, 500, 1000])
    expect(account.log.at(2)).toBe(
      'Not there yet: encryption_enabled, encryption_key_sid, aws_storage_enabled, aws_s3_url, aws_credentials_sid; reading again in 0.25 s',
    )
  })

  it('gives up after about five seconds, and tells field by field what did not take', async () => {
    const account = fakeAccount(open, {
      reads: Array.from({ length: 9 }, () => answering({ current: { ...safe, encryption_enabled: false } })),
    })
    // A managed setting that did not take is reported as that, and not as somebody else's change.
    expect(await write(account)).toMatchObject({
      status: 'written',
      remaining: [{ setting: 'encryption_enabled', current: false, desired: true }],
      overwritten: [],
    })
    expect(calls(account)).toBe('POST GET GET GET GET GET GET')
    expect(account.waits).toEqual([250, 500, 1000, 1500, 2000])
  })

  it('judges the floor by what is there afterwards', async () => {
    const account = fakeAccount(open, { reads: Array.from({ length: 9 }, () => stale) })
    const outcome = await writeAndVerify(
      writing(safe, open),
      null,
      policy({ requirements: ['encryption'] }),
      account.effects,
    )
    expect(outcome).toMatchObject({ findings: [{ rule: 'floor-encryption', subject: 'live' }] })
    const good = fakeAccount(open)
    expect(
      await writeAndVerify(writing(safe, open), null, policy({ requirements: ['encryption'] }), good.effects),
    ).toMatchObject({
      findings: [],
    })
  })

  it('tells what someone else changed in the meantime', async () => {
    const account = fakeAccount(open, {
      reads: [answering({ current: { ...safe, friendly_name: 'Theirs', aws_s3_url: null } })],
    })
    const desired = { encryption_enabled: true, encryption_key_sid: keySid }
    expect(await write(account, desired)).toMatchObject({
      remaining: [],
      overwritten: ['aws_storage_enabled', 'aws_credentials_sid', 'friendly_name'],
    })
  })

  it('tells of a managed setting that somebody else changed as of one that did not take', async () => {
    const theirs = { ...safe, encryption_key_sid: otherKeySid, friendly_name: open.friendly_name }
    const account = fakeAccount(open, { reads: Array.from({ length: 9 }, () => answering({ current: theirs })) })
    expect(await write(account, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      remaining: [{ setting: 'encryption_key_sid', current: otherKeySid, desired: keySid }],
      overwritten: ['aws_storage_enabled', 'aws_s3_url', 'aws_credentials_sid'],
    })
  })

  it('never takes "never configured" for blank, since it was accepted', async () => {
    const account = fakeAccount(open, { reads: Array.from({ length: 9 }, () => () => neverConfigured) })
    expect(await write(account, { encryption_enabled: true })).toMatchObject({
      status: 'failed',
      error: { name: 'ResponseError', message: expect.stringMatching(/, and it showed some before, /) as unknown },
      written: 'yes',
    })
    expect(calls(account)).toBe('POST GET GET GET GET GET GET')
  })
})

describe('a lost answer', () => {
  it.each([lost, new ResponseError('not JSON'), refused(500), refused(503)])(
    'is not sent again if the change is there: $message',
    async (error) => {
      const account = fakeAccount(open, { writes: [losing(error)] })
      expect(await write(account)).toMatchObject({ status: 'written', remaining: [], after: safe })
      expect(calls(account)).toBe('POST GET')
    },
  )

  it('is sent once more if the change is not there after all the waiting', async () => {
    const account = fakeAccount(open, { writes: [throwing(lost)] })
    expect(await write(account)).toMatchObject({ status: 'written', remaining: [], after: safe })
    expect(calls(account)).toBe('POST GET GET GET GET GET GET POST GET')
    expect(account.sent[1]).toEqual(account.sent[0])
  })

  it('is sent once more where there were no settings before, and are none yet', async () => {
    const account = fakeAccount(blank, {
      reads: Array.from({ length: 7 }, () => () => neverConfigured),
      writes: [throwing(lost)],
    })
    const planned = { ...writing(safe, blank), isConfigured: false }
    expect(await writeAndVerify(planned, null, policy(), account.effects)).toMatchObject({
      status: 'written',
      remaining: [],
      after: safe,
    })
    expect(calls(account)).toBe('GET POST GET GET GET GET GET GET POST GET')
  })

  it('twice is an error, and nobody knows', async () => {
    const account = fakeAccount(open, { writes: [throwing(lost), throwing(lost)] })
    expect(await write(account)).toMatchObject({ status: 'failed', error: lost, written: 'unknown' })
    expect(account.sent).toHaveLength(2)
  })

  it('stays unknown when it cannot be read back, or when the second one is refused', async () => {
    expect(await write(fakeAccount(open, { writes: [throwing(lost)], reads: [throwing(lost)] }))).toMatchObject({
      status: 'failed',
      error: lost,
      written: 'unknown',
    })
    expect(await write(fakeAccount(open, { writes: [throwing(lost), throwing(refused(400))] }))).toMatchObject({
      status: 'failed',
      written: 'unknown',
    })
  })
})

describe('a key that is equal to the uploaded one', () => {
  const key = { pem: '', fingerprint: 'f'.repeat(16) }
  const friendlyName = `media-key sha256:${key.fingerprint}`
  const credential = (sid: string): StoredCredential => ({ sid, accountSid, friendlyName, dateCreated: null })

  it.each([
    ['will do', otherKeySid, otherKeySid, []],
    ['is none where the settings name another', safe.aws_credentials_sid, otherKeySid, ['encryption_key_sid']],
    ['is none where the settings name nothing', null, '', ['encryption_key_sid']],
  ])('%s', async (_, live, listed, remaining) => {
    const account = fakeAccount(open, {
      reads: Array.from({ length: 6 }, () => answering({ current: { ...open, encryption_key_sid: live } })),
    })
    const port = {
      ...account.effects.account(accountSid),
      publicKeys: async () => ({ kind: 'listed', credentials: [credential(keySid), credential(listed)] }) as const,
    }
    const observed = { ...observation({ encryption_key_sid: 'not uploaded' }, open), upload: { friendlyName, key } }
    const outcome = await writeAndVerify(
      {
        status: 'observed',
        observation: observed,
        credentials: { publicKeys: { kind: 'not-asked' }, awsCredentials: { kind: 'not-asked' } },
        readAt,
        isConfigured: true,
      },
      credential(keySid),
      policy(),
      { ...account.effects, account: () => port },
    )
    expect(outcome.status === 'written' ? outcome.remaining.map(({ setting }) => setting) : outcome).toEqual(remaining)
  })
})

describe('what stops a write', () => {
  it.each([302, 400, 401, 403, 404, 429])('is a refusal by Twilio: %s, which wrote nothing', async (status) => {
    const account = fakeAccount(open, { writes: [throwing(refused(status))] })
    expect(await write(account)).toMatchObject({
      status: 'failed',
      error: { refusal: { status } },
      written: 'no',
      observation: { current: open },
    })
    expect(calls(account)).toBe('POST')
  })

  it.each([otherAccountSid, null])(
    'is another account that answers to it: %s. It is not sent to that a second time',
    async (accountSid) => {
      const account = fakeAccount(open, { writes: [(honest) => ({ ...honest(), accountSid })] })
      expect(await write(account)).toMatchObject({
        status: 'failed',
        error: { name: 'ResponseError' },
        written: 'yes',
        requestIds: ['RQ1', 'RQ1'],
      })
      expect(calls(account)).toBe('POST')
    },
  )

  it('is another account that answers when it is read back', async () => {
    const account = fakeAccount(open, { reads: [answering({ accountSid: otherAccountSid })] })
    expect(await write(account)).toMatchObject({
      status: 'failed',
      error: {
        message: `The account ${otherAccountSid} answered to a write for AC${'a'.repeat(32)}. Check by hand which account has the new settings.`,
      },
      written: 'yes',
    })
    expect(calls(account)).toBe('POST GET')
  })

  it('is the end of the run, before and after Twilio answered, and while waiting', async () => {
    expect(await write(fakeAccount(open, { writes: [throwing(stopped)] }))).toMatchObject({
      status: 'failed',
      error: stopped,
      written: 'unknown',
    })
    expect(await write(fakeAccount(open, { reads: [throwing(stopped)] }))).toMatchObject({
      status: 'failed',
      error: stopped,
      written: 'yes',
    })
    const account = fakeAccount(open, { reads: [answering({ current: open })] })
    const effects = { ...account.effects, wait: () => Promise.reject(stopped) }
    expect(await writeAndVerify(writing(safe, open), null, policy(), effects)).toMatchObject({
      status: 'failed',
      error: stopped,
      written: 'yes',
    })
    expect(calls(account)).toBe('POST GET')
  })

  it('is a text that could not be sent back as it is', async () => {
    const account = fakeAccount({ ...open, friendly_name: 'a\ud800b' })
    expect(await write(account, { encryption_enabled: true, encryption_key_sid: keySid })).toMatchObject({
      status: 'failed',
      error: {
        name: 'ResponseError',
        facts: 'The account has characters in friendly_name that cannot be sent back as they are.',
      },
      written: 'no',
    })
    expect(calls(account)).toBe('')
    expect(await write(account, { friendly_name: 'Media' })).toMatchObject({ status: 'written' })
  })

  it('is a bug, which is said to be one', async () => {
    const account = fakeAccount(open, { writes: [throwing(new TypeError('x is not a function'))] })
    expect(await write(account)).toMatchObject({
      status: 'failed',
      error: { name: 'UnexpectedError' },
      written: 'unknown',
    })
  })
})
