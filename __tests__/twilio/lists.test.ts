import { describe, expect, it } from 'vitest'
import { AuthError, ResponseError } from '../../src/errors.ts'
import { listAccounts } from '../../src/twilio/accounts.ts'
import type { Call, Client } from '../../src/twilio/client.ts'
import { listCredentials } from '../../src/twilio/credentials.ts'

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

describe('a list of credentials', () => {
  it('that the key may not read is hidden, and anything else that fails is an error', async () => {
    const denied = new AuthError({ method: 'GET', path: '/v1/Credentials/AWS', status: 403, code: 70051, detail: null, moreInfo: null, requestId: null, attempts: 1 }, '')
    await expect(listCredentials(() => Promise.reject(denied), 'aws')).resolves.toMatchObject({ kind: 'hidden' })
    await expect(listCredentials(() => Promise.reject(new ResponseError('no')), 'aws')).rejects.toThrow('no')
  })
})
