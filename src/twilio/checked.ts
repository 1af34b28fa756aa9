import type * as z from 'zod/mini'
import { ResponseError } from '../errors.ts'
import type { Answer } from './client.ts'

/** The body of an answer by its schema; throws a `ResponseError` that names the properties that are not as documented. */
export function checked<T>(schema: z.ZodMiniType<T>, { body, requestId }: Answer, call: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const where = result.error.issues.map((issue) => issue.path.join('.') || 'the body').join(', ')
  throw new ResponseError(`${call} was answered with something other than Twilio documents, in ${where} (request ${requestId ?? 'without an id'}).`)
}
