import { validateAnswer, validateRequest } from './description.ts'
import type { Sandbox } from './sandbox.ts'

/** A user name and a password. */
export type Pair = readonly [user: string, password: string]

/** The response, and the places where request or response differ from Twilio's description. */
export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, if it is an object of JSON; else empty. */
  readonly body: Readonly<Record<string, unknown>>
  readonly problems: readonly string[]
}

/** How a request is sent. A `form` makes it a POST. */
export interface Asking {
  readonly as: Pair | null
  readonly method?: string
  readonly form?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Sends one request to a sandbox, and compares it and its answer with Twilio's description. */
export async function ask(
  sandbox: Sandbox,
  path: string,
  { as, form, method = form === undefined ? 'GET' : 'POST', signal }: Asking,
): Promise<Asked> {
  const response = await fetch(sandbox.url + path, {
    method,
    redirect: 'manual',
    headers: as === null ? {} : { authorization: `Basic ${Buffer.from(as.join(':')).toString('base64')}` },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await response.text()
  const body = parsed(text)
  const problems = validateAnswer(method, path, response.status, text === '' ? null : body)
  // A request that is refused need not fit.
  if (response.ok)
    problems.push(
      ...validateRequest(
        method,
        path,
        form === undefined ? undefined : 'application/x-www-form-urlencoded',
        form ?? {},
      ),
    )
  return { status: response.status, headers: response.headers, text, body, problems }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
