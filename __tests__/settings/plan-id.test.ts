import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planId } from '../../src/settings/plan-id.ts'
import { anySettings, type Current, type Desired, type SettingName, settingNames } from '../../src/settings/settings.ts'
import { accountSid, keySid, open, safe } from '../action/fixtures.ts'
import { otherTarget, target } from '../builders.ts'
import { currents, desireds } from '../arbitraries.ts'
import { type SettingValue } from '../../src/settings/values.ts'

const id = (desired: Desired, current: Current): string => planId([{ target, desired, current }])
const { encryption_enabled: _, ...openWithoutSwitch } = open

it('is the SHA-256 of a canonical form that no release may change', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  // All six, since all are written: a key that is not managed can be moved after the plan was reviewed.
  const values = [
    '["aws_credentials_sid",["absent"],["unmanaged"]]',
    '["aws_s3_url",["absent"],["value","https://media.s3.amazonaws.com/X"]]',
    '["aws_storage_enabled",["absent"],["unmanaged"]]',
    '["encryption_enabled",["blank"],["value",true]]',
    '["encryption_key_sid",["absent"],["unmanaged"]]',
    '["friendly_name",["value","Media"],["unmanaged"]]',
  ]
  const canonical = `["${accountSid.toLowerCase()}","composition-settings",[${values.join(',')}]]`
  const desired = { encryption_enabled: true, aws_s3_url: 'https://MEDIA.s3.amazonaws.com/X/' }
  const current = { encryption_enabled: null, friendly_name: 'Media' }
  expect(id(desired, current)).toBe(sha256(sha256(canonical)))
  const other = canonical.replace(accountSid.toLowerCase(), otherTarget.accountSid.toLowerCase())
  const both = [target, otherTarget].map((one) => ({ target: one, desired, current }))
  expect(planId(both)).toBe(sha256([canonical, other].map(sha256).toSorted().join(',')))
})

describe('does not change', () => {
  const recased = (text: string): string =>
    text.replaceAll(/[a-zA-Z]/g, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
  /** Another spelling of the same values: the SID's digits, the URL's host and its last slash. */
  const respelled = <S extends Current>(settings: S): S =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => {
        if (typeof value !== 'string' || name === 'friendly_name') return [name, value]
        if (/^CR[0-9a-fA-F]{32}$/.test(value)) return [name, `CR${recased(value.slice(2))}`]
        const [, origin = '', path = ''] = /^(https:\/\/[^/]+)([\s\S]*)$/i.exec(value) ?? []
        if (origin === '' || name !== 'aws_s3_url') return [name, value]
        if (path.endsWith('//')) return [name, recased(origin) + path]
        return [name, recased(origin) + (path.endsWith('/') ? path.slice(0, -1) : `${path}/`)]
      }),
    ) as S

  it('with the spelling of what is desired or there', () => {
    expect(
      respelled({ aws_s3_url: 'https://Media.s3.amazonaws.com/X', encryption_key_sid: `CR${'aB'.repeat(16)}` }),
    ).toEqual({ aws_s3_url: 'HTTPS://mEDIA.S3.AMAZONAWS.COM/X/', encryption_key_sid: `CR${'Ab'.repeat(16)}` })
    fc.assert(
      fc.property(desireds, currents, (desired, current) => {
        expect(id(respelled(desired as Current) as Desired, respelled(current))).toBe(id(desired, current))
      }),
    )
    expect(planId([{ target: { ...target, accountSid: `AC${'A'.repeat(32)}` }, desired: safe, current: open }])).toBe(
      id(safe, open),
    )
  })

  it('with the order in which settings were named', () => {
    const backwards = <T extends object>(record: T): T => Object.fromEntries(Object.entries(record).toReversed()) as T
    expect(id(backwards(safe), backwards<Current>(open))).toBe(id(safe, open))
  })

  it('with the order of the targets', () => {
    fc.assert(
      fc.property(desireds, currents, desireds, currents, (desired, current, otherDesired, otherCurrent) => {
        const entries = [
          { target, desired, current },
          { target: otherTarget, desired: otherDesired, current: otherCurrent },
        ]
        expect(planId(entries.toReversed())).toBe(planId(entries))
      }),
    )
  })
})

describe('changes', () => {
  /** What the plan sees of a value. */
  const seen = (name: SettingName, value: SettingValue | null | undefined): unknown =>
    value === null || value === undefined ? value : anySettings[name].normalForm(value)

  it('with every value that is there, and every managed value that is desired', () => {
    fc.assert(
      fc.property(
        desireds,
        currents,
        desireds,
        currents,
        fc.constantFrom(...settingNames),
        (desired, current, others, otherCurrents, name) => {
          const differs = seen(name, otherCurrents[name]) !== seen(name, current[name])
          const { [name]: _, ...rest } = current
          expect(
            id(desired, { ...rest, ...(name in otherCurrents ? { [name]: otherCurrents[name] } : {}) }) !==
              id(desired, current),
          ).toBe(differs)
          const isAnother = name in others && seen(name, others[name]) !== seen(name, desired[name])
          expect(
            id({ ...desired, ...(name in others ? { [name]: others[name] } : {}) }, current) !== id(desired, current),
          ).toBe(isAnother)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each<[string, Desired, Current]>([
    ['another desired value', { ...safe, encryption_enabled: false }, open],
    ['one desired value less', { friendly_name: 'Media' }, open],
    ['another key', { ...safe, encryption_key_sid: `CR${'9'.repeat(32)}` }, open],
    ['another case of a path', { ...safe, aws_s3_url: 'https://media.s3.amazonaws.com/Compositions' }, open],
    ['a switch that is blank, not off', safe, { ...open, encryption_enabled: null }],
    ['a switch that is absent, not off', safe, openWithoutSwitch],
    ['a key that is there', safe, { ...open, encryption_key_sid: keySid }],
    ['one desired value less, of what is there', { ...safe, friendly_name: 'Other' }, open],
    ['the word for what is blank', { ...safe, friendly_name: 'blank' }, open],
  ])('with %s', (_, desired, current) => {
    expect(id(desired, current)).not.toBe(id(safe, open))
  })

  it('with blank against absent', () => {
    expect(id({ friendly_name: 'x' }, { friendly_name: null })).not.toBe(id({ friendly_name: 'x' }, {}))
    expect(id({ friendly_name: 'x' }, { friendly_name: 'null' })).not.toBe(
      id({ friendly_name: 'x' }, { friendly_name: null }),
    )
  })

  it('with the account, and with the number of targets', () => {
    const entry = { target, desired: safe, current: open }
    const ids = [
      planId([]),
      planId([entry]),
      planId([{ ...entry, target: otherTarget }]),
      planId([entry, entry]),
      planId([entry, { ...entry, target: otherTarget }]),
    ]
    expect(new Set(ids).size).toBe(5)
  })
})
