import { describe, expect, it } from 'vitest'
import { fleetReport } from '../../src/report/fleet.ts'
import type { Guard, Mode } from '../../src/settings/guards.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import type { Remark } from '../../src/report/remarks.ts'
import { report } from '../../src/report/report.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'
import { open, safe } from '../action/fixtures.ts'
import {
  applied,
  denied,
  didNotTake,
  drifting,
  edition,
  encryptionOff,
  inSync,
  observation,
  overwritten,
  refused,
  unmet,
  unverified,
  withoutEdition,
} from './fleet-outcomes.ts'

describe('what is said once above the list', () => {
  const reasonsOf = (outcomes: readonly Outcome[], mode: Mode): readonly Remark[] => fleetReport(outcomes, mode).reasons
  const allowed = { ...encryptionOff, isAllowed: true }

  it.each<[Mode, readonly Outcome[]]>([
    ['check', [inSync(1), drifting(2), drifting(3), denied(4)]],
    ['apply', [applied(1)]],
    ['apply', [unverified(1)]],
  ])('is nothing that the explanation says: %s', (mode, outcomes) => {
    expect(reasonsOf(outcomes, mode)).toEqual([])
  })

  it('is nothing of encryption where that did not drift', () => {
    expect(reasonsOf([inSync(1), unmet, denied(2)], 'check')).toEqual([])
  })

  it('is what was allowed, each reason as one note, also if one account has it', () => {
    const off: Outcome = { ...applied(1), changes: [], guards: [allowed] }
    const text = 'Encryption would be switched off. Allowed by "allow-risky-changes: encryption-off".'
    for (const outcomes of [[off], [off, { ...off, ...observation(2, open, { changes: [], guards: [allowed] }) }]]) {
      expect(reasonsOf(outcomes, 'apply')).toEqual([
        { level: 'note', title: 'Needs allow-risky-changes: encryption-off', text },
      ])
    }
  })

  it.each<[Mode, Remark['level']]>([
    ['check', 'error'],
    ['plan', 'warning'],
  ])('is the edition that several accounts lack, and on how many, and their rows leave it out: %s', (mode, level) => {
    const { reasons, groups } = fleetReport([withoutEdition(1), withoutEdition(2), withoutEdition(3), inSync(4)], mode)
    expect(reasons).toEqual([
      {
        level,
        title: 'Not available',
        text: `On 3 accounts: The account does not have encryption_enabled. ${edition}`,
      },
    ])
    expect(groups[0]?.details).toBe('encryption_enabled: not available on this account → true')
  })

  it('is the edition on which several writes may have failed', () => {
    const { reasons, groups } = fleetReport([unverified(1), unverified(2)], 'apply')
    expect(reasons).toEqual([{ level: 'error', title: 'Edition', text: `On 2 accounts: ${edition}` }])
    expect(groups[0]?.details).toBe(didNotTake)
  })

  it('is what counts as a desired false, also on accounts that are in sync', () => {
    const blankOn = (number: number): Outcome => ({
      status: 'compared',
      ...observation(number, { aws_storage_enabled: null }, { desired: { aws_storage_enabled: false }, changes: [] }),
    })
    expect(reasonsOf([blankOn(1), blankOn(2)], 'check')).toEqual([
      {
        level: 'note',
        title: 'aws_storage_enabled',
        text: 'On 2 accounts: aws_storage_enabled is blank, which counts as the desired false.',
      },
    ])
  })

  it('begins with the gravest, and is no annotation where it is a note', () => {
    const outcomes = [refused(1, encryptionOff), refused(2, encryptionOff), refused(3, { ...allowed, message: 'Fine' })]
    const said = report(
      {
        kind: 'ran',
        mode: 'apply',
        scope: { accountSid: null, shard: null, names: null },
        outcomes,
        requestIds: [],
        listed: null,
        planId: null,
      },
      [],
    )
    expect(said.remarks.map(({ level }) => level)).toEqual(['error', 'note'])
    expect(said.annotations.map(({ level }) => level)).toEqual(['error', 'error', 'error'])
  })
})

describe('the warnings on targets that are in sync', () => {
  const warned = (number: number, rule: 'credentials-unknown' | 'key-duplicate', message: string): Outcome => ({
    status: 'compared',
    ...observation(
      number,
      { encryption_enabled: true },
      { findings: [{ rule, subject: 'live', severity: 'warning', message }] },
    ),
  })

  it('are told once for each kind, with the first of its accounts, since these are not listed', () => {
    const outcomes = [
      inSync(1),
      warned(2, 'credentials-unknown', 'Not told of 2'),
      warned(3, 'credentials-unknown', 'Not told of 3'),
      warned(4, 'key-duplicate', 'Two of 4'),
      drifting(5),
    ]
    const { groups, warnings } = fleetReport(outcomes, 'check')
    expect(groups.flatMap(({ accounts }) => accounts.map(({ sid }) => sid))).toEqual([subaccountSid(5)])
    expect(warnings).toEqual([
      {
        level: 'warning',
        title: 'The credentials could not be checked',
        text: `2 accounts in sync (first: ${subaccountSid(2)}): Not told of 2.`,
      },
      {
        level: 'warning',
        title: 'Public keys are equal',
        text: `1 account in sync (first: ${subaccountSid(4)}): Two of 4.`,
      },
    ])
  })

  it('are told of those that were written, too, since they get no annotation of their own', () => {
    const { warnings } = fleetReport([{ ...applied(1), overwritten: ['friendly_name'] }, applied(2)], 'apply')
    expect(warnings).toEqual([
      {
        level: 'warning',
        title: 'friendly_name changed meanwhile',
        text: `1 account in sync (first: ${subaccountSid(1)}): ${overwritten}`,
      },
    ])
  })

  it('leave out what is said once above the list', () => {
    const plan: Guard = { rule: 'expected-plan', message: 'The plan is another one', allowance: null, isAllowed: false }
    const warnedOf = (number: number): Outcome => ({
      status: 'compared',
      ...observation(number, safe, { guards: [plan] }),
    })
    expect(fleetReport([warnedOf(1), warnedOf(2)], 'check')).toMatchObject({
      reasons: [{ title: 'The plan is not the reviewed one' }],
      warnings: [],
    })
  })

  it('are none of other accounts that are listed', () => {
    expect(fleetReport([drifting(1), unmet, denied(2)], 'check').warnings).toEqual([])
  })
})
