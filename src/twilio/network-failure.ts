import { NetworkError, triedTimes } from '../shared/errors.ts'
import { abbreviate } from '../shared/text.ts'

/**
 * The reason why no response came, from the error of a request to a host. `call` is its method and path,
 * `timeout` the time that it had, in milliseconds; `reason` is it in a few words, and what `isFinal` will
 * not be otherwise the next time.
 */
export function networkFailure(
  thrown: unknown,
  call: string,
  host: string,
  timeout: number,
  attempts: number,
): { readonly error: NetworkError; readonly reason: string; readonly isFinal: boolean } {
  const all = failuresIn(thrown)
  const cause = withoutContent(thrown)
  const isTimeout = all.some(({ name }) => name === 'TimeoutError')
  const isUntrusted = all.some(({ code }) => code !== undefined && certificateErrors.test(code))
  const refusal = Number(all.map(({ message }) => tunnelRefusal.exec(message)?.[1]).find((status) => status) ?? 0)
  const failures = isTimeout ? `no answer within ${timeout / 1000} s` : [...new Set(all.map(inWords))].join('; ')
  const reason = refusal === 0 ? failures : `the proxy refused the connection with HTTP ${refusal}`
  const advice = isUntrusted
    ? `What answers is not known to be ${host}, so the credential was not sent. If a proxy of your company looks into TLS, name the file with its certificate in the environment variable NODE_EXTRA_CA_CERTS.`
    : refusal === 0
      ? `Check that the runner reaches ${host} on port 443, and the proxy if there is one.`
      : proxyAdvice(refusal, host)
  const error = new NetworkError(`${call} got no answer from ${host}: ${reason} (${triedTimes(attempts)}).`, {
    cause,
    advice,
  })
  const isFinal = isUntrusted || (refusal !== 0 && refusal < 500)
  return { error, reason: isTimeout ? reason : `no answer: ${reason}`, isFinal }
}

/** What undici says where a proxy answers CONNECT with something else than 200. */
const tunnelRefusal = /^Proxy response \((\d{3})\) !== 200/

/** One thing that failed: an address that was tried, or the cause of something else. */
interface Failure {
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  readonly address: string | undefined
}

/** How deep errors are looked into: it ends those that lead in circles. */
const deepest = 5

/**
 * What failed, in whatever shape Node reports it: an error, one for each address that was tried, or one with
 * a cause.
 */
function failuresIn(thrown: unknown, depth = 0): Failure[] {
  if (typeof thrown !== 'object' || thrown === null)
    return [{ name: 'Error', message: String(thrown), code: undefined, address: undefined }]
  const { name, message, code, address, port, errors, cause } = thrown as Readonly<Record<string, unknown>>
  const inner = [...(Array.isArray(errors) ? errors : []), ...(cause == null ? [] : [cause])]
  const own: Failure = {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    code: typeof code === 'string' ? code : undefined,
    address: typeof address === 'string' ? `${address}:${String(port)}` : undefined,
  }
  const below = depth < deepest ? inner.flatMap((each) => failuresIn(each, depth + 1)) : []
  return own.message === '' && below.length > 0 ? below : [own, ...below]
}

function inWords({ name, message, code, address }: Failure): string {
  const text = abbreviate(message || name)
  const more = [code, address].filter((part) => part !== undefined && !text.includes(part))
  return more.length === 0 ? text : `${text} (${more.join(' ')})`
}

/**
 * The codes of a certificate that is not trusted.
 * https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes
 */
const certificateErrors =
  /^(?:CERT_|SELF_SIGNED_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/

/**
 * What an error says, and nothing else that it holds: undici keeps a part of what it received in those
 * of its parser.
 */
function withoutContent(thrown: unknown): Error & { code?: string } {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  const { name, message, stack = message } = thrown
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  return Object.assign(new Error(message), { name, stack, ...code })
}

/**
 * The error of a response that somebody else than Twilio gave, such as a proxy. `call` is the method and the
 * path of the request.
 */
export function foreignError(call: string, host: string, status: number, attempts: number): NetworkError {
  return new NetworkError(
    `${call} got HTTP ${status}, but not from Twilio: the response has neither a Twilio-Request-Id nor Twilio's JSON (${triedTimes(attempts)}).`,
    { advice: `Is there a proxy in between? ${proxyAdvice(status, host)}` },
  )
}

/** What to do about a proxy that answers itself, with this status. */
function proxyAdvice(status: number, host: string): string {
  if (status === 407)
    return 'The proxy asks for a user and a password: give them in HTTPS_PROXY, as in http://user:password@proxy.example.com:3128, percent-encoded.'
  return `Ask whoever runs the proxy to let the runner reach ${host} on port 443, and to pass the responses on unchanged.`
}
