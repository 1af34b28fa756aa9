import { describe, expect, it } from 'vitest'
import { credentialFindings } from '../../src/settings/credentials.ts'
import { idleFindings, requirementFindings } from '../../src/settings/requirements.ts'
import type { Current, Desired, SettingName } from '../../src/settings/settings.ts'
import { isIdle, missingParts } from '../../src/settings/switches.ts'
import { keySid, open, safe } from '../action/fixtures.ts'

describe('a switch that is on', () => {
  it.each<[Current, SettingName[]]>([
    [safe, []],
    [open, []],
    [{ ...safe, encryption_key_sid: null }, ['encryption_key_sid']],
    [{ encryption_enabled: true }, ['encryption_key_sid']],
    [{ aws_storage_enabled: true }, ['aws_s3_url', 'aws_credentials_sid']],
    [{ encryption_enabled: false, encryption_key_sid: null }, []],
  ])('of %j lacks %j', (state, missing) => {
    expect(missingParts(state).map(({ part }) => part)).toEqual(missing)
  })
})

describe('a setting', () => {
  it.each<[SettingName, Current, boolean]>([
    ['encryption_key_sid', { encryption_enabled: false }, true],
    ['encryption_key_sid', { encryption_enabled: null }, true],
    ['encryption_key_sid', { encryption_enabled: true }, false],
    // What the account does not show may be on.
    ['encryption_key_sid', {}, false],
    ['aws_credentials_sid', { encryption_enabled: false, aws_storage_enabled: true }, false],
    ['aws_s3_url', { aws_storage_enabled: false }, true],
    ['friendly_name', open, false],
  ])('%s of %j is idle: %s', (name, state, expected) => {
    expect(isIdle(name, state)).toBe(expected)
  })
})

describe('what breaks all that is made', () => {
  const nothing = { kind: 'listed', credentials: [] } as const
  const none = { publicKeys: nothing, awsCredentials: nothing }
  const policy = { verify: true, maxKeyAgeDays: null }
  const breaks = (settings: Current): (SettingName | undefined)[] =>
    credentialFindings(settings, null, none, policy, new Date()).map((finding) => finding.breaks)

  it('is a credential that is gone and in use, of the live settings only', () => {
    expect(breaks(safe)).toEqual(['encryption_key_sid', 'aws_credentials_sid'])
    expect(breaks({ ...safe, encryption_enabled: false })).toEqual([undefined, 'aws_credentials_sid'])
    expect(
      credentialFindings(safe, ['encryption_key_sid'], none, policy, new Date()).map((finding) => finding.breaks),
    ).toEqual([undefined, undefined])
  })

  it('is a switch that is on without what it needs', () => {
    const live = { ...safe, encryption_key_sid: null }
    for (const found of [
      requirementFindings({}, live, ['encryption']),
      requirementFindings({ encryption_enabled: true }, live, []),
    ])
      expect(found).toMatchObject([{ severity: 'error', breaks: 'encryption_key_sid' }])
    expect(requirementFindings({ encryption_enabled: false }, live, [])).toEqual([])
    expect(requirementFindings({ encryption_key_sid: keySid }, live, [])).toEqual([])
  })
})

describe('what is not in use', () => {
  const idle = (desired: Desired, state: Current, maxKeyAgeDays: number | null = null): string[] =>
    idleFindings(desired, state, { verify: true, maxKeyAgeDays }).map(({ message }) => message)

  it('is told where the account lacks the switch, too', () => {
    expect(idle({ encryption_key_sid: keySid }, { encryption_key_sid: keySid })).toEqual([
      'encryption_key_sid is not in use, because encryption is not available on this account and not managed. To use it, set "encryption-enabled: true"',
    ])
  })

  it('is no age that was judged', () => {
    expect(idle({}, { encryption_key_sid: keySid }, 90)).toEqual([])
    expect(idle({}, safe, 90)).toEqual([])
    expect(idle({}, {}, 90)).toEqual([
      '"max-key-age-days" judged no key, because encryption is not available on this account',
    ])
  })
})
