import type { Listing } from '../src/settings/credentials.ts'
import { diff } from '../src/settings/diff.ts'
import { requirementFindings } from '../src/settings/requirements.ts'
import type { Event } from '../src/inputs/event.ts'
import type { Inputs } from '../src/inputs/inputs.ts'
import { type Policy, settingsGuards } from '../src/settings/guards.ts'
import type { Observation, Outcome } from '../src/run/outcome.ts'
import type { AccountPort, Effects, Reading } from '../src/run/effects.ts'
import { blank, type Current, type Desired } from '../src/settings/settings.ts'
import type { Target } from '../src/settings/target.ts'
import { accountSid, otherAccountSid, safe } from './action/fixtures.ts'

export const target: Target = { accountSid, resource: 'composition-settings' }
export const otherTarget: Target = { accountSid: otherAccountSid, resource: 'composition-settings' }

/** An event without anything special about it. */
export const push: Event = {
  name: 'push',
  isPullRequest: false,
  pullRequest: null,
  mayKeepIssue: false,
  withoutSecrets: null,
}

/** A policy that refuses only what is always refused. */
export function policy(over: Partial<Policy> = {}): Policy {
  return {
    mode: 'apply',
    isRead: false,
    requirements: [],
    allowed: [],
    expectedPlan: null,
    resources: ['composition-settings'],
    credentials: { verify: false, maxKeyAgeDays: null },
    mediaHours: null,
    isPullRequest: false,
    ...over,
  }
}

/** The observations of a run on an account that has `current`. */
export function observation(desired: Desired, current: Current, over: Partial<Policy> = {}): Observation {
  const changes = diff(desired, current)
  const found = {
    guards: settingsGuards({ target, desired, current, changes }, [], policy(over)),
    findings: requirementFindings(desired, current, over.requirements ?? []),
  }
  return { target, desired, current, changes, upload: null, ...found, media: null, requestIds: ['RQ1'] }
}

/** The outcome of a write on `before` after which the account has `after`. */
export function written(
  desired: Desired,
  before: Current,
  after: Current,
  over: Partial<Policy> = {},
): Extract<Outcome, { status: 'written' }> {
  const found = requirementFindings(desired, after, over.requirements ?? [])
  return {
    status: 'written',
    ...observation(desired, before, over),
    findings: found,
    uploaded: null,
    after,
    remaining: diff(desired, after),
    overwritten: [],
  }
}

/** The response of an account on which the settings were never set. */
export const neverConfigured: Reading = {
  isConfigured: false,
  accountSid: null,
  current: blank,
  requestId: null,
  isRedacted: false,
}

/** Media at which nobody is to look. */
export const unseenMedia: AccountPort['media'] = () => {
  const unseen = () => Promise.reject(new Error('Nobody looks at media here'))
  return { list: unseen, look: unseen }
}

/** What an account does on one call instead of the honest thing, which is what `honest` does. */
export type Twist<T> = (honest: () => Reading) => T

/** An account at a Twilio without a network. */
export interface FakeAccount {
  readonly effects: Effects
  readonly state: () => Current
  /** The calls that came, in their order. */
  readonly calls: readonly string[]
  readonly sent: readonly Current[]
  readonly waits: readonly number[]
  readonly log: readonly string[]
}

/**
 * A fake account; its first read does `reads[0]`, its second `reads[1]`, and so on; the honest thing
 * where there is none.
 */
export function fakeAccount(
  initial: Current,
  twists: { reads?: readonly (Twist<Reading> | null)[]; writes?: readonly (Twist<Reading> | null)[] } = {},
): FakeAccount {
  let state = initial
  const [reads, writes] = [[...(twists.reads ?? [])], [...(twists.writes ?? [])]]
  const [calls, waits, log]: [string[], number[], string[]] = [[], [], []]
  const sent: Current[] = []
  const reading = (): Reading => ({
    isConfigured: true,
    accountSid,
    current: state,
    requestId: `RQ${calls.length}`,
    isRedacted: false,
  })
  const port = {
    read: async (): Promise<Reading> => {
      calls.push('GET')
      return (reads.shift() ?? ((honest) => honest()))(reading)
    },
    write: async (values: Current): Promise<{ isWritten: boolean; reading: Reading }> => {
      calls.push('POST')
      sent.push(values)
      const answer = (writes.shift() ?? ((honest) => honest()))(() => {
        state = { ...state, ...values }
        return reading()
      })
      return { isWritten: true, reading: answer }
    },
  }
  const notAsked = async (): Promise<Listing> => ({ kind: 'not-asked' })
  const account: AccountPort = {
    isOwn: true,
    settings: () => port,
    media: unseenMedia,
    publicKeys: notAsked,
    awsCredentials: notAsked,
    upload: () => Promise.reject(new Error('nothing is to be uploaded')),
  }
  const effects: Effects = {
    account: () => account,
    forget: () => {},
    width: 1,
    looksAtOnce: 1,
    limitTime: () => ({ signal: new AbortController().signal, over: new Promise(() => {}), end: () => {} }),
    stopped: () => null,
    wait: async (pause) => void waits.push(pause),
    now: () => new Date('2026-01-02T03:04:05Z'),
    log: (line) => void log.push(line),
    say: () => {},
  }
  return { effects, state: () => state, calls, sent, waits, log }
}

/** What an account without the edition answers. */
export const withoutEdition: Current = { friendly_name: safe.friendly_name }

/** The inputs of a workflow that asks for nothing, and has no credentials. */
export const bareInputs: Inputs = {
  mode: 'check',
  isRead: false,
  access: { kind: 'missing', accountSid, reason: 'nothing is sent here' },
  fleet: { accounts: { kind: 'self' }, concurrency: 8, shard: null },
  resources: ['composition-settings'],
  desired: {},
  key: { kind: 'unmanaged' },
  credentials: { verify: false, maxKeyAgeDays: null },
  mediaHours: null,
  requirements: [],
  allowed: [],
  expectedPlan: null,
  sandbox: null,
  proxies: { httpProxy: '', httpsProxy: '', noProxy: '' },
  hasRegion: false,
  warnings: [],
}
