import { expect, it } from 'vitest'
import { NetworkError } from '../../src/shared/errors.ts'
import type { Finding } from '../../src/settings/findings.ts'
import type { Mode } from '../../src/settings/guards.ts'
import { observationOf, type Outcome } from '../../src/run/outcome.ts'
import { rowsOf } from '../../src/report/table.ts'
import { type Current, type Desired, settingNames } from '../../src/settings/settings.ts'
import { keySid, open, otherBucket, otherKeySid, safe } from '../action/fixtures.ts'
import { observation, target, written } from '../builders.ts'

const desired = { encryption_enabled: true, encryption_key_sid: keySid, friendly_name: 'Media' } as const
const seen = observation(desired, open)
const after = (over: Current): Outcome => written(desired, open, { ...open, ...desired, ...over })
const failed = (done: 'no' | 'yes' | 'unknown'): Outcome => ({
  status: 'failed',
  target,
  error: new NetworkError('lost'),
  written: done,
  uploaded: { kind: 'no' },
  observation: seen,
  requestIds: [],
})
const moved = written(desired, safe, { ...safe, aws_s3_url: otherBucket })

/** The marks that are not `unmanaged`, in the order of the rows. */
it.each<[string, Outcome, Mode, string]>([
  [
    'a check',
    { status: 'compared', ...seen },
    'check',
    'encryption_enabled different, encryption_key_sid different, friendly_name same',
  ],
  [
    'a plan',
    { status: 'compared', ...seen },
    'plan',
    'encryption_enabled planned, encryption_key_sid planned, friendly_name same',
  ],
  [
    'a refusal',
    { status: 'refused', ...seen },
    'apply',
    'encryption_enabled different, encryption_key_sid different, friendly_name same',
  ],
  [
    'a write that took',
    after({}),
    'apply',
    'encryption_enabled written, encryption_key_sid written, friendly_name same',
  ],
  [
    'a write that took in part',
    after({ encryption_enabled: false }),
    'apply',
    'encryption_enabled unwritten, encryption_key_sid written, friendly_name same',
  ],
  [
    'a write that somebody crossed',
    { ...moved, overwritten: ['aws_s3_url'] },
    'apply',
    'aws_s3_url overwritten, encryption_enabled same, encryption_key_sid same, friendly_name same',
  ],
  [
    'a write that never was',
    failed('no'),
    'apply',
    'encryption_enabled different, encryption_key_sid different, friendly_name same',
  ],
  [
    'a write that nobody read back',
    failed('yes'),
    'apply',
    'encryption_enabled unverified, encryption_key_sid unverified, friendly_name same',
  ],
  [
    'a write of which nobody knows',
    failed('unknown'),
    'apply',
    'encryption_enabled unverified, encryption_key_sid unverified, friendly_name same',
  ],
])('the rows of %s have their marks, what is the same last', (_, outcome, mode, marks) => {
  const rows = rowsOf(outcome, observationOf(outcome) ?? expect.unreachable(), mode)
  expect(rows).toHaveLength(settingNames.length)
  expect(rows.flatMap(({ setting, mark }) => (mark === 'unmanaged' ? [] : [`${setting} ${mark}`])).join(', ')).toBe(
    marks,
  )
})

it.each<[string, Partial<Finding>, Desired, Current, string]>([
  ['that is named and as desired', {}, safe, safe, 'broken'],
  ['that nobody manages', {}, {}, safe, 'broken'],
  ['that differs', {}, safe, { ...safe, encryption_key_sid: otherKeySid }, 'different'],
  ['that does no harm yet', { severity: 'warning' }, safe, safe, 'same'],
  ['that is only old', { rule: 'key-age' }, safe, safe, 'same'],
  ['of the other kind', { rule: 'aws-credential-missing' }, safe, safe, 'same'],
])('the row of a credential %s has the right mark', (_, over, asked, current, mark) => {
  const finding: Finding = { rule: 'key-missing', subject: 'live', severity: 'error', message: '', ...over }
  const found = { ...observation(asked, current), findings: [finding] }
  const rows = rowsOf({ status: 'compared', ...found }, found, 'check')
  expect(rows.find(({ setting }) => setting === 'encryption_key_sid')?.mark).toBe(mark)
})
