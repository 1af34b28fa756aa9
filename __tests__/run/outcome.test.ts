import { describe, expect, it } from 'vitest'
import { ConflictError, StoppedError } from '../../src/shared/errors.ts'
import { modes } from '../../src/settings/guards.ts'
import { hasDrift, isKnownWrong, isUnjudged } from '../../src/run/known.ts'
import {
  findingsOf,
  isFailure,
  isOutdated,
  isWritten,
  observationOf,
  type Outcome,
  overallResult,
  type Result,
  resultOf,
} from '../../src/run/outcome.ts'
import type { Current, Desired } from '../../src/settings/settings.ts'
import { open, safe } from '../action/fixtures.ts'
import { observation, target, written } from '../builders.ts'

const requirements = { requirements: ['encryption'] } as const
const compared = (desired: Desired, current: Current, over = {}): Outcome => ({
  status: 'compared',
  ...observation(desired, current, over),
})
const failed = (done: 'no' | 'yes' | 'unknown', observed = true): Outcome => ({
  status: 'failed',
  target,
  error: new StoppedError('stopped'),
  written: done,
  uploaded: { kind: 'no' },
  observation: observed ? observation(safe, open, requirements) : null,
  requestIds: [],
})
const skipped = (desired: Desired): Outcome => ({
  status: 'skipped',
  accountSid: null,
  reason: '',
  desired,
  findings: observation(desired, safe, requirements).findings,
})

/** One of every kind of outcome. */
const outcomes = {
  inSync: compared(safe, safe),
  drift: compared(safe, open),
  compliant: compared({}, safe, requirements),
  liveBelow: compared({ friendly_name: 'Media' }, open, requirements),
  liveBelowAndDrift: compared(safe, open, requirements),
  desiredBelow: compared({ encryption_enabled: false }, open, requirements),
  desiredBelowAndDrift: compared({ encryption_enabled: false }, safe, requirements),
  skipped: skipped(safe),
  skippedBelow: skipped({ encryption_enabled: false }),
  wrongAccount: { status: 'wrong-account', target, answered: null, requestIds: [] },
  refused: { status: 'refused', ...observation({ encryption_enabled: false }, safe) },
  refusedInSync: { status: 'refused', ...observation(safe, safe) },
  applied: written(safe, open, safe, requirements),
  appliedBelow: written({ friendly_name: 'Other' }, open, { ...open, friendly_name: 'Other' }, requirements),
  unverified: written(safe, open, open, requirements),
  error: failed('no', false),
  errorObserved: failed('no'),
  errorWritten: failed('yes'),
  errorUnknown: failed('unknown'),
} satisfies Record<string, Outcome>
type Name = keyof typeof outcomes

const green = 'green'
const red = 'red'
it.each<[Name, Result, boolean | null, check: string, plan: string, apply: string]>([
  ['inSync', 'in-sync', false, green, green, green],
  ['drift', 'drift', true, red, green, red],
  ['compliant', 'in-sync', false, green, green, green],
  ['liveBelow', 'noncompliant', false, red, green, red],
  ['liveBelowAndDrift', 'drift', true, red, green, red],
  ['desiredBelow', 'noncompliant', false, red, red, red],
  ['desiredBelowAndDrift', 'noncompliant', true, red, red, red],
  ['skipped', 'skipped', null, green, green, green],
  ['skippedBelow', 'noncompliant', null, red, red, red],
  ['wrongAccount', 'refused', null, red, red, red],
  ['refused', 'refused', true, red, red, red],
  ['refusedInSync', 'refused', false, red, red, red],
  ['applied', 'applied', false, green, green, green],
  ['appliedBelow', 'noncompliant', false, red, green, red],
  ['unverified', 'unverified', true, red, red, red],
  ['error', 'error', null, red, red, red],
  ['errorObserved', 'error', true, red, red, red],
  ['errorWritten', 'error', null, red, red, red],
  ['errorUnknown', 'error', null, red, red, red],
])('%s alone: %s, drift %s; check %s, plan %s, apply %s', (name, result, drift, ...colours) => {
  const outcome = outcomes[name]
  expect(resultOf(outcome)).toBe(result)
  expect(overallResult([outcome])).toBe(result)
  expect(hasDrift([outcome])).toBe(drift)
  expect(modes.map((mode) => (isFailure([outcome], mode) ? red : green))).toEqual(colours)
})

it('covers every outcome in the table above', () => {
  expect(Object.keys(outcomes)).toHaveLength(19)
  expect(new Set(Object.values(outcomes).map((outcome) => outcome.status)).size).toBe(6)
})

describe('several targets', () => {
  it.each<[readonly Name[], Result]>([
    // Something was written, and something else failed.
    [['applied', 'error'], 'partial'],
    [['applied', 'errorUnknown'], 'partial'],
    [['applied', 'refused'], 'partial'],
    [['applied', 'wrongAccount'], 'partial'],
    [['applied', 'unverified'], 'partial'],
    [['unverified', 'error'], 'partial'],
    [['errorWritten', 'error'], 'partial'],
    [['errorUnknown', 'refused'], 'partial'],
    [['appliedBelow', 'error'], 'partial'],
    [['inSync', 'applied', 'error'], 'partial'],
    // Nothing else failed, or nothing was written.
    [['unverified', 'unverified'], 'unverified'],
    [['errorWritten', 'errorUnknown'], 'error'],
    [['unverified', 'inSync'], 'unverified'],
    [['errorUnknown', 'inSync'], 'error'],
    [['error', 'inSync'], 'error'],
    [['error', 'refused'], 'error'],
    [['refused', 'wrongAccount'], 'refused'],
    // The worst of the rest.
    [['error', 'unverified', 'drift'], 'partial'],
    [['errorWritten', 'drift'], 'error'],
    [['refused', 'drift'], 'refused'],
    [['unverified', 'drift'], 'unverified'],
    [['drift', 'desiredBelow'], 'drift'],
    [['drift', 'inSync'], 'drift'],
    [['appliedBelow', 'applied'], 'noncompliant'],
    [['liveBelow', 'inSync'], 'noncompliant'],
    [['applied', 'inSync'], 'applied'],
    [['inSync', 'compliant'], 'in-sync'],
    [['inSync', 'skipped'], 'in-sync'],
    // Nobody was asked, so nothing is proved.
    [[], 'error'],
  ])('%j: %s', (names, result) => {
    const given = names.map((name) => outcomes[name])
    expect(overallResult(given)).toBe(result)
    expect(overallResult(given.toReversed())).toBe(result)
  })

  it.each<[readonly Name[], boolean | null]>([
    [['inSync', 'applied'], false],
    [['inSync', 'drift'], true],
    [['drift', 'error'], true],
    [['inSync', 'error'], null],
    [['inSync', 'skipped'], null],
    [[], false],
  ])('%j: drift is %s', (names, drift) => {
    const given = names.map((name) => outcomes[name])
    expect(hasDrift(given)).toBe(drift)
    expect(hasDrift(given.toReversed())).toBe(drift)
  })

  it('fail as soon as one fails, whatever comes after it', () => {
    const failing = (names: readonly Name[], mode: (typeof modes)[number]): boolean =>
      isFailure(
        names.map((name) => outcomes[name]),
        mode,
      )
    expect(failing(['error', 'applied', 'inSync'], 'apply')).toBe(true)
    expect(failing(['drift', 'desiredBelow'], 'plan')).toBe(true)
    expect(failing(['drift', 'liveBelow'], 'plan')).toBe(false)
    expect(failing(['applied', 'inSync'], 'apply')).toBe(false)
    expect(failing([], 'check')).toBe(false)
  })
})

it('knows what was written, or may have been', () => {
  const names = Object.keys(outcomes) as Name[]
  expect(names.filter((name) => isWritten(outcomes[name]))).toEqual([
    'applied',
    'appliedBelow',
    'unverified',
    'errorWritten',
    'errorUnknown',
  ])
})

it('has findings and an observation as far as the target came', () => {
  expect(findingsOf(outcomes.wrongAccount)).toEqual([])
  expect(findingsOf(outcomes.error)).toEqual([])
  expect(findingsOf(outcomes.errorObserved).map(({ rule }) => rule)).toEqual(['floor-encryption'])
  expect(findingsOf(outcomes.skippedBelow).map(({ subject }) => subject)).toEqual(['desired'])
  expect([outcomes.skipped, outcomes.wrongAccount, outcomes.error].map(observationOf)).toEqual([null, null, null])
  expect(observationOf(outcomes.errorObserved)?.current).toEqual(open)
  expect(observationOf(outcomes.drift)?.current).toEqual(open)
})

describe('what is known at the end', () => {
  const conflict: Outcome = { ...failed('no'), error: new ConflictError('somebody else') } as Outcome
  const read: Outcome = { ...compared({}, open, requirements), status: 'read' } as Outcome
  const wrongAccount: Outcome = { status: 'wrong-account', target, answered: null, requestIds: [] }

  it.each<[string, Outcome, isOutdated: boolean, isWrong: boolean, isUnjudged: boolean]>([
    ['in sync', compared(safe, safe), false, false, false],
    ['drift', compared(safe, open), false, true, false],
    ['a policy that is broken', compared({}, open, requirements), false, true, false],
    ['what was only read, whatever policies say', read, false, false, false],
    ['a failure before anything was read', failed('no', false), false, false, true],
    ['a failure after a difference was seen', failed('no'), false, true, false],
    [
      'a failure after a policy was seen to be broken',
      { ...failed('no'), observation: observation({}, open, requirements) } as Outcome,
      false,
      true,
      false,
    ],
    ['a write that may have been made', failed('unknown'), true, false, true],
    ['a write that was made, and not read back', failed('yes'), true, false, true],
    ['a conflict with somebody else', conflict, true, false, true],
    ['another account', wrongAccount, false, false, true],
    ['a write that took', written(safe, open, safe), true, false, false],
    ['a write that did not take', written(safe, open, open), true, true, false],
  ])('of %s', (_, outcome, outdated, isWrong, unjudged) => {
    expect([isOutdated(outcome), isKnownWrong(outcome), isUnjudged(outcome)]).toEqual([outdated, isWrong, unjudged])
  })
})
