import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/shared/errors.ts'
import { postText, cut, hasMarker, isSameText, line, markerOf, post } from '../../src/github/post.ts'
import { quiet } from '../../src/github/escape.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import { type Report, report as reportOf } from '../../src/report/report.ts'
import { denied, inSync } from '../report/fleet-outcomes.ts'

const topic = {
  account: `AC${'A'.repeat(32)}`,
  resources: 'compositions',
  shard: '',
  workflow: 'Nightly --> <b>',
  isSandbox: false,
}
const marker = markerOf('drift-issue', topic)

describe('a post of ours', () => {
  it('has a marker that no workflow can end early', () => {
    expect(marker).toBe(
      `<!-- twilio-composition-settings drift-issue account=ac${'a'.repeat(32)} resources=compositions workflow=Nightly%20--%3E%20%3Cb%3E`,
    )
  })

  it.each<[string, string, boolean]>([
    ['one that begins with it', post(marker, 'x', 'y', null), true],
    ['one that quotes it', `> ${post(marker, 'x', 'y', null)}`, false],
    ['one about a workflow whose name goes on', post(`${marker}%20b`, 'x', 'y', null), false],
    [
      'one of a run against a sandbox',
      post(markerOf('drift-issue', { ...topic, isSandbox: true }), 'x', 'y', null),
      false,
    ],
    ['one about a shard', post(markerOf('drift-issue', { ...topic, shard: '1/2' }), 'x', 'y', null), false],
    [
      'one about another account',
      post(markerOf('drift-issue', { ...topic, account: `AC${'b'.repeat(32)}` }), 'x', 'y', null),
      false,
    ],
  ])('is %s: %j', (_, body, has) => {
    expect(hasMarker(body, marker)).toBe(has)
  })

  it('is the same by whichever run', () => {
    const by = (url: string | null): string => post(marker, 'x', 'y', url)
    expect(isSameText(by('https://github.com/your-org/app/actions/runs/1'), by('https://github.com/a?b&"<c'))).toBe(
      true,
    )
    expect(isSameText(by(null), by('https://github.com/your-org/app/actions/runs/1'))).toBe(true)
    expect(isSameText(by('a'), post(marker, 'x', 'z', 'a'))).toBe(false)
    expect(isSameText(by('a'), `${by('a')}more`)).toBe(false)
  })

  it('is the same with the line ends of GitHub', () => {
    expect(isSameText('a\r\nb', 'a\nb\n')).toBe(true)
    expect(isSameText('a\nb', 'a\nc')).toBe(false)
  })
})

describe('quiet', () => {
  it.each([
    ['@team and @org/team', '@&#8203;team and @&#8203;org/team'],
    ['#1, org/app#23, GH-4 and gh-5', '#&#8203;1, org/app#&#8203;23, GH-&#8203;4 and gh-&#8203;5'],
    ['## Heading', '## Heading'],
    ['<code>@team #1</code> @a <code>#2</code>', '<code>@team #1</code> @&#8203;a <code>#2</code>'],
    ['&lt;b&gt;', '&lt;b&gt;'],
  ])('%s', (text, quieted) => {
    expect(quiet(text)).toBe(quieted)
  })

  it('leaves no mention in a line, whatever it holds', () => {
    assert(
      property(array(constantFrom('@', '#', '1', 'GH-', 'gh-', '<code>', '</code>', '&', ';', '\n', 'a')), (parts) => {
        expect(line(parts.join(''))).not.toMatch(/@(?!&#8203;)|(?<!&)#\d|GH-\d|<|\n/i)
      }),
    )
  })
})

describe('cut', () => {
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, index) => `<tr><td>${index}</td></tr>`).join('\n')
  const text = `## Heading\n\n<table>\n${rows(50)}\n</table>\n\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n\n<details><summary>More</summary>\n<table>\n${rows(50)}\n</table>\n</details>`

  it('leaves alone what is short enough', () => {
    expect(cut(text, text.length)).toBe(text)
  })

  it('keeps whole lines, closes what is open, and says so, at every length', () => {
    const notice = 200
    for (let most = notice; most < text.length; most++) {
      const short = cut(text, most)
      expect(short.length).toBeLessThanOrEqual(most)
      expect(short).toContain('⚠️ Cut here, because GitHub takes at most 65,536 characters.')
      for (const name of ['table', 'ul', 'details', 'tr', 'td', 'li'])
        expect([name, short.split(`<${name}>`).length]).toEqual([name, short.split(`</${name}>`).length])
      const kept =
        short
          .split('\n\n<p>⚠️')[0]
          ?.split('\n')
          .filter((each) => each !== '' && !each.startsWith('</')) ?? []
      expect(
        text
          .split('\n')
          .filter((each) => each !== '' && !each.startsWith('</'))
          .slice(0, kept.length),
      ).toEqual(kept)
    }
  })

  it('makes every post fit', () => {
    for (const length of [10, 65_000, 65_500, 200_000])
      expect(post(marker, `${'x'.repeat(40)}\n`.repeat(length / 41), 'small', null).length).toBeLessThanOrEqual(65_536)
  })
})

describe('the text', () => {
  const report: Report = {
    result: 'error',
    isFailure: true,
    hasDrift: null,
    planId: null,
    title: 'Error',
    explanation: 'Lead.',
    annotations: [],
    remarks: [],
    errors: [],
    scope: null,
    body: { kind: 'account', sections: [] },
  }
  const saying = (text: string): string =>
    postText({ ...report, remarks: [{ level: 'error', title: 'ApiError', text }] }, topic)

  it('does not name the request, which is another one in every run', () => {
    expect(saying('GET /x failed with HTTP 500 (request RQ1; tried 5 times). Ask @twilio.')).toContain(
      'failed with HTTP 500 (request …; tried 5 times). Ask @&#8203;twilio.',
    )
    expect(saying('GET /x was no JSON (request RQ2). Why?')).toContain('(request …). Why?')
    expect(saying('GET /x failed (request without an id; tried once).')).toContain(
      '(request without an id; tried once)',
    )
  })

  it('is the same in every run over a fleet, also where an account fails, or a warning is about a request', () => {
    const failing = (requestId: string): Outcome => ({
      ...denied(1),
      error: new AuthError(
        { method: 'GET', path: '/x', status: 401, code: 20003, detail: null, moreInfo: null, requestId, attempts: 1 },
        null,
      ),
    })
    const hidden = (requestId: string): Outcome => ({
      ...inSync(2),
      findings: [
        {
          rule: 'credentials-unknown',
          subject: 'live',
          severity: 'warning',
          message: `Not told: GET /y failed (request ${requestId}; tried once)`,
        },
      ],
    })
    const textOf = (id: string): string =>
      postText(
        reportOf(
          {
            kind: 'ran',
            mode: 'check',
            scope: { accountSid: null, shard: null, names: null },
            outcomes: [failing(`RQ1${id}`), hidden(`RQ2${id}`)],
            requestIds: [],
            listed: null,
            planId: null,
          },
          [],
        ),
        topic,
      )
    expect(textOf('a')).toBe(textOf('b'))
    expect(textOf('a').match(/\(request …; tried once\)/g)).toHaveLength(2)
  })
})
