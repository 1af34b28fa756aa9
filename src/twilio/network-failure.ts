import { NetworkError, triedTimes } from '../shared/errors.ts'

/**
 * Why no response came, from what a request to a host threw. `call` is its method and path, `timeout` the
 * time that it had, in milliseconds; `reason` is it in a few words, and what `isUntrusted` will not be
 * trusted the next time either.
 */
export function networkFailure(
  thrown: unknown,
  call: string,
  host: string,
  timeout: number,
  attempts: number,
): { readonly error: NetworkError; readonly reason: string; readonly isUntrusted: boolean } {
  const cause = withoutContent(thrown)
  const code = cause.code === undefined ? '' : ` (${cause.code})`
  const isTimeout = cause.name === 'TimeoutError'
  const reason = isTimeout ? `no answer within ${timeout / 1000} s` : `${cause.message || cause.name}${code}`
  const isUntrusted = cause.code !== undefined && certificateErrors.test(cause.code)
  const advice = isUntrusted
    ? `What answers is not known to be ${host}, so the credential was not sent. If a proxy of your company looks into TLS, name the file with its certificate in the environment variable NODE_EXTRA_CA_CERTS.`
    : `Check that the runner reaches ${host} on port 443, and the proxy if there is one.`
  const error = new NetworkError(`${call} got no answer from ${host}: ${reason} (${triedTimes(attempts)}).`, {
    cause,
    advice,
  })
  return { error, reason: isTimeout ? reason : `no answer: ${reason}`, isUntrusted }
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
  return `Ask whoever runs it to let the runner reach ${host} on port 443, and to pass the responses on unchanged.`
}
