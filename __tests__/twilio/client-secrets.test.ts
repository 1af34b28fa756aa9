import { inspect } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { ActionError } from '../../src/shared/errors.ts'
import { secretForms } from '../../src/shared/secrets.ts'
import { createClient } from '../../src/twilio/client.ts'
import { credential, json, type Loopback, type Responder, startLoopback } from './loopback.ts'

let loopback: Loopback
afterEach(() => loopback.close())

const echo = 'echo-of-what-was-sent'
const said = { authorization: `Basic ${echo}`, auth_token: echo, secret: credential.password }

/**
 * Everything that a log could show of an error: its own properties and hidden ones, and those of its
 * causes.
 */
function everything(error: unknown): string {
  const parts = [JSON.stringify(error), inspect(error, { depth: null, showHidden: true, getters: true }), String(error)]
  if (error instanceof Error)
    parts.push(
      error.stack ?? '',
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
      error.cause === undefined ? '' : everything(error.cause),
    )
  return parts.join('\n')
}

it.each<[string, Responder]>([
  ['a refusal', (response) => json(response, 400, { code: 20001, message: 'Wrong', ...said }, { 'x-echo': echo })],
  [
    'a refusal that repeats what was sent',
    (response) =>
      json(response, 400, {
        code: 20001,
        message: `Wrong: ${secretForms(credential).join(' ')}`,
        more_info: `https://example.com/${credential.password}`,
      }),
  ],
  [
    'a problem that repeats what was sent',
    (response) =>
      json(response, 403, {
        code: 20001,
        title: 'Wrong',
        detail: credential.password,
        errors: secretForms(credential).map((detail) => ({ detail, pointer: credential.password })),
      }),
  ],
  [
    'wrong credentials',
    (response) => json(response, 401, { code: 20003, message: 'Wrong', ...said }, { 'x-echo': echo }),
  ],
  [
    'a failure in HTML',
    (response) => response.writeHead(500, { 'x-echo': echo }).end(`<html>${JSON.stringify(said)}</html>`),
  ],
  ['a redirect', (response) => response.writeHead(302, { location: `https://${echo}@example.com` }).end(echo)],
  [
    'something that is not JSON',
    (response) => response.writeHead(200, { 'x-echo': echo }).end(`${JSON.stringify(said)}${echo}`),
  ],
  [
    'a truncated body',
    (response) => {
      response.writeHead(200, { 'content-length': '10000', 'x-echo': echo })
      response.write(JSON.stringify(said), () => response.destroy())
    },
  ],
  ['too much', (response) => response.writeHead(200, { 'x-echo': echo }).end(echo.repeat(60_000))],
  ['a reset', (response) => response.destroy()],
  [
    'a broken header',
    (response) =>
      response.socket?.end(`HTTP/1.1 200 OK\r\nx-echo: ${echo}\r\n: ${echo}\r\n\r\n${JSON.stringify(said)}`),
  ],
  [
    'a broken chunk',
    (response) =>
      response.socket?.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${echo}\r\n${JSON.stringify(said)}`),
  ],
  ['no HTTP at all', (response) => response.socket?.end(`${echo} ${JSON.stringify(said)}\r\n\r\n`)],
  ['the end of the run', () => loopback.stop.abort(new Error('stop'))],
])('an error after %s holds no secret, header or body', async (_, respond) => {
  loopback = await startLoopback(respond)
  const call = {
    host: 'video.twilio.com',
    path: '/v1/Some',
    permission: '/x',
    form: { FriendlyName: 'sent-in-the-form' },
  } as const
  const error: unknown = await createClient(credential, loopback.environment)(call).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ActionError)
  const shown = [everything(error), ...loopback.log].join('\n')
  for (const secret of [...secretForms(credential), 'Basic ', echo, 'sent-in-the-form'])
    expect(shown).not.toContain(secret)
})

/** The secret with each of its letters written as JSON may write it. */
const escaped = credential.password
  .split('')
  .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  .join('')

it.each([200, 400])('an answer with %i gives nobody the secret, however JSON spells it', async (status) => {
  loopback = await startLoopback((response) =>
    response
      .writeHead(status, { 'twilio-request-id': `RQ${'0'.repeat(8)}` })
      .end(`{"message":"a ${escaped} b","list":[{"friendly_name":"${escaped}"}]}`),
  )
  const answer: unknown = await createClient(
    credential,
    loopback.environment,
  )({ host: 'video.twilio.com', path: `/v1/Some?Page=${credential.password}`, permission: null }).catch(
    (thrown: unknown) => thrown,
  )
  expect(everything(answer)).toContain('a *** b')
  for (const secret of secretForms(credential)) expect(everything(answer)).not.toContain(secret)
})

it('an answer that is there to give secrets gives them', async () => {
  loopback = await startLoopback((response) => json(response, 200, { accounts: credential.password }))
  const call = { host: 'api.twilio.com', path: '/', permission: null, givesSecrets: true } as const
  expect((await createClient(credential, loopback.environment)(call)).body).toEqual({ accounts: credential.password })
})

it('a request id that is the secret is none', async () => {
  const user = { user: credential.user, password: 'token-of-letters-only-aaaaaaaaaa' }
  loopback = await startLoopback((response) => json(response, 200, {}, { 'twilio-request-id': user.password }))
  expect(
    await createClient(user, loopback.environment)({ host: 'video.twilio.com', path: '/', permission: null }),
  ).toMatchObject({ requestId: '***' })
})
