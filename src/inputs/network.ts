import type { InputReader } from './reader.ts'

/** https://nodejs.org/api/url.html gives `[::1]` with its brackets; all of 127.0.0.0/8 is loopback. */
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/

/** Whether a sandbox answers instead of Twilio, or is meant to: the variable may be wrong. */
export function namesSandbox(env: Readonly<NodeJS.ProcessEnv>): boolean {
  return (env['TWILIO_SANDBOX_URL']?.trim() ?? '') !== ''
}

/** The origin that replaces every host of Twilio, on this machine only; `null` for the real ones. */
export function readSandbox(reader: InputReader, env: Readonly<NodeJS.ProcessEnv>): string | null {
  if (!namesSandbox(env)) return null
  const text = env['TWILIO_SANDBOX_URL']?.trim() ?? ''
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    loopback.test(url.hostname) &&
    url.username === '' &&
    url.password === ''
  )
    return url.origin
  reader.mistake(
    'The environment variable "TWILIO_SANDBOX_URL" must be a URL on this machine, such as http://127.0.0.1:8787. Credentials are sent to Twilio and nowhere else; unset it to use Twilio',
  )
  return null
}

/**
 * Node trusts every certificate if this variable is `0`, so that anybody could take the credential.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
export function checkTls(reader: InputReader, env: Readonly<NodeJS.ProcessEnv>): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    reader.mistake(
      'The environment variable "NODE_TLS_REJECT_UNAUTHORIZED" is 0, so that any certificate is trusted, and anybody in between could take the credential. Unset it. If a corporate proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its CA certificate',
    )
}

/** The variables by which undici finds a proxy. */
const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const

/** The proxies to use, by the names of undici; empty: none. */
export interface Proxies {
  readonly httpProxy: string
  readonly httpsProxy: string
  /** The hosts that are reached without one, separated by commas. */
  readonly noProxy: string
}

/** The proxies that the environment names. One that is set to nothing in small letters hides none in capitals. */
export function readProxies(env: Readonly<NodeJS.ProcessEnv>): Proxies {
  return {
    httpProxy: env['http_proxy'] || env['HTTP_PROXY'] || '',
    httpsProxy: env['https_proxy'] || env['HTTPS_PROXY'] || '',
    noProxy: env['no_proxy'] || env['NO_PROXY'] || '',
  }
}

/** Whether the environment names a region of Twilio other than the one of Video, which this action always uses. */
export function hasRegion(env: Readonly<NodeJS.ProcessEnv>): boolean {
  return !['', 'us1'].includes(env['TWILIO_REGION']?.trim().toLowerCase() ?? '')
}

/** Checks the variables that name proxies. Their values may hold a password, so no mistake repeats one. */
export function checkProxies(reader: InputReader, env: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of proxyVariables) {
    const text = env[name] ?? ''
    if (text !== '' && !isProxy(text))
      reader.mistake(
        `The environment variable "${name}" must be the URL of a proxy, such as http://proxy.example.com:3128, with what is special in its password percent-encoded; or unset it`,
      )
  }
}

function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (!/^(https?|socks5?):$/.test(protocol) || hostname === '') return false
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}
