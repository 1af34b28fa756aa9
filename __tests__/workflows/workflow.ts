import { isMap, isScalar, LineCounter, parseDocument, type Pair } from 'yaml'
import * as z from 'zod/mini'
import type { Source } from './files.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const values = z.optional(z.record(z.string(), z.nullable(scalar)))
const permissions = z.optional(z.union([z.string(), z.record(z.string(), z.string())]))
const step = z.object({
  name: z.optional(z.string()),
  id: z.optional(z.string()),
  uses: z.optional(z.string()),
  run: z.optional(z.string()),
  with: values,
  env: values,
})
const job = z.object({
  permissions,
  'timeout-minutes': z.optional(z.number()),
  uses: z.optional(z.string()),
  with: values,
  secrets: z.optional(z.union([z.literal('inherit'), z.record(z.string(), z.string())])),
  steps: z.optional(z.array(step)),
})
const workflow = z.object({ permissions, jobs: z.record(z.string(), job) })

/** The parts of a workflow that the rules look at. */
export type Workflow = z.infer<typeof workflow>
export type Job = z.infer<typeof job>
export type Step = z.infer<typeof step>

/** The place of something in a workflow: its keys and positions from the top. */
export type Place = readonly (string | number)[]

/** A workflow that was read, with what is needed to say where a problem is. */
export interface ReadWorkflow {
  readonly workflow: Workflow
  /** The line of something in the file; the first line of the workflow if it is missing. */
  readonly lineOf: (place: Place) => number
  /**
   * The comment at the end of the line on which something stands, without its `#`; empty if there is
   * none.
   */
  readonly commentAt: (place: Place) => string
}

/** Reads a workflow. Throws if it is not YAML, or not in the shape of one. */
export function readWorkflow({ text, linesBefore }: Source): ReadWorkflow {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const [error] = document.errors
  if (error !== undefined) throw error
  const localLine = (place: Place): number => counter.linePos(keyOffset(document.contents, place) ?? 0).line
  return {
    workflow: workflow.parse(document.toJS()),
    lineOf: (place) => localLine(place) + linesBefore,
    commentAt: (place) => / # ?(.*)$/.exec(text.split('\n')[localLine(place) - 1] ?? '')?.[1] ?? '',
  }
}

/** Where the last key of a place begins, or the item if that is a position in a list. */
function keyOffset(contents: unknown, place: Place): number | undefined {
  let node = contents
  let offset: number | undefined
  for (const part of place) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && key.value === part)
      if (pair === undefined) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0]
      node = pair.value
    } else if (
      typeof part === 'number' &&
      typeof node === 'object' &&
      node !== null &&
      'items' in node &&
      Array.isArray(node.items)
    ) {
      node = node.items[part]
      if (isMap(node)) offset = node.range?.[0]
    }
  }
  return offset
}
