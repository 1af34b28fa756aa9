import { describe, expect, it } from 'vitest'
import { desiredFindings, requirementFindings } from '../../src/settings/requirements.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { open, safe } from '../action/fixtures.ts'

describe('floorFindings', () => {
  const both = ['encryption', 'external-storage'] as const
  it.each<[string, Desired, Current, string[]]>([
    ['all well', safe, safe, []],
    ['nothing on', {}, open, ['live floor-encryption', 'live floor-external-storage']],
    ['nothing there', {}, {}, ['live floor-encryption', 'live floor-external-storage']],
    [
      'nothing ever configured',
      {},
      { encryption_enabled: null, aws_storage_enabled: null },
      ['live floor-encryption', 'live floor-external-storage'],
    ],
    ['on without a key', {}, { ...safe, encryption_key_sid: null }, ['live floor-encryption']],
    [
      'on without a bucket and a credential',
      {},
      { ...safe, aws_s3_url: null, aws_credentials_sid: null },
      ['live floor-external-storage', 'live floor-external-storage'],
    ],
    ['off desired, on there', { encryption_enabled: false }, safe, ['desired floor-encryption']],
    [
      'off desired, off there',
      { aws_storage_enabled: false },
      { ...safe, aws_storage_enabled: false },
      ['desired floor-external-storage', 'live floor-external-storage'],
    ],
    ['on desired, off there', safe, open, ['live floor-encryption', 'live floor-external-storage']],
  ])('%s', (_, desired, live, expected) => {
    const found = requirementFindings(desired, live, both)
    expect(found.map(({ subject, rule }) => `${subject} ${rule}`)).toEqual(expected)
    expect(found.every(({ severity }) => severity === 'error')).toBe(true)
    expect(desiredFindings(desired, both)).toEqual(found.filter(({ subject }) => subject === 'desired'))
  })

  it('are only about what is required', () => {
    expect(requirementFindings({ encryption_enabled: false }, open, [])).toEqual([])
    expect(
      requirementFindings({ encryption_enabled: false }, open, ['external-storage']).map(({ rule }) => rule),
    ).toEqual(['floor-external-storage'])
  })

  it.each<[Current, string]>([
    [
      { encryption_enabled: false },
      'On the live account encryption is off, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply',
    ],
    [
      {},
      'On the live account encryption is not on, and not available or never configured, and "require" demands it. Set "encryption-enabled: true" and "encryption-key-sid", and apply',
    ],
    [
      { encryption_enabled: true },
      'On the live account encryption is on, but encryption_key_sid is blank, so it cannot work. Set "encryption-key-sid" and apply',
    ],
  ])('say what to do: %j', (live, message) => {
    expect(requirementFindings({}, live, ['encryption']).map((finding) => finding.message)).toEqual([message])
  })

  it.each<[Current, string]>([
    [
      { encryption_enabled: false },
      'On the live account encryption is off, and "require" demands it. Apply the desired settings',
    ],
    [
      { encryption_enabled: true },
      'On the live account encryption is on, but encryption_key_sid is blank, so it cannot work. Apply the desired settings',
    ],
  ])('do not ask for what the workflow has already: %j', (live, message) => {
    expect(
      requirementFindings({ encryption_enabled: true, encryption_key_sid: `CR${'b'.repeat(32)}` }, live, [
        'encryption',
      ]).map((finding) => finding.message),
    ).toEqual([message])
  })
})
