import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Environment } from '../../src/twilio/attempt.ts'
import { createDispatcher } from '../../src/twilio/connection.ts'
import { createThrottle } from '../../src/twilio/throttle.ts'
import { type Credential } from '../../src/shared/secrets.ts'

/** What came over the wire. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers the request with this number, counted from 1. */
export type Responder = (response: ServerResponse, request: IncomingMessage, number: number) => void

/**
 * A server on this machine, and the effects of a client that is pointed at it. Nothing waits, and
 * nothing is by chance.
 */
export interface Loopback {
  readonly environment: Environment
  readonly received: readonly Received[]
  readonly waits: readonly number[]
  readonly log: readonly string[]
  readonly sockets: () => number
  readonly stop: AbortController
  readonly close: () => Promise<void>
}

/** Starts a {@link Loopback} with the given responses. */
export async function startLoopback(respond: Responder, over: Partial<Environment> = {}): Promise<Loopback> {
  const received: Received[] = []
  const [waits, log]: [number[], string[]] = [[], []]
  let sockets = 0
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      respond(response, request, received.length)
    })
  })
  server.on('connection', () => sockets++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sandbox = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const dispatcher = await createDispatcher(null, 1)
  const stop = new AbortController()
  const environment: Environment = {
    dispatcher,
    throttle: createThrottle(1),
    sandbox,
    signal: stop.signal,
    end: stop.signal,
    wait: async (pause) => void waits.push(pause),
    random: () => 0.5,
    track: () => undefined,
    secrets: [],
    accepted: new Set(),
    hasRegion: false,
    note: () => undefined,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    log: (line) => void log.push(line),
    ...over,
  }
  const close = async (): Promise<void> => {
    await dispatcher.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { environment, received, waits, log, sockets: () => sockets, stop, close }
}

/** Answers with a status, JSON and headers. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** An API key whose secret has every character that a form of it could spell otherwise. */
export const credential: Credential = { user: `SK${'a'.repeat(32)}`, password: 'secret-of-key-a/+=aaaaaaaaaaaaaa' }
