import * as z from 'zod/mini'
import { abbreviate } from '../shared/text.ts'
import { ApiError, AuthError, type Refusal } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import { advice, credentialCodes, type RefusedRequest } from './advice.ts'

/** The maximum length of a message from Twilio that is repeated, in characters. */
const longestDetail = 500

const schemas = once(() => {
  const text = z.catch(z.nullable(z.string()), null)
  const digits = z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number))
  const code = z.catch(z.nullable(z.union([z.number(), digits])), null)
  const errors = z.catch(z.array(z.object({ detail: z.string(), pointer: text })), [])
  return {
    classic: z.object({ code, message: z.string(), more_info: text }),
    /** https://www.rfc-editor.org/rfc/rfc9457, as Twilio's newer services answer it. */
    problem: z.object({ code, type: text, title: z.string(), detail: text, errors }),
  }
})

/**
 * Reads the JSON of a refusal, in Twilio's classic form or as RFC 9457. Gives nothing if it is neither,
 * such as HTML, which is `undefined`.
 */
export function refusalBody(json: unknown): Pick<Refusal, 'code' | 'detail' | 'moreInfo'> {
  const known = schemas().classic.safeParse(json)
  if (known.success)
    return {
      code: known.data.code,
      detail: abbreviate(known.data.message, longestDetail),
      moreInfo: link(known.data.more_info),
    }
  const newer = schemas().problem.safeParse(json)
  if (!newer.success) return { code: null, detail: null, moreInfo: null }
  const { code, title, detail, type, errors } = newer.data
  const details = errors.map((error) => (error.pointer === null ? error.detail : `${error.pointer}: ${error.detail}`))
  return { code, detail: abbreviate([detail ?? title, ...details].join('; '), longestDetail), moreInfo: link(type) }
}

/**
 * The error of a response that is not a 2xx, from what the request was, and the JSON of the response.
 */
export function refusalError(
  request: Omit<Refusal, 'code' | 'detail' | 'moreInfo'>,
  json: unknown,
  refused: RefusedRequest,
): ApiError {
  const refusal: Refusal = { ...request, ...refusalBody(json) }
  const { status, code } = refusal
  const isRefused = status === 401 || status === 403 || (code !== null && credentialCodes.includes(code))
  const AnyError = isRefused ? AuthError : ApiError
  return new AnyError(refusal, advice(status, code, refused))
}

/** An address that is safe to show to people, and short enough to repeat. */
function link(text: string | null): string | null {
  return text !== null && text.startsWith('https://') && text.length <= longestDetail ? text : null
}
