import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Answer, moreInfo } from './answers.ts'
import type { Effect, FaultStatus } from './faults.ts'

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What leaves the sandbox on the wire. */
export type Outgoing =
  | ({ readonly kind: 'whole' } & Response)
  | ({ readonly kind: 'cut-off' } & Response)
  | ({ readonly kind: 'padded'; readonly bytes: number } & Response)
  | { readonly kind: 'nothing' }
  | { readonly kind: 'reset' }

const jsonHeaders = { 'content-type': 'application/json' }

/** A normal answer on the wire. */
export function whole(answer: Answer): Outgoing {
  return { kind: 'whole', ...responseOf(answer) }
}

/** A response as a fault leaves it. `null`: the request was not carried out. */
export function spoilt(effect: Effect, answer: Answer | null): Outgoing {
  const response = answer === null ? { status: 200, headers: jsonHeaders, body: '{}' } : responseOf(answer)
  switch (effect.kind) {
    case 'status':
      return { kind: 'whole', ...errorOf(effect) }
    case 'delay':
      return { kind: 'whole', ...response }
    case 'hang':
      return { kind: 'nothing' }
    case 'reset':
      return { kind: 'reset' }
    case 'truncate':
      return { kind: 'cut-off', ...response, status: 200 }
    case 'body':
      return {
        kind: 'whole',
        status: effect.status ?? 200,
        headers: { 'content-type': effect.contentType ?? 'application/json' },
        body: effect.body,
      }
    case 'huge':
      return { kind: 'padded', ...response, bytes: effect.bytes }
    case 'redirect':
      return { kind: 'whole', status: 307, headers: { location: effect.location }, body: '' }
    case 'wrong-account':
      return { kind: 'whole', ...response, body: withAccount(response.body, effect.sid) }
    case 'altered':
      return {
        kind: 'whole',
        status: effect.status ?? response.status,
        headers: { ...response.headers, ...effect.headers },
        body: Buffer.from(
          JSON.stringify({ ...(JSON.parse(String(response.body)) as object), ...effect.properties }),
          effect.encoding ?? 'utf8',
        ),
      }
  }
}

function responseOf(answer: Answer): Response {
  if (answer.kind === 'empty') return { status: answer.status, headers: {}, body: '' }
  if (answer.kind === 'object') return { status: answer.status, headers: answer.headers, body: answer.body }
  return { status: answer.status, headers: { ...jsonHeaders, ...answer.headers }, body: JSON.stringify(answer.body) }
}

function errorOf({
  status,
  code,
  message = 'The sandbox was told to fail',
  moreInfo: link,
  headers = {},
  html = false,
  rfc9457 = false,
}: FaultStatus): Response {
  const page = link ?? (code === undefined ? undefined : moreInfo(code))
  if (html)
    return {
      status,
      headers: { 'content-type': 'text/html', ...headers },
      body: `<html><body><h1>${status} ${message}</h1></body></html>`,
    }
  if (rfc9457) {
    const problem = { type: page ?? 'about:blank', title: message, status, code, detail: message }
    return {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
      body: JSON.stringify(problem),
    }
  }
  return {
    status,
    headers: { ...jsonHeaders, ...headers },
    body: JSON.stringify({ code, message, more_info: page, status }),
  }
}

function withAccount(body: string | Buffer, sid: string | null): string | Buffer {
  if (body === '' || typeof body !== 'string') return body
  const parsed: unknown = JSON.parse(body)
  return JSON.stringify(parsed, (name, value: unknown) => (name === 'account_sid' ? sid : value))
}

/** The status that the client sees; `null` if it sees none. */
export function statusOf(outgoing: Outgoing): number | null {
  return 'status' in outgoing ? outgoing.status : null
}

/** Sends a response. A client that has gone is not an error. */
export async function send(outgoing: Outgoing, response: ServerResponse): Promise<void> {
  switch (outgoing.kind) {
    case 'nothing':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'whole':
      response.writeHead(outgoing.status, { ...lengthOf(outgoing), ...outgoing.headers }).end(outgoing.body)
      return
    case 'cut-off': {
      const half = outgoing.body.slice(0, Math.ceil(outgoing.body.length / 2))
      response
        .writeHead(outgoing.status, { ...lengthOf(outgoing), ...outgoing.headers })
        .write(half, () => response.socket?.end())
      return
    }
    case 'padded':
      response.writeHead(outgoing.status, outgoing.headers)
      await pipeline(Readable.from(padded(outgoing.body, outgoing.bytes)), response).catch(() => undefined)
  }
}

function lengthOf({ status, body }: Response): Record<string, string> {
  return status === 204 || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}

function* padded(start: string | Buffer, bytes: number): Generator<Buffer> {
  yield typeof start === 'string' ? Buffer.from(start) : start
  const piece = Buffer.alloc(64 * 1024, ' ')
  for (let left = bytes - Buffer.byteLength(start); left > 0; left -= piece.length) yield piece.subarray(0, left)
}
