/** What the sandbox answers: a body of JSON, an object of a bucket or its refusal, or nothing. */
export type Answer =
  | {
      readonly kind: 'json'
      readonly status: number
      readonly body: Readonly<Record<string, unknown>>
      readonly headers: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'object'
      readonly status: number
      readonly body: Buffer
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'empty'; readonly status: 204 }

/** A success with a body. */
export function json(status: number, body: Readonly<Record<string, unknown>>): Answer {
  return { kind: 'json', status, body, headers: {} }
}

/** A success without a body. */
export const noContent: Answer = { kind: 'empty', status: 204 }

/** An error in the shape that Twilio's REST API has everywhere. */
export function refusal(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { kind: 'json', status, body: { code, message, more_info: moreInfo(code), status }, headers }
}

/** The page of Twilio's documentation about an error. */
export function moreInfo(code: number): string {
  return `https://www.twilio.com/docs/errors/${code}`
}

/** A parameter that is missing or malformed: on video.twilio.com that is 400 with code 20001. */
export function invalid(message: string): Answer {
  return refusal(400, 20001, message)
}

/** A resource that is not there. */
export function notFound(path: string): Answer {
  return refusal(404, 20404, `The requested resource ${path} was not found`)
}

/** A method that the resource does not have. */
export function methodNotAllowed(method: string, path: string): Answer {
  return refusal(405, 20004, `Method ${method} is not allowed on ${path}`)
}
