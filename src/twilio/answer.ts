import type * as z from 'zod/mini'
import { firstOf } from '../shared/text.ts'
import { ResponseError, sentFacts } from '../shared/errors.ts'
import type { Answer } from './client.ts'

/** The most places that an error names. */
const mostPlaces = 5

/**
 * The body of an answer by its schema; throws a `ResponseError` that names the properties that are not
 * as documented.
 */
export function checked<T>(schema: z.ZodMiniType<T>, { body, requestId, attempts }: Answer, call: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the body')
  throw new ResponseError(
    `${call} was answered with something other than Twilio documents, in ${firstOf(places, mostPlaces, 'places')} (${sentFacts(requestId, attempts)}).`,
  )
}
