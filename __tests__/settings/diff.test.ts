import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diff, changedBetween } from '../../src/settings/diff.ts'
import { blank, type Current, type Desired, isSame, merged, settingNames } from '../../src/settings/settings.ts'
import { bucket, keySid, open, otherKeySid, safe } from '../action/fixtures.ts'
import { currents, desireds } from '../arbitraries.ts'

describe('diff', () => {
  it.each<[string, Desired, Current]>([
    ['nothing desired', {}, open],
    ['everything as desired', safe, safe],
    [
      'other spellings',
      { aws_s3_url: bucket.replace('media', 'MEDIA'), encryption_key_sid: `CR${'A'.repeat(32)}` },
      { aws_s3_url: `${bucket}/`, encryption_key_sid: `CR${'a'.repeat(32)}` },
    ],
    ['a desired false against false', { encryption_enabled: false }, { encryption_enabled: false }],
    ['a desired false against blank', { encryption_enabled: false }, { encryption_enabled: null }],
    ['a desired false against absent', { aws_storage_enabled: false }, {}],
  ])('finds nothing: %s', (_, desired, current) => {
    expect(diff(desired, current)).toEqual([])
  })

  it.each<[string, Desired, Current, Current[keyof Current] | undefined]>([
    ['true against false', { encryption_enabled: true }, { encryption_enabled: false }, false],
    ['false against true', { encryption_enabled: false }, { encryption_enabled: true }, true],
    ['true against blank', { encryption_enabled: true }, { encryption_enabled: null }, null],
    ['true against absent', { encryption_enabled: true }, {}, undefined],
    ['a key against another', { encryption_key_sid: keySid }, { encryption_key_sid: otherKeySid }, otherKeySid],
    ['a key against blank', { encryption_key_sid: keySid }, { encryption_key_sid: null }, null],
    ['a name against absent', { friendly_name: 'Media' }, {}, undefined],
  ])('finds one change: %s', (_, desired, current, was) => {
    const [setting = 'friendly_name'] = settingNames.filter((name) => name in desired)
    expect(diff(desired, current)).toStrictEqual([{ setting, current: was, desired: desired[setting] }])
  })

  it('gives the weightiest first', () => {
    expect(diff(safe, blank).map(({ setting }) => setting)).toEqual(settingNames)
  })

  it('finds nothing once it was written, so a second apply never writes', () => {
    fc.assert(
      fc.property(desireds, currents, (desired, current) => {
        expect(diff(desired, merged(desired, current))).toEqual([])
      }),
    )
  })

  it('never has a setting that is not desired, and has every desired one that differs', () => {
    fc.assert(
      fc.property(desireds, currents, (desired, current) => {
        const changed = diff(desired, current).map(({ setting }) => setting)
        const differing = settingNames.filter((name) => {
          const [wanted, has] = [desired[name], current[name] ?? null]
          return wanted !== undefined && (has === null ? wanted !== false : !isSame(name, has, wanted))
        })
        expect(changed).toEqual(differing)
      }),
    )
  })

  it('is not changed by what is not managed', () => {
    fc.assert(
      fc.property(desireds, currents, currents, (desired, current, other) => {
        const managed = Object.fromEntries(Object.entries(current).filter(([name]) => name in desired)) as Current
        const rest = Object.fromEntries(Object.entries(other).filter(([name]) => !(name in desired))) as Current
        expect(diff(desired, { ...rest, ...managed })).toEqual(diff(desired, current))
      }),
    )
  })
})

describe('movedBetween', () => {
  it.each<[string, Current, Current, readonly string[]]>([
    ['the same', safe, safe, []],
    ['another spelling', { aws_s3_url: bucket }, { aws_s3_url: `${bucket}/` }, []],
    [
      'blank, absent and off',
      { encryption_enabled: null, aws_s3_url: null },
      { aws_storage_enabled: false, encryption_enabled: false },
      [],
    ],
    ['a switch', { encryption_enabled: true }, { encryption_enabled: false }, ['encryption_enabled']],
    ['a switch that vanishes', { encryption_enabled: true }, {}, ['encryption_enabled']],
    ['a key that appears', {}, { encryption_key_sid: keySid }, ['encryption_key_sid']],
    [
      'a key that is replaced',
      { encryption_key_sid: otherKeySid },
      { encryption_key_sid: keySid },
      ['encryption_key_sid'],
    ],
    ['a name in another case', { friendly_name: 'Media' }, { friendly_name: 'media' }, ['friendly_name']],
  ])('%s', (_, before, after, moved) => {
    expect(changedBetween(before, after)).toEqual(moved)
    expect(changedBetween(after, before)).toEqual(moved)
  })
})
