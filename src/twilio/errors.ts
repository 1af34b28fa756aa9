import * as z from 'zod/mini'
import { abbreviate } from '../shared/text.ts'
import { ApiError, AuthError, type Refusal } from '../shared/errors.ts'
import { once } from '../shared/async.ts'

/**
 * What to do about an error that Twilio answers, by its code, else by the HTTP status; `null` if nothing
 * is known. `permission` is what a Restricted API key needs for the call.
 * https://www.twilio.com/docs/api/errors
 */
export function advice(
  status: number,
  code: number | null,
  credential: { readonly user: string },
  permission: string | null,
): string | null {
  const wrongPair = credential.user.startsWith('SK')
    ? 'The API key and its secret do not belong together, or the key was deleted, or it is one of another account. Copy both again, or make a new key on this very account.'
    : 'The account SID and the auth token do not belong together: the token of a parent account does not work for a subaccount, a rotated token not at all. Copy both again.'
  const wayOut =
    permission === null
      ? ': Twilio documents no permission for this that a Restricted key can have'
      : `, or grant the Restricted key the permission ${permission}`
  const lacking = credential.user.startsWith('SK')
    ? `The API key may not do this. Use a Standard key${wayOut}.`
    : 'The auth token may not do this on this account. Look at the status of the account in the Twilio Console.'
  switch (code ?? status) {
    case 20003:
    case 401:
      return wrongPair
    case 20004:
    case 20403:
    case 403:
      return lacking
    case 20001:
      return 'Twilio did not accept a value. Encryption needs the Enterprise or Security Edition; the key and the AWS credential must exist on this very account; the AWS credential must be allowed to write to the bucket.'
    case 20005:
      return 'The account is not active. Look at its status in the Twilio Console.'
    case 20008:
      return 'These are test credentials, which cannot reach Video settings. Use the live credentials of the account.'
    case 20429:
    case 429:
      return 'Twilio limits how many requests an account makes at once. Run fewer workflows at the same time, or try again later.'
  }
  if (code !== null) return advice(status, null, credential, permission)
  if (status >= 300 && status < 400)
    return 'Redirects are not followed, so that the credential goes nowhere else. Is there a proxy in between?'
  if (status >= 500) return 'This is a failure at Twilio: see https://status.twilio.com, and run the job again.'
  return null
}

/** The most that is repeated of what Twilio says, in characters. */
const longestDetail = 500

const schemas = once(() => {
  const text = z.catch(z.nullable(z.string()), null)
  const code = z.catch(z.nullable(z.number()), null)
  const errors = z.catch(z.array(z.object({ detail: z.string(), pointer: text })), [])
  return {
    classic: z.object({ code, message: z.string(), more_info: text }),
    /** https://www.rfc-editor.org/rfc/rfc9457, as Twilio's newer services answer it. */
    problem: z.object({ code, type: text, title: z.string(), detail: text, errors }),
  }
})

/**
 * What the JSON of a refusal says, in Twilio's classic form or as RFC 9457; nothing if it is neither,
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
 * The error of a response that is not a 2xx, from what the request was, and the JSON of the response. For
 * `permission` see {@link advice}.
 */
export function refusalError(
  request: Omit<Refusal, 'code' | 'detail' | 'moreInfo'>,
  json: unknown,
  credential: { readonly user: string },
  permission: string | null,
): ApiError {
  const refusal: Refusal = { ...request, ...refusalBody(json) }
  const { status, code } = refusal
  const AnyError = status === 401 || status === 403 ? AuthError : ApiError
  return new AnyError(refusal, advice(status, code, credential, permission))
}

/** An address that people may be sent to, if it is one and short enough to repeat. */
function link(text: string | null): string | null {
  return text !== null && text.startsWith('https://') && text.length <= longestDetail ? text : null
}
