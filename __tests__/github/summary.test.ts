import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abbreviate } from '../../src/shared/text.ts'
import { ApiError, NetworkError } from '../../src/shared/errors.ts'
import { visible } from '../../src/github/escape.ts'
import { summary } from '../../src/github/summary.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import type { Remark } from '../../src/report/remarks.ts'
import { report } from '../../src/report/report.ts'
import { type Current, type Desired, settingNames } from '../../src/settings/settings.ts'
import { accountSid, keySid, open, otherAccountSid, safe } from '../action/fixtures.ts'
import { render, type Rendered, unescaped } from '../action/rendered.ts'
import { hostileTexts } from '../arbitraries.ts'
import { observation, target, written } from '../builders.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const at = { time, isSandbox: false, documents: null }
type Mode = 'check' | 'plan' | 'apply'
const ran = {
  kind: 'ran',
  scope: { accountSid, shard: null, names: null },
  requestIds: ['RQ1'],
  listed: null,
  planId: 'a'.repeat(64),
} as const
const warned = (text: string): Remark => ({ level: 'warning', title: 'Input', text })
const markdownOf = (outcome: Outcome, mode: Mode = 'check', warnings: string[] = []): string =>
  summary(report({ ...ran, mode, outcomes: [outcome] }, warnings.map(warned)), at)
const compared = (desired: Desired, current: Current): Outcome => ({
  status: 'compared',
  ...observation(desired, current),
})

/** The small print of a page. */
const smallPrint = ({ html }: Rendered): string => unescaped(/<sub>(.*?)<\/sub>/s.exec(html)?.[1] ?? '')

const { aws_s3_url: _, ...openWithoutUrl } = open

describe('a summary', () => {
  it('of drift has a verdict, a list with a mark for each setting, what to do, and the rest folded away', () => {
    const markdown = markdownOf(
      compared({ encryption_enabled: true, encryption_key_sid: keySid, friendly_name: 'Media' }, openWithoutUrl),
    )
    const page = render(markdown)
    expect(markdown).toMatch(/^<h2>❌ Drift: encryption is off, and the encryption key is missing<\/h2>\n\n<p>/)
    expect(page.settings).toEqual([
      [
        ['❌ encryption_enabled', 'false', 'true'],
        ['❌ encryption_key_sid', 'blank', keySid],
        ['✅ friendly_name', 'Media'],
      ],
      [
        ['aws_storage_enabled', 'false'],
        ['aws_s3_url', 'not available'],
        ['aws_credentials_sid', 'blank'],
      ],
    ])
    expect(page.html).toContain('<br>Current: <em>blank</em><br>Desired: <code>')
    expect(page.html).toContain('<details><summary>3 not managed by this workflow</summary>')
    expect(page.points).toEqual([])
    expect(smallPrint(page)).toBe(
      `Account ${accountSid} · 2026-01-02 03:04:05 UTC · Request RQ1 · Plan ${'a'.repeat(12)}`,
    )
  })

  it('of a write that did not take shows now and desired', () => {
    const markdown = markdownOf(
      {
        ...written({ encryption_enabled: true, encryption_key_sid: keySid }, open, {
          ...open,
          encryption_key_sid: keySid,
          friendly_name: 'x',
        }),
        overwritten: ['friendly_name'],
      },
      'apply',
    )
    expect(markdown).toContain('<br>Now: <code>false</code><br>Desired: <code>true</code>')
    expect(render(markdown).settings[0]).toEqual([
      ['❌ encryption_enabled', 'false', 'true'],
      ['✏️ encryption_key_sid', keySid, keySid],
      ['⚠️ friendly_name', 'x', 'x'],
    ])
  })

  it('of a write that nobody verified shows before and desired, and takes nothing for known', () => {
    const seen = observation(
      { encryption_enabled: true, encryption_key_sid: keySid },
      { ...open, encryption_key_sid: keySid },
    )
    const failed = (done: 'no' | 'yes'): Outcome => ({
      status: 'failed',
      target,
      error: new NetworkError('lost'),
      written: done,
      uploaded: { kind: 'no' },
      observation: seen,
      requestIds: [],
    })
    const unknown = markdownOf(failed('yes'), 'apply')
    expect(unknown).toContain('<br>Before: <code>false</code><br>Desired: <code>true</code>')
    expect(render(unknown).settings[0]).toEqual([
      ['❓ encryption_enabled', 'false', 'true'],
      ['✅ encryption_key_sid', keySid],
    ])
    const unwritten = markdownOf(failed('no'), 'apply')
    expect(unwritten).toContain('<br>Current: <code>false</code><br>Desired: <code>true</code>')
    expect(render(unwritten).settings[0]?.[0]).toEqual(['❌ encryption_enabled', 'false', 'true'])
  })

  it.each<[string, Outcome, Mode, string]>([
    ['in sync', compared(safe, safe), 'check', '✅'],
    ['drift in check', compared(safe, open), 'check', '❌'],
    ['drift in plan', compared(safe, open), 'plan', '📝'],
    ['applied', written(safe, open, safe), 'apply', '✅'],
    ['unverified', written(safe, open, open), 'apply', '❌'],
    ['refused', { status: 'refused', ...observation({ encryption_enabled: false }, safe) }, 'apply', '🛑'],
    [
      'noncompliant in check',
      { status: 'compared', ...observation({}, open, { requirements: ['encryption'] }) },
      'check',
      '❌',
    ],
    [
      'noncompliant in plan',
      { status: 'compared', ...observation({}, open, { requirements: ['encryption'] }) },
      'plan',
      '⚠️',
    ],
    ['skipped', { status: 'skipped', accountSid, reason: '', desired: safe, findings: [] }, 'check', '⚠️'],
    ['an error', { status: 'wrong-account', target, answered: null, requestIds: [] }, 'check', '🛑'],
  ])('of %s has its mark in the heading', (_, outcome, mode, mark) => {
    expect(markdownOf(outcome, mode)).toMatch(new RegExp(`^<h2>${mark} `, 'u'))
  })

  it('of two targets names the target of each change, and puts the gravest remark first', () => {
    const recordings = {
      ...observation({ encryption_enabled: true, encryption_key_sid: keySid }, open, { requirements: ['encryption'] }),
      target: { accountSid, resource: 'recording-settings' },
    } as const
    const compositions = observation({ encryption_enabled: true, encryption_key_sid: keySid }, open)
    const both = report(
      {
        ...ran,
        mode: 'check',
        outcomes: [
          { status: 'compared', ...compositions },
          { status: 'compared', ...recordings },
        ],
      },
      [],
    )
    expect(both.annotations.map(({ title, text }) => `${title}: ${text.split(' is ')[0]}`)).toEqual([
      'Encryption is not on: Recording settings: On the live account encryption',
      expect.stringMatching(/^2 settings differ: Composition settings of /),
      expect.stringMatching(/^2 settings differ: Recording settings of /),
    ])
    expect(both.remarks.map(({ level }) => level)).toEqual(['error'])
  })

  it('of a shard says which, and of which parent', () => {
    const other = {
      ...observation(safe, open),
      target: { accountSid: otherAccountSid, resource: 'composition-settings' },
    } as const
    const page = render(
      summary(
        report(
          {
            ...ran,
            scope: { accountSid, shard: { index: 2, count: 4 }, names: null },
            mode: 'check',
            outcomes: [compared(safe, open), { status: 'compared', ...other }],
          },
          [],
        ),
        at,
      ),
    )
    expect(smallPrint(page)).toBe(`Parent ${accountSid} · Shard 2/4 · 2026-01-02 03:04:05 UTC · Plan ${'a'.repeat(12)}`)
  })

  it('of a fleet says why apply refuses before it lists the accounts', () => {
    const refused = (sid: string): Outcome => ({
      status: 'refused',
      ...observation({ encryption_enabled: false }, safe),
      target: { accountSid: sid, resource: 'composition-settings' },
    })
    const page = render(
      summary(report({ ...ran, mode: 'apply', outcomes: [refused(accountSid), refused(otherAccountSid)] }, []), at),
    )
    expect(page.points).toEqual([
      '❌ Encryption would be switched off. What is made from then on stays unencrypted for good. To allow it, run once with "allow-risky-changes: encryption-off".',
      accountSid,
      otherAccountSid,
    ])
    expect(page.html).toContain('<h3>Refused: encryption would be switched off (2 accounts)</h3>')
    expect(page.html).toContain('<p>Composition settings: encryption_enabled: true → false</p>')
  })

  it('of a run that stopped has no settings, and every mistake', () => {
    const page = render(
      summary(
        report(
          {
            kind: 'stopped',
            requestIds: [],
            listed: null,
            error: new ApiError(
              {
                method: 'GET',
                path: '/v1',
                status: 500,
                code: null,
                detail: '<b>',
                moreInfo: null,
                requestId: null,
                attempts: 2,
              },
              null,
            ),
          },
          [warned('A warning.')],
        ),
        at,
      ),
    )
    expect([page.settings, page.tables]).toEqual([[], []])
    expect(page.points).toEqual([
      '❌ GET /v1 failed with HTTP 500: <b> (request without an id; tried 2 times).',
      '⚠️ A warning.',
    ])
    expect(smallPrint(page)).toBe('2026-01-02 03:04:05 UTC')
  })
})

describe('values from outside', () => {
  it('never end an item, and are shown as they are', () => {
    fc.assert(
      fc.property(hostileTexts, hostileTexts, (current, desired) => {
        const page = render(
          markdownOf(compared({ friendly_name: desired }, { friendly_name: current, aws_s3_url: current })),
        )
        const shown = (text: string): string => visible(abbreviate(text, 1000))
        const isSame = current === desired
        expect(page.settings).toEqual([
          [[`${isSame ? '✅' : '❌'} friendly_name`, shown(current), ...(isSame ? [] : [shown(desired)])]],
          settingNames
            .filter((name) => name !== 'friendly_name')
            .map((name) => [name, name === 'aws_s3_url' ? shown(current) : 'not available']),
        ])
        expect(page.points).toEqual([])
      }),
    )
  })

  it('make no element of their own, wherever they stand', () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const error = new ApiError(
          {
            method: 'GET',
            path: '/v1',
            status: 400,
            code: 20001,
            detail: text,
            moreInfo: text,
            requestId: text,
            attempts: 1,
          },
          null,
        )
        const failed: Outcome = {
          status: 'failed',
          target,
          error,
          written: 'no',
          uploaded: { kind: 'no' },
          observation: { ...observation({ friendly_name: 'x' }, { friendly_name: text }), requestIds: [text] },
          requestIds: [text],
        }
        const taken: Outcome = {
          ...written({ friendly_name: 'x' }, open, { ...open, friendly_name: text }),
          requestIds: [text],
        }
        const known = ['br', 'code', 'details', 'em', 'h2', 'li', 'p', 'pre', 'sub', 'summary', 'ul']
        for (const outcome of [failed, taken]) {
          const page = render(markdownOf(outcome, 'apply', [text]))
          // The message of a refusal names its request.
          const request = outcome === taken ? ` · Request ${visible(text)}` : ''
          expect(page.elements.filter((tag) => !known.includes(tag))).toEqual([])
          expect(smallPrint(page)).toBe(
            `Account ${accountSid} · 2026-01-02 03:04:05 UTC${request} · Plan ${'a'.repeat(12)}`,
          )
          expect(page.points).toContain(`⚠️ ${visible(text)}`)
        }
        expect(render(markdownOf({ status: 'wrong-account', target, answered: text, requestIds: [] })).points).toEqual([
          expect.stringContaining(`Account ${visible(abbreviate(text))} answered`),
        ])
      }),
    )
  })

  it('of any length fit in', () => {
    const long = '<'.repeat(100_000)
    const outcomes: Outcome[] = [
      compared(
        { friendly_name: 'x' },
        Object.fromEntries(
          ['friendly_name', 'aws_s3_url', 'aws_credentials_sid', 'encryption_key_sid'].map((name) => [name, long]),
        ),
      ),
      written({ friendly_name: long }, open, { friendly_name: `${long}<` }),
      { status: 'wrong-account', target, answered: long, requestIds: [] },
    ]
    for (const outcome of outcomes) expect(markdownOf(outcome).length).toBeLessThan(40_000)
  })
})

it('links the documents of the version that runs where somebody has to act', () => {
  const documents = 'https://github.com/o/r/blob/v1'
  const of = (outcome: Outcome, mode: Mode): string =>
    summary(report({ ...ran, mode, outcomes: [outcome] }, []), { ...at, documents })
  const red = of({ status: 'compared', ...observation({ encryption_enabled: true }, open) }, 'check')
  expect(red).toContain(`<a href="${documents}/README.md#troubleshooting">Troubleshooting</a>`)
  expect(red).toContain(`<a href="${documents}/.github/SECURITY.md#if-you-suspect-an-incident">`)
  expect(of({ status: 'compared', ...observation({ encryption_enabled: true }, safe) }, 'check')).not.toContain('<a ')
})
