import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import type { Annotation } from '../action/action.ts'

/** So many annotations of a level does GitHub keep of a step. */
export const mostAnnotations = 10

/** So many characters of a line, and of an annotation's message, does GitHub keep. */
export const longestLine = 4096

/** The annotations as the run page keeps them: the first ones of each level, cut. */
export function keptAnnotations(all: readonly Annotation[]): Annotation[] {
  return ['error', 'warning', 'notice'].flatMap((level) =>
    all
      .filter((annotation) => annotation.level === level)
      .slice(0, mostAnnotations)
      .map((annotation) => ({ ...annotation, message: annotation.message.slice(0, longestLine) })),
  )
}

/** Annotations as a page of text. */
export function annotationsText(annotations: readonly Annotation[]): string {
  return annotations.map(({ level, title, message }) => `[${level}] ${title ?? '(no title)'}\n${message}\n`).join('\n')
}

/**
 * A log as a runner shows it: secrets masked, commands carried out.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function shownLog(log: string): string {
  const lines = log.split('\n')
  const masks = lines
    .flatMap((line) => /^::add-mask::(.+)$/.exec(line)?.[1] ?? [])
    .map(decoded)
    .toSorted((one, other) => other.length - one.length)
  return lines
    .flatMap(shownLine)
    .map((line) => masks.reduce((text, mask) => text.replaceAll(mask, '***'), line))
    .join('\n')
}

function shownLine(line: string): string[] {
  const [, command, message = ''] = /^::([\w-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
  switch (command) {
    case undefined:
      return [line]
    case 'error':
    case 'warning':
    case 'notice':
      return [`${command.charAt(0).toUpperCase()}${command.slice(1)}: ${decoded(message)}`]
    case 'group':
      return [`▾ ${decoded(message)}`]
    default:
      return []
  }
}

function decoded(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}

/** Markdown as GitHub renders it. */
export function htmlOf(markdown: string): string {
  return micromark(markdown, 'utf8', {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

/** What a reader of Markdown reads: no tags, no comments, no places where a line may break. */
export function readableText(markdown: string): string {
  return htmlOf(markdown)
    .replaceAll(/<!--[\s\S]*?-->|<\/?[a-z][^>]*>/g, '')
    .replaceAll(/&(?:#(\d+)|([a-z]+));/g, (whole, code: string | undefined, name = '') =>
      code === undefined ? (named[String(name)] ?? whole) : String.fromCodePoint(Number(code)),
    )
}
