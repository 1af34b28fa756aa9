import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request that the sandbox received. */
export interface RecordedRequest {
  method: string
  /** Without the query. */
  path: string
  /** Path and query, byte for byte as they came. */
  url: string
  query: Record<string, string>
  headers: Record<string, string>
  /** Empty if the body is not form-encoded. */
  form: Record<string, string>
  body: string
  /** The account of the credential; `null` if the credential is missing or wrong. */
  account: string | null
  /** `null` until there is an answer, and for ever if there is none. */
  status: number | null
  requestId: string
  /** The connection it came on: 1, 2, … */
  socket: number
  /** When it arrived, in milliseconds. */
  at: number
}

/** Reads a request to its end. */
export async function readRequest(
  incoming: IncomingMessage,
  arrival: Pick<RecordedRequest, 'account' | 'requestId' | 'socket' | 'at'>,
): Promise<RecordedRequest> {
  const body = await text(incoming)
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
  const isForm =
    (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    url: incoming.url ?? '/',
    query: Object.fromEntries(url.searchParams),
    headers,
    form: isForm ? Object.fromEntries(new URLSearchParams(body)) : {},
    body,
    status: null,
    ...arrival,
  }
}
