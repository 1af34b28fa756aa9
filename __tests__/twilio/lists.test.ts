import { describe, expect, it } from 'vitest'
import { AuthError, ResponseError } from '../../src/errors.ts'
import { keySid } from '../action/fixtures.ts'
import { listAccounts } from '../../src/twilio/accounts.ts'
import type { Call, Client } from '../../src/twilio/client.ts'
import { listCredentials, uploadPublicKey } from '../../src/twilio/credentials.ts'

/** A Twilio whose lists never end. */
function endless(calls: Call[]): Client {
  return async (call) => {
    calls.push(call)
    return { body: { accounts: [], next_page_uri: '/2010-04-01/Accounts.json?Page=1', credentials: [], meta: { next_page_url: 'https://accounts.twilio.com/v1/Credentials/AWS?Page=1' } }, requestId: null, attempts: 1 }
  }
}

describe('a list that does not end', () => {
  it('of accounts is given up after 1,000 pages', async () => {
    const calls: Call[] = []
    await expect(listAccounts(endless(calls), () => {})).rejects.toThrow(new ResponseError('GET /2010-04-01/Accounts.json has more than 1000 pages.'))
    expect(calls).toHaveLength(1000)
  })

  it('of credentials is given up after 100 pages', async () => {
    const calls: Call[] = []
    await expect(listCredentials(endless(calls), 'aws')).rejects.toThrow(new ResponseError('GET /v1/Credentials/AWS has more than 100 pages.'))
    expect(calls).toHaveLength(100)
  })
})

describe.each(['', ' ', 'CR123', 'not a sid', `AC${'1'.repeat(32)}`])('a credential whose SID is %j', (sid) => {
  const answering: (body: unknown) => Client = (body) => async () => ({ body, requestId: 'RQ1', attempts: 1 })

  it('is not what Twilio documents, in a list', async () => {
    await expect(listCredentials(answering({ credentials: [{ sid: keySid }, { sid }], meta: {} }), 'aws')).rejects.toThrow(new ResponseError('GET /v1/Credentials/AWS was answered with something other than Twilio documents, in credentials.1.sid (request RQ1; tried once).'))
  })

  it('is not what Twilio documents, of an upload', async () => {
    await expect(uploadPublicKey(answering({ sid }), { friendlyName: 'x', key: { pem: '', fingerprint: '' } })).rejects.toThrow(new ResponseError('POST /v1/Credentials/PublicKeys was answered with something other than Twilio documents, in sid (request RQ1; tried once).'))
  })
})

describe('a list of credentials', () => {
  it('that the key may not read is hidden, and anything else that fails is an error', async () => {
    const denied = new AuthError({ method: 'GET', path: '/v1/Credentials/AWS', status: 403, code: 70051, detail: null, moreInfo: null, requestId: null, attempts: 1 }, '')
    await expect(listCredentials(() => Promise.reject(denied), 'aws')).resolves.toMatchObject({ kind: 'hidden' })
    await expect(listCredentials(() => Promise.reject(new ResponseError('no')), 'aws')).rejects.toThrow('no')
  })
})
