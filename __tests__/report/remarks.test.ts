import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../src/shared/errors.ts'
import type { Mode, Policy } from '../../src/settings/guards.ts'
import type { Outcome, Uploaded } from '../../src/run/outcome.ts'
import { type Remark, remarksOf } from '../../src/report/remarks.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { accountSid, keySid, open, otherAccountSid, otherKeySid, safe } from '../action/fixtures.ts'
import { observation, target, withoutEdition, written } from '../builders.ts'

const compared = (desired: Desired, current: Current, over: Partial<Policy> = {}): Outcome => ({
  status: 'compared',
  ...observation(desired, current, over),
})
const brief = (remarks: readonly Remark[]): string[] => remarks.map(({ level, title }) => `${level}: ${title}`)
const texts = (remarks: readonly Remark[]): string[] => remarks.map(({ text }) => text)
const requirements = { requirements: ['encryption'] } as const
const edition = "Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account."

describe('of a comparison', () => {
  it.each<[string, Outcome, Mode, string[]]>([
    ['in sync: nothing', compared(safe, safe), 'check', []],
    ['another name: nothing beside the table', compared({ friendly_name: 'x' }, safe), 'check', []],
    ['encryption off', compared({ encryption_enabled: true, encryption_key_sid: keySid }, open), 'check', []],
    [
      'encryption on that should be off',
      compared({ encryption_enabled: false }, safe),
      'check',
      ['warning: Needs allow-risky-changes: encryption-off'],
    ],
    [
      'a guard, in plan',
      compared({ encryption_key_sid: otherKeySid }, safe),
      'plan',
      ['warning: Needs allow-risky-changes: encryption-key'],
    ],
    [
      'a guard that is allowed',
      compared({ encryption_key_sid: otherKeySid }, safe, { allowed: ['encryption-key'] }),
      'plan',
      ['note: Needs allow-risky-changes: encryption-key'],
    ],
    ['below the floor, in check', compared({}, open, requirements), 'check', ['error: Encryption is not on']],
    [
      'live below the floor, in plan, which is green',
      compared({}, open, requirements),
      'plan',
      ['warning: Encryption is not on'],
    ],
    [
      'desired below the floor, in plan, which is red',
      compared({ encryption_enabled: false }, open, requirements),
      'plan',
      ['error: The workflow asks for no encryption', 'error: Encryption is not on'],
    ],
    [
      'no edition, in check',
      compared({ encryption_enabled: true, encryption_key_sid: keySid }, withoutEdition),
      'check',
      ['error: Not available'],
    ],
    [
      'no edition, in plan',
      compared({ encryption_enabled: true, encryption_key_sid: keySid }, withoutEdition),
      'plan',
      ['warning: Not available'],
    ],
    [
      'a desired false that is absent',
      compared({ encryption_enabled: false }, withoutEdition),
      'check',
      ['note: encryption_enabled'],
    ],
    [
      'a desired false that is blank',
      compared({ aws_storage_enabled: false }, { aws_storage_enabled: null }),
      'check',
      ['note: aws_storage_enabled'],
    ],
    ['a desired false that is false', compared({ aws_storage_enabled: false }, open), 'check', []],
  ])('%s', (_, outcome, mode, expected) => {
    expect(brief(remarksOf(outcome, mode))).toEqual(expected)
  })

  it('says what is missing, and what counts', () => {
    expect(
      texts(remarksOf(compared({ encryption_enabled: true, encryption_key_sid: keySid }, withoutEdition), 'check'))[0],
    ).toBe(`The account does not have encryption_enabled, encryption_key_sid. ${edition}`)
    expect(texts(remarksOf(compared({ aws_storage_enabled: true }, withoutEdition), 'check'))[0]).toBe(
      'The account does not have aws_storage_enabled. Ask Twilio to enable it for this account.',
    )
    expect(
      texts(
        remarksOf(
          compared({ encryption_enabled: false, aws_storage_enabled: false }, { encryption_enabled: null }),
          'check',
        ),
      ),
    ).toEqual([
      'encryption_enabled is blank, which counts as the desired false.',
      'aws_storage_enabled is not available on this account, which counts as the desired false.',
    ])
  })
})

describe('of a guard', () => {
  const message = 'Another key would encrypt. Only the holder of its private key can read what is made from then on.'
  const observed = observation({ encryption_key_sid: otherKeySid }, safe)
  it.each<[string, Outcome, Mode, Remark['level'], string]>([
    [
      'in check',
      { status: 'compared', ...observed },
      'check',
      'warning',
      `"mode: apply" needs "allow-risky-changes: encryption-key". ${message}`,
    ],
    [
      'in apply',
      { status: 'refused', ...observed },
      'apply',
      'error',
      `${message} To allow it, run once with "allow-risky-changes: encryption-key".`,
    ],
    [
      'allowed',
      {
        ...written(
          { encryption_key_sid: otherKeySid },
          safe,
          { ...safe, encryption_key_sid: otherKeySid },
          { allowed: ['encryption-key'] },
        ),
      },
      'apply',
      'note',
      `${message} Allowed by "allow-risky-changes: encryption-key".`,
    ],
  ])('%s', (_, outcome, mode, level, text) => {
    expect(remarksOf(outcome, mode)).toEqual([{ level, title: 'Needs allow-risky-changes: encryption-key', text }])
  })

  it('names no word where none allows it', () => {
    const remarks = remarksOf({ status: 'refused', ...observation({ encryption_enabled: true }, open) }, 'apply')
    expect(remarks[0]).toEqual({
      level: 'error',
      title: 'The settings would not work together',
      text: 'Encryption would be on without a key, and every composition would fail. Set "encryption-key-sid".',
    })
  })
})

describe('of a write', () => {
  it('says field by field what did not take, and why encryption may not', () => {
    const remarks = remarksOf(written(safe, open, { ...open, encryption_key_sid: keySid }), 'apply')
    expect(brief(remarks)).toEqual(['error: Not verified', 'error: Edition'])
    expect(texts(remarks).slice(0, 1)).toEqual([
      `Twilio accepted the write, but the account has encryption_enabled: false, not true; aws_storage_enabled: false, not true; aws_s3_url: blank, not "${safe.aws_s3_url}"; aws_credentials_sid: blank, not "${safe.aws_credentials_sid}".`,
    ])
    expect(texts(remarks)).toContain(edition)
  })

  it('says nothing of what the account did not have before, since it has it now', () => {
    expect(
      brief(
        remarksOf(
          written({ encryption_enabled: true, encryption_key_sid: keySid }, withoutEdition, {
            ...withoutEdition,
            encryption_enabled: true,
            encryption_key_sid: keySid,
          }),
          'apply',
        ),
      ),
    ).toEqual([])
  })

  it('says nothing of the edition when something else did not take', () => {
    expect(brief(remarksOf(written({ friendly_name: 'x' }, open, open), 'apply'))).toEqual(['error: Not verified'])
  })

  it('says who else wrote, and what is below the floor now', () => {
    const outcome: Outcome = {
      ...written({ friendly_name: 'x' }, safe, { ...open, friendly_name: 'x' }, requirements),
      overwritten: ['encryption_enabled'],
    }
    expect(remarksOf(outcome, 'apply')).toEqual([
      {
        level: 'error',
        title: 'Encryption is not on',
        text: 'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply.',
      },
      {
        level: 'warning',
        title: 'encryption_enabled changed meanwhile',
        text: 'encryption_enabled is not managed and was not written, but changed during the run: somebody else wrote in the meantime. Run "mode: check".',
      },
    ])
  })

  it('says no longer that it was below the floor before', () => {
    expect(brief(remarksOf(written(safe, open, safe, requirements), 'apply'))).toEqual([])
  })
})

describe('of a run that was not to be', () => {
  it('names both accounts', () => {
    const outcome: Outcome = { status: 'wrong-account', target, answered: otherAccountSid, requestIds: [] }
    expect(texts(remarksOf(outcome, 'apply'))).toEqual([
      `Account ${otherAccountSid} answered, and the workflow declares ${accountSid}.`,
    ])
    expect(texts(remarksOf({ ...outcome, answered: null }, 'check'))).toEqual([
      `No answer of Twilio says which account it is about, and the workflow declares ${accountSid}. If its settings were never made, make them once in the Twilio Console, or use the auth token of the account instead of an API key.`,
    ])
  })

  it('says loudly that the live account was not checked', () => {
    const skipped: Outcome = {
      status: 'skipped',
      accountSid,
      reason: 'GitHub gives no secrets to a pull request from a fork',
      desired: { encryption_enabled: false },
      findings: [],
    }
    expect(remarksOf(skipped, 'check')).toEqual([
      {
        level: 'warning',
        title: 'The live account was not checked',
        text: 'The live account was NOT checked: GitHub gives no secrets to a pull request from a fork.',
      },
    ])
    const below = observation({ encryption_enabled: false }, safe, requirements).findings
    expect(brief(remarksOf({ ...skipped, findings: below }, 'plan'))).toEqual([
      'error: The workflow asks for no encryption',
      'warning: The live account was not checked',
    ])
  })

  it.each<[Mode, 'no' | 'yes' | 'unknown', string[]]>([
    ['check', 'no', []],
    ['plan', 'no', []],
    ['apply', 'no', []],
    [
      'apply',
      'yes',
      [
        'error: Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
      ],
    ],
    [
      'apply',
      'unknown',
      [
        'error: The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.',
      ],
    ],
  ])('in %s, written: %s', (mode, done, expected) => {
    const outcome: Outcome = {
      status: 'failed',
      target,
      error: new NetworkError('lost'),
      written: done,
      uploaded: { kind: 'no' },
      observation: null,
      requestIds: [],
    }
    expect(remarksOf(outcome, mode).map(({ level, text }) => `${level}: ${text}`)).toEqual(['error: lost', ...expected])
  })

  it.each<[Uploaded, string[]]>([
    [{ kind: 'no' }, []],
    [
      { kind: 'yes', sid: keySid },
      [`warning: The public key was uploaded as ${keySid}. The next apply finds it there.`],
    ],
    [{ kind: 'unknown' }, ['error: It is unknown whether the public key was uploaded. The next apply checks first.']],
  ])('says what became of the key: %j', (uploaded, expected) => {
    const outcome: Outcome = {
      status: 'failed',
      target,
      error: new NetworkError('lost'),
      written: 'no',
      uploaded,
      observation: null,
      requestIds: [],
    }
    expect(remarksOf(outcome, 'apply').map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'error: lost',
      ...expected,
    ])
  })

  it('does not say that a policy is broken which the write may have mended', () => {
    const seen = observation(
      { encryption_enabled: true },
      { ...safe, encryption_enabled: false },
      { requirements: ['encryption'] },
    )
    expect(brief(remarksOf(failedAfter('no', seen), 'apply'))).toEqual([
      'error: No answer',
      'error: Encryption is not on',
    ])
    expect(brief(remarksOf(failedAfter('unknown', seen), 'apply'))).toEqual(['error: No answer', 'error: Not verified'])
  })
})

/** Stopped in the middle of a write, when this was no longer known to be what the account has. */
function failedAfter(written: 'no' | 'yes' | 'unknown', seen = observation({ friendly_name: 'x' }, safe)): Outcome {
  return {
    status: 'failed',
    target,
    error: new NetworkError('lost'),
    written,
    uploaded: { kind: 'no' },
    observation: seen,
    requestIds: [],
  }
}
