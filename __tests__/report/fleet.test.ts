import { describe, expect, it } from 'vitest'
import { diff } from '../../src/settings/diff.ts'
import { fleetExplanation } from '../../src/report/explanation.ts'
import { type FleetGroup, type FleetReport, fleetReport } from '../../src/report/fleet.ts'
import { fleetTitle } from '../../src/report/fleet-title.ts'
import type { Mode } from '../../src/settings/guards.ts'
import { type Outcome, overallResult } from '../../src/run/outcome.ts'
import type { Desired } from '../../src/settings/settings.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'
import { keySid, open } from '../action/fixtures.ts'
import {
  applied,
  appliedBelow,
  cancelled,
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

const wrongAccount: Outcome = {
  status: 'wrong-account',
  target: observation(9, {}).target,
  answered: 'A'.repeat(5000),
  requestIds: [],
}

const both: Desired = { encryption_enabled: true, friendly_name: 'Media' }
const before = { ...open, friendly_name: 'Old' }
const partlyTaken: Outcome = {
  ...unverified(1),
  desired: both,
  current: before,
  changes: diff(both, before),
  after: { ...open, friendly_name: 'Media' },
}
const toUpload: Desired = { encryption_key_sid: 'media-key sha256:1234 (key not uploaded)' }
const uploaded: Outcome = {
  ...applied(1),
  desired: { encryption_key_sid: keySid },
  changes: diff(toUpload, open),
  uploaded: keySid,
  after: { ...open, encryption_key_sid: keySid },
}

type Entry = FleetGroup & { readonly accountSid: string }

/** Each account with what is said of its group. */
function entriesIn({ groups }: FleetReport): Entry[] {
  return groups.flatMap((group) => group.accounts.map(({ sid }) => ({ ...group, accountSid: sid })))
}

describe('the counts', () => {
  it('are of accounts, the worst first, and name no result that did not come', () => {
    const outcomes = [inSync(1), drifting(2), denied(3), drifting(4), inSync(5), unmet]
    expect(fleetReport(outcomes, 'check')).toMatchObject({
      accounts: 6,
      counts: [
        ['error', 1],
        ['drift', 2],
        ['noncompliant', 1],
        ['in-sync', 2],
      ],
    })
  })

  it('take the two resources of an account for one account', () => {
    const outcomes = [
      inSync(1),
      drifting(1, 'recording-settings'),
      applied(2),
      { ...cancelled(2, 'no') },
      inSync(3),
      inSync(3, 'recording-settings'),
    ]
    expect(fleetReport(outcomes, 'apply')).toMatchObject({
      accounts: 3,
      counts: [
        ['partial', 1],
        ['drift', 1],
        ['in-sync', 1],
      ],
    })
  })
})

describe('the entries', () => {
  const entriesOf = (outcomes: readonly Outcome[], mode: Mode = 'check'): readonly Entry[] =>
    entriesIn(fleetReport(outcomes, mode))
  const detailsOf = (outcome: Outcome, mode: Mode): string | undefined => entriesOf([outcome], mode)[0]?.details

  it('are what is not in sync, what is known to be wrong first, those alike in their own order', () => {
    expect(
      entriesOf([inSync(1), drifting(2), applied(3), denied(4), drifting(5), wrongAccount]).map(
        ({ accountSid, result }) => [accountSid, result],
      ),
    ).toEqual([
      [subaccountSid(2), 'drift'],
      [subaccountSid(5), 'drift'],
      [subaccountSid(4), 'error'],
      [subaccountSid(9), 'refused'],
      [subaccountSid(3), 'applied'],
    ])
  })

  it('begin with the account that refuses all, before those that are only kept from being written', () => {
    const entries = entriesOf([refused(1), refused(2, encryptionOff), refused(3)], 'apply')
    expect(entries.map(({ accountSid, title }) => [accountSid, title])).toEqual([
      [subaccountSid(2), 'Refused: encryption would be switched off'],
      [subaccountSid(1), 'Refused: another account is'],
      [subaccountSid(3), 'Refused: another account is'],
    ])
    expect(entries[1]?.details).toBe('encryption_enabled: false → true')
  })

  it.each<[string, Outcome, Mode, string]>([
    ['drift', drifting(1), 'check', 'encryption_enabled: false → true'],
    [
      'drift that apply would refuse',
      {
        ...drifting(1),
        ...observation(1, { encryption_enabled: false }, { guards: [encryptionOff] }),
        status: 'compared',
      },
      'plan',
      'encryption_enabled: false → true. "mode: apply" needs "allow-risky-changes: encryption-off". Encryption would be switched off.',
    ],
    [
      'a refusal',
      refused(1, encryptionOff),
      'apply',
      'encryption_enabled: false → true. Encryption would be switched off. To allow it, run once with "allow-risky-changes: encryption-off".',
    ],
    [
      'a refusal, and a guard that is allowed',
      refused(1, encryptionOff, { ...encryptionOff, message: 'Fine', isAllowed: true }),
      'apply',
      'encryption_enabled: false → true. Encryption would be switched off. To allow it, run once with "allow-risky-changes: encryption-off".',
    ],
    ['a finding', unmet, 'check', 'The key is gone.'],
    ['a write', applied(1), 'apply', 'encryption_enabled: false → true'],
    ['a write that did not take', unverified(1), 'apply', `${didNotTake} ${edition}`],
    ['a write that took in part', partlyTaken, 'apply', `friendly_name: "Old" → "Media". ${didNotTake} ${edition}`],
    [
      'a write during which someone else wrote',
      { ...applied(1), overwritten: ['friendly_name'] },
      'apply',
      `encryption_enabled: false → true. ${overwritten}`,
    ],
    ['a write of a key that was uploaded', uploaded, 'apply', `encryption_key_sid: blank → "${keySid}"`],
    [
      'an account without the edition',
      withoutEdition(1),
      'check',
      `encryption_enabled: not available on this account → true. The account does not have encryption_enabled. ${edition}`,
    ],
    ['another account', wrongAccount, 'check', `Account ${'A'.repeat(200)}… (5000 characters) answered.`],
    [
      'an error',
      denied(1),
      'check',
      'GET /v1/CompositionSettings/Default failed with HTTP 401, Twilio code 20003: Authenticate (request without an id; tried once).',
    ],
    ['a cancelled read', cancelled(1, 'no'), 'check', 'The job was cancelled.'],
    ['a cancelled apply, before the write', cancelled(1, 'no'), 'apply', 'The job was cancelled. Nothing was written.'],
    [
      'a cancelled apply, in the middle of the write',
      cancelled(1, 'unknown'),
      'apply',
      'The job was cancelled. The new settings were sent, and it is unknown whether Twilio took them. Run "mode: check" to see what the account has.',
    ],
    [
      'a cancelled apply, after the write',
      cancelled(1, 'yes'),
      'apply',
      'The job was cancelled. Twilio accepted the new settings, but they were not read back. Run "mode: check" to see what the account has.',
    ],
    [
      'a cancelled apply, after an upload',
      cancelled(1, 'no', keySid),
      'apply',
      `The job was cancelled. The public key was uploaded as ${keySid}. The next apply finds it there. The settings were not written.`,
    ],
  ])('say what there is to say of %s', (_, outcome, mode, details) => {
    expect(detailsOf(outcome, mode)).toBe(details)
  })

  it('leave out a reason that several have, which is told once', () => {
    const other = { ...encryptionOff, message: 'Of one account only' }
    const report = fleetReport([refused(1, encryptionOff), refused(2, encryptionOff, other)], 'apply')
    const { reasons } = report
    expect(reasons).toEqual([
      {
        level: 'error',
        title: 'Needs allow-risky-changes: encryption-off',
        text: 'Encryption would be switched off. To allow it, run once with "allow-risky-changes: encryption-off".',
      },
    ])
    expect(report.groups.map(({ details }) => details)).toEqual([
      'encryption_enabled: false → true',
      'encryption_enabled: false → true. Of one account only. To allow it, run once with "allow-risky-changes: encryption-off".',
    ])
  })

  it('are failures where the step fails for them', () => {
    expect(entriesOf([drifting(1)], 'check')[0]?.isFailure).toBe(true)
    expect(entriesOf([drifting(1)], 'plan')[0]?.isFailure).toBe(false)
    expect(entriesOf([applied(1)], 'apply')[0]?.isFailure).toBe(false)
  })
})

describe('title and lead', () => {
  it.each<[Mode, readonly Outcome[], string, string]>([
    ['check', [inSync(1), inSync(2)], 'In sync: all of 2 accounts', '2 settings checked, and none differs.'],
    [
      'check',
      [inSync(1), drifting(2)],
      'Drift: encryption is off on 1 of 2 accounts',
      'New compositions are not encrypted, and what is made until you correct that stays so. To put that right, run with "mode: apply". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.',
    ],
    [
      'plan',
      [inSync(1), drifting(2)],
      'Plan: 1 of 2 accounts would change',
      'To write exactly this, run with "mode: apply" and "expected-plan: 1234".',
    ],
    [
      'check',
      [inSync(1), unmet],
      'Not compliant: the public key does not exist on 1 of 2 accounts',
      'Every new composition fails, and Twilio does not retry it. The key is gone.',
    ],
    [
      'check',
      [inSync(1), denied(2), drifting(3)],
      'Drift: encryption is off on 1 of 3 accounts, 1 could not be checked',
      'New compositions are not encrypted, and what is made until you correct that stays so. To put that right, run with "mode: apply". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow. Why the other accounts could not be checked is told with each.',
    ],
    [
      'apply',
      [inSync(1), denied(2)],
      'Error: 1 of 2 accounts failed',
      'Twilio says: "Authenticate". The other accounts were not affected.',
    ],
    [
      'check',
      [inSync(1), { ...cancelled(2, 'no'), observation: null } as Outcome],
      'Error: 1 of 2 accounts could not be checked',
      'The run was stopped before it had asked every account. Run it again.',
    ],
    [
      'check',
      [
        inSync(1),
        {
          ...drifting(2),
          ...observation(2, { encryption_enabled: false }, { guards: [encryptionOff] }),
          status: 'compared',
        },
      ],
      'Drift: encryption is off on 1 of 2 accounts',
      'New compositions are not encrypted, and what is made until you correct that stays so. To put that right, run once with "mode: apply" and "allow-risky-changes: encryption-off". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.',
    ],
    [
      'apply',
      [inSync(1), applied(2), applied(3)],
      'Applied: 2 of 3 accounts written and read back',
      'They have what the workflow asks for. What was made while encryption was off stays unencrypted.',
    ],
    [
      'apply',
      [inSync(1), applied(2), denied(3), cancelled(4, 'no')],
      'Partly applied: 1 account written and read back, 2 not',
      'The run was stopped. Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.',
    ],
    [
      'apply',
      [inSync(1), applied(2), unmet],
      'Not compliant: the public key does not exist on 1 of 3 accounts',
      'Every new composition fails, and Twilio does not retry it. The key is gone.',
    ],
    [
      'apply',
      [inSync(1), appliedBelow(2), applied(3), denied(4)],
      'Partly applied: 2 accounts written and read back, 1 not',
      'Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.',
    ],
    [
      'apply',
      [inSync(1), unmet, applied(3), denied(4)],
      'Partly applied: 1 account written and read back, 1 not',
      'Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.',
    ],
    [
      'apply',
      [applied(1), cancelled(1, 'no'), applied(2)],
      'Partly applied: 1 account written and read back, 1 not',
      'The run was stopped. Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.',
    ],
    [
      'check',
      [inSync(1), drifting(2), unmet],
      'Drift: 2 of 3 accounts not in sync',
      'New compositions are not encrypted, and what is made until you correct that stays so. To put that right, run with "mode: apply". If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.',
    ],
    [
      'check',
      [inSync(1), drifting(2), withoutEdition(3)],
      'Drift: 2 of 3 accounts not in sync',
      "New compositions are not encrypted, and what is made until you correct that stays so. Some accounts do not have encryption_enabled, so apply may not be able to change that. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account. If nobody on your team changed this, treat it as an incident. If you meant the change, correct the workflow.",
    ],
    [
      'plan',
      [inSync(1), drifting(2), withoutEdition(3)],
      'Plan: 2 of 3 accounts would change',
      "Some accounts do not have encryption_enabled, so apply may not be able to change that. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
    ],
    [
      'apply',
      [inSync(1), unmet, unverified(2)],
      'Not verified: 1 of 3 accounts',
      "Twilio accepted the write, but the account still shows other values. Do not rely on these settings. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
    ],
    [
      'apply',
      [cancelled(1, 'unknown'), cancelled(2, 'no')],
      'Not all written: 2 of 2 accounts not verified',
      'The run was stopped. Run "mode: check" to see what the other accounts have. Run "mode: apply" again when their reasons are gone: what is right already is not written again.',
    ],
    [
      'apply',
      [denied(1), refused(2, encryptionOff), refused(3)],
      'Error: 1 of 3 accounts failed, 2 refused',
      'Twilio says: "Authenticate". Nothing was written: one refusal refuses all.',
    ],
    [
      'apply',
      [inSync(1), unverified(2)],
      'Not verified: 1 of 2 accounts',
      "Twilio accepted the write, but the account still shows other values. Do not rely on these settings. Encryption needs Twilio's Enterprise or Security Edition: ask Twilio to enable it for this account.",
    ],
    [
      'apply',
      [inSync(1), refused(2), refused(3, encryptionOff)],
      'Refused: 2 of 3 accounts',
      'Nothing was written. Encryption would be switched off. What is made from then on stays unencrypted for good. If you mean it, run once with "allow-risky-changes: encryption-off". For the others, one refusal refuses all: to go on without that account, list the others in "accounts".',
    ],
    [
      'apply',
      [refused(2, encryptionOff), refused(3, encryptionOff)],
      'Refused: 2 of 2 accounts',
      'Nothing was written. Encryption would be switched off. What is made from then on stays unencrypted for good. If you mean it, run once with "allow-risky-changes: encryption-off".',
    ],
    [
      'check',
      [inSync(1), wrongAccount],
      'Error: 1 of 2 accounts could not be checked',
      'Another account answered than the one that was asked, so nothing of its answer was used. Is there a proxy in between that keeps answers?',
    ],
  ])('%s: %#', (mode, outcomes, title, explanation) => {
    const fleet = fleetReport(outcomes, mode)
    const ended = { result: overallResult(outcomes), mode, outcomes }
    expect(fleetTitle(ended.result, mode, fleet)).toBe(title)
    expect(fleetExplanation(ended, '1234')).toBe(explanation)
  })
})
