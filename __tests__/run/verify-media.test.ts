import { describe, expect, it } from 'vitest'
import type { Effects, MediaPort } from '../../src/run/effects.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import type { Observed, Task } from '../../src/run/read-account.ts'
import { run } from '../../src/run/run.ts'
import type { Mode } from '../../src/settings/guards.ts'
import type { MediaItem } from '../../src/settings/media.ts'
import { NetworkError, StoppedError } from '../../src/shared/errors.ts'
import { accountSid, otherAccountSid, safe } from '../action/fixtures.ts'
import { fakeAccount, policy } from '../builders.ts'

const item = (number: number, over: Partial<MediaItem> = {}): MediaItem => ({
  sid: `CJ${String(number).padStart(32, '0')}`,
  accountSid,
  status: 'completed',
  dateCreated: null,
  externalLocation: null,
  ...over,
})
const desired = { encryption_enabled: true, encryption_key_sid: safe.encryption_key_sid }
const task: Task = {
  kind: 'ready',
  accountSid,
  resources: ['composition-settings'],
  desired,
  key: { kind: 'unmanaged' },
}

/** What comes of an account in sync whose media is like that. */
async function ended(
  media: Partial<MediaPort>,
  {
    mode = 'check',
    mediaHours = 24,
    over = {},
  }: { mode?: Mode; mediaHours?: number | null; over?: Partial<Effects> } = {},
): Promise<{ readonly outcome: Outcome | undefined; readonly looked: readonly string[] }> {
  const { effects } = fakeAccount(safe)
  const looked: string[] = []
  const port: MediaPort = {
    list: async () => ({ items: [item(1)], isMore: false }),
    look: async () => ({ kind: 'encrypted' }),
    ...media,
  }
  const look: MediaPort['look'] = (sid) => (looked.push(sid), port.look(sid))
  const account = { ...effects.account(accountSid), media: () => ({ list: port.list, look }) }
  const { outcomes } = await run([task], policy({ mode, mediaHours }), { ...effects, ...over, account: () => account })
  return { outcome: outcomes[0], looked }
}
const rulesOf = (outcome: Outcome | undefined): string[] =>
  outcome !== undefined && 'findings' in outcome
    ? outcome.findings.map(({ rule, message }) => `${rule}: ${message}`)
    : []

describe('media', () => {
  it('is looked at where that is asked for, and the account compares as well', async () => {
    const { outcome, looked } = await ended({})
    expect(looked).toEqual([item(1).sid])
    expect(outcome).toMatchObject({ status: 'compared', findings: [], media: { sids: { encrypted: looked } } })
  })

  it.each([
    ['check', null],
    ['plan', null],
    ['apply', 24],
  ] as const)('is left alone by %s over %s hours', async (mode, mediaHours) => {
    const { outcome, looked } = await ended({}, { mode, mediaHours })
    expect([looked, outcome]).toMatchObject([[], { status: 'compared', media: null }])
  })

  it('that is in the clear is a finding beside the settings', async () => {
    const { outcome } = await ended({ look: async () => ({ kind: 'unencrypted' }) })
    expect(rulesOf(outcome)).toMatchObject([expect.stringMatching(/^media-unencrypted: 1 composition /)])
  })

  it.each<[string, MediaPort['list'], string]>([
    ['fails', () => Promise.reject(new NetworkError('Nobody answered.')), 'Nobody answered'],
    [
      'has that of another account',
      async () => ({ items: [item(1), item(2, { accountSid: otherAccountSid })], isMore: false }),
      `Twilio listed media of another account, ${otherAccountSid}`,
    ],
  ])('of a list that %s is unknown, and none is looked at', async (_, list, reason) => {
    const { outcome, looked } = await ended({ list })
    expect(looked).toEqual([])
    expect(rulesOf(outcome)).toEqual([`media-unknown: Could not list the compositions of the last 24 hours: ${reason}`])
  })

  it.each([
    ['which Twilio does not say whose it is', null],
    ['whose account is spelled otherwise', accountSid.toLowerCase()],
  ])('is looked at %s', async (_, sid) => {
    const { looked } = await ended({ list: async () => ({ items: [item(1, { accountSid: sid })], isMore: false }) })
    expect(looked).toHaveLength(1)
  })

  it('that takes too long is unknown', async () => {
    const over = Promise.reject(new Error('too long'))
    over.catch(() => {})
    const never = () => new Promise<never>(() => {})
    const limitTime: Effects['limitTime'] = () => ({ signal: new AbortController().signal, over, end: () => {} })
    expect(rulesOf((await ended({ list: never }, { over: { limitTime } })).outcome)).toMatchObject([
      expect.stringMatching(/^media-unknown: .* took more than a minute$/),
    ])
    const aborted: Effects['limitTime'] = () => ({ signal: AbortSignal.abort(), over, end: () => {} })
    expect((await ended({}, { over: { limitTime: aborted } })).looked).toEqual([])
  })

  it('ends with the run', async () => {
    const error = new StoppedError('stopped')
    let isOver = false
    const list: MediaPort['list'] = async () => {
      isOver = true
      return { items: [item(1)], isMore: false }
    }
    const { outcome, looked } = await ended({ list }, { over: { stopped: () => (isOver ? error : null) } })
    expect([looked, outcome]).toMatchObject([[], { status: 'failed', error, observation: { media: null } }])
  })
})

it('is not judged of what is no observation', async () => {
  const { effects } = fakeAccount(safe)
  const { verifyMedia } = await import('../../src/run/verify-media.ts')
  const failed: Observed | Outcome = {
    status: 'wrong-account',
    target: { accountSid, resource: 'composition-settings' },
    answered: null,
    requestIds: [],
  }
  expect(await verifyMedia([failed], policy({ mode: 'check', mediaHours: 24 }), effects)).toEqual([failed])
})
