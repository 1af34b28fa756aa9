import type { Report } from '../report/report.ts'
import { html, quiet } from './escape.ts'
import { sandboxWord, summaryBody } from './summary.ts'
import { withoutRequestId } from '../shared/text.ts'

/**
 * The topic of one comment or issue. Each workflow has its own, because only the one that found a
 * difference can tell that it is gone.
 */
export interface Topic {
  readonly account: string
  readonly resources: string
  /**
   * The part of the accounts, such as `2/5`; empty: all of them. Each shard has its own, since no other
   * one sees its accounts.
   */
  readonly shard: string
  readonly workflow: string
  /** Whether a sandbox answered: such a run never touches what a real one wrote. */
  readonly isSandbox: boolean
}

/** The maximum length of the body of a comment or an issue, in characters. */
const longest = 65_536

/** The beginning of the hidden line that identifies a post. */
export function markerOf(
  kind: 'pull-request-comment' | 'drift-issue',
  { account, resources, shard, workflow, isSandbox }: Topic,
): string {
  const part = shard === '' ? '' : ` shard=${shard}`
  const topic = `account=${account.toLowerCase()} resources=${resources}${part} workflow=${encodeURIComponent(workflow)}`
  return `<!-- twilio-composition-settings ${kind}${isSandbox ? ' sandbox' : ''} ${topic}`
}

/** Whether a post begins with the marker, whoever wrote it. Who quotes it does not begin with it. */
export function hasMarker(body: string, marker: string): boolean {
  return body.startsWith(`${marker} `)
}

/** The account that a post is about: the only one of a run, or else the declared one. */
export function accountOf({ body }: Report, { account }: Topic): string {
  const sections = body.kind === 'account' ? body.sections : []
  return sections.find(({ target }) => target !== null)?.target?.accountSid ?? account
}

/**
 * Whether two texts of a post are the same, the link to the run aside. GitHub may give line ends and the last one
 * in another form.
 */
export function isSameText(a: string, b: string): boolean {
  return normal(a) === normal(b)
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(runLink, '').trim()
}

/** A report as the text of a post: the summary, without what differs from run to run. */
export function postText(report: Report, { isSandbox }: Topic): string {
  return quiet(
    summaryBody(
      {
        ...report,
        remarks: report.remarks.map((remark) => ({ ...remark, text: withoutRequestId(remark.text) })),
        body: lastingBody(report.body),
      },
      isSandbox,
    ),
  )
}

function lastingBody(body: Report['body']): Report['body'] {
  if (body.kind === 'account')
    return { ...body, sections: body.sections.map((section) => ({ ...section, asInputs: null })) }
  const groups = body.fleet.groups.map((group) => ({ ...group, details: withoutRequestId(group.details) }))
  return { ...body, fleet: { ...body.fleet, groups, asInputs: [] } }
}

/** The text of a comment whose difference is gone. */
export function resolvedText({ title, explanation }: Report, { isSandbox }: Topic): string {
  return `<h2>✅ Now in sync${sandboxWord(isSandbox)}</h2>\n\n<p>${line(`${title}. ${explanation}`)}</p>`
}

/** One line of text for a post, whatever it holds. */
export function line(text: string): string {
  return quiet(html(text))
}

/** The link to the run that wrote a post, at its end. */
const runLink = / · <a href="[^"<>]*">Run<\/a>(?=<\/sub><\/p>\s*$)/

/** A whole post: the marker, the text, and small print with the `url` of the run, cut to what GitHub takes. */
export function post(marker: string, text: string, smallPrint: string, url: string | null): string {
  const run = url === null ? '' : ` · <a href="${html(url)}">Run</a>`
  const [head, foot] = [`${marker} -->\n`, `\n\n<p><sub>${smallPrint}${run}</sub></p>\n`]
  return `${head}${cut(text, longest - head.length - foot.length)}${foot}`
}

const cutNotice = `\n\n<p>⚠️ Cut here, because GitHub takes at most ${longest.toLocaleString('en')} characters. The job summary of the run has all of it.</p>`

/**
 * A text of whole lines, at most so many characters. What a line that is left out would have closed is
 * closed, and the end says that it was cut.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const kept: string[] = []
  let open: string[] = []
  let length = cutNotice.length
  for (const line of text.split('\n')) {
    const stillOpen = openAfter(line, open)
    if (length + line.length + 1 + closing(stillOpen).length > most) break
    kept.push(line)
    length += line.length + 1
    open = stillOpen
  }
  return `${kept.join('\n').trimEnd()}${closing(open)}${cutNotice}`
}

/** The elements that are open after a line, the outermost first. A row opens none: it is one line. */
function openAfter(line: string, before: readonly string[]): string[] {
  const open = [...before]
  for (const [, slash, name = ''] of line.matchAll(/<(\/?)(table|ul|details)>/g)) {
    if (slash === '/') open.splice(open.lastIndexOf(name), 1)
    else open.push(name)
  }
  return open
}

function closing(open: readonly string[]): string {
  return open
    .toReversed()
    .map((name) => `\n</${name}>`)
    .join('')
}
