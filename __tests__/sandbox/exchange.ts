import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './answers.ts'
import { claimedAccount, identify } from './authentication.ts'
import type { Context } from './call.ts'
import type { Connections } from './connections.ts'
import type { Fault, Faults } from './faults.ts'
import { send, spoilt, statusOf, whole } from './outgoing.ts'
import { type RecordedRequest, readRequest } from './requests.ts'
import { answerCall } from './routes.ts'

/** The parts that an exchange of request and response needs. */
export interface House {
  readonly context: Context
  readonly faults: Faults
  readonly requests: RecordedRequest[]
  readonly connections: Connections
  readonly nextRequestId: () => string
  readonly onRequest: (request: RecordedRequest) => unknown
  /** The delay of the next response, in milliseconds. */
  readonly delay: () => number
  /** Ends every wait. */
  readonly closing: AbortSignal
}

/** Receives a request, carries it out unless a fault prevents that, and responds as the fault leaves it. */
export async function exchange(incoming: IncomingMessage, response: ServerResponse, house: House): Promise<void> {
  const { state } = house.context
  const { authorization } = incoming.headers
  const requestId = house.nextRequestId()
  response.setHeader('Twilio-Request-Id', requestId)
  const request = await readRequest(incoming, {
    requestId,
    account: identify(authorization, state)?.account.sid ?? null,
    socket: house.connections.numberOf(incoming.socket),
    at: house.context.now().getTime(),
  })
  house.requests.push(request)
  const fault = house.faults.take({
    method: request.method,
    url: incoming.url ?? '/',
    account: claimedAccount(authorization, state),
  })
  await house.onRequest(request)
  const carryOut = () => answerCall(identify(authorization, state), request, house.context)
  const outgoing =
    fault === null
      ? whole(carryOut())
      : spoilt(fault.effect, await answerUnder(fault, request, response, carryOut, house.closing))
  if (fault?.isForeign === true) response.removeHeader('Twilio-Request-Id')
  await pause(house.delay(), house.closing)
  request.status = response.destroyed ? null : statusOf(outgoing)
  await send(outgoing, response)
}

/** The answer that a fault spoils; `null` if the request is not carried out. */
async function answerUnder(
  { effect, carriedOut = false }: Fault,
  request: RecordedRequest,
  response: ServerResponse,
  carryOut: () => Answer,
  closing: AbortSignal,
): Promise<Answer | null> {
  const early = carriedOut && request.method !== 'GET' ? carryOut() : null
  if (effect.kind === 'delay') await pauseFor(response, effect.ms, closing)
  if (early !== null) return early
  const isNormal = ['delay', 'wrong-account', 'altered'].includes(effect.kind)
  const isPartly = request.method === 'GET' && (effect.kind === 'truncate' || effect.kind === 'huge')
  // A client that hangs up during the delay counts as one that did not ask. So the two kinds of lost
  // responses can be told apart.
  return (isNormal || isPartly) && !response.destroyed ? carryOut() : null
}

/** Waits as long as somebody waits for the response: a client that hangs up ends it, however slow the machine is. */
async function pauseFor(response: ServerResponse, milliseconds: number, closing: AbortSignal): Promise<void> {
  const hungUp = new AbortController()
  response.once('close', () => hungUp.abort())
  if (response.destroyed) return
  await pause(milliseconds, AbortSignal.any([closing, hungUp.signal])).catch((thrown: unknown) => {
    if (!hungUp.signal.aborted) throw thrown
  })
}

/** Waits, and then for what has arrived in the meantime: on a busy machine a timer is over before that is seen. */
async function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  if (milliseconds === 0) return
  await wait(milliseconds, undefined, { signal: closing })
  await turn()
}
