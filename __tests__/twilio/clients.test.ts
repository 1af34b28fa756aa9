import { expect, it } from 'vitest'
import { createAccountClients } from '../../src/twilio/clients.ts'
import { accountPort } from '../../src/twilio/session.ts'
import { type Credential } from '../../src/shared/secrets.ts'

const sid = `AC${'a'.repeat(32)}`
const otherSid = `AC${'b'.repeat(32)}`
const own: Credential = { user: sid, password: 'token-of-a' }
const other: Credential = { user: otherSid, password: 'token-of-b' }

/** A keyring with two credentials, and the credentials that it has given to clients so far. */
function clients(): { readonly ring: ReturnType<typeof createAccountClients>; readonly given: Credential[] } {
  const given: Credential[] = []
  const ring = createAccountClients((credential) => {
    given.push(credential)
    const answer = { body: { account_sid: credential.user }, requestId: null, attempts: 1, isRedacted: false }
    const unasked = () => Promise.reject(new Error('Nobody asks for media here'))
    return accountPort(
      async () => answer,
      credential,
      unasked,
      () => {},
    )
  })
  ring.add(sid, own)
  ring.add(otherSid, other)
  return { ring, given }
}

it('opens each account once, with its own credential', async () => {
  const { ring, given } = clients()
  const port = ring.account(sid)
  expect(ring.account(sid)).toBe(port)
  expect(await ring.account(otherSid).settings('composition-settings').read()).toMatchObject({ accountSid: otherSid })
  expect(given).toEqual([own, other])
})

it('keeps the credential that it got first, whatever the case of the SID', () => {
  const { ring, given } = clients()
  ring.add(`AC${'A'.repeat(32)}`, other)
  ring.account(`AC${'A'.repeat(32)}`)
  expect(given).toEqual([own])
})

it('drops the credential of an account that is forgotten, and keeps the others', () => {
  const { ring, given } = clients()
  ring.account(sid)
  ring.forget(sid)
  expect(() => ring.account(sid)).toThrow(`${sid} was forgotten, or never known`)
  ring.account(otherSid)
  expect(given).toEqual([own, other])
})
