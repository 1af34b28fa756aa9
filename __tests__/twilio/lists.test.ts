import { describe, expect, it } from 'vitest'
import { AuthError, ResponseError } from '../../src/errors.ts'
import { type ListedAccount, listAccounts } from '../../src/twilio/accounts.ts'
import type { Call, Client } from '../../src/twilio/client.ts'
import { listCredentials } from '../../src/twilio/credentials.ts'
import { ownPath } from '../../src/twilio/next-page.ts'

/** A Twilio whose lists never end. */
function endless(calls: Call[]): Client {
  return async (call) => {
    calls.push(call)
    return { body: { accounts: [], next_page_uri: '/2010-04-01/Accounts.json?Page=1', credentials: [], meta: { next_page_url: 'https://accounts.twilio.com/v1/Credentials/AWS?Page=1' } }, requestId: null }
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

describe('a list of accounts', () => {
  const account = (digit: string, status: string): object => ({ sid: `AC${digit.repeat(32)}`, auth_token: `token-of-account-${digit}`, status })

  it('is asked for those that are active, so that Twilio sends no others', async () => {
    const calls: Call[] = []
    await listAccounts(async (call) => (calls.push(call), { body: { accounts: [] }, requestId: null }), () => {})
    expect(calls.map(({ host, path, form }) => [host, path, form])).toEqual([['api.twilio.com', '/2010-04-01/Accounts.json?Status=active&PageSize=700', undefined]])
  })

  it('holds those that are active alone, also if Twilio sends others, whose tokens are masked all the same', async () => {
    const accounts = [account('b', 'suspended'), account('a', 'active'), account('c', 'closed')]
    const masked: ListedAccount[] = []
    const listed = await listAccounts(async () => ({ body: { accounts }, requestId: null }), (account) => void masked.push(account))
    expect(listed).toEqual([{ accountSid: `AC${'a'.repeat(32)}`, authToken: 'token-of-account-a' }])
    expect(masked.map(({ authToken }) => authToken)).toEqual(['token-of-account-b', 'token-of-account-a', 'token-of-account-c'])
  })
})

describe('a next page', () => {
  const path = '/2010-04-01/Accounts.json'
  it.each([
    [null, null],
    ['', null],
    [`${path}?Page=1&PageToken=a%2Fb`, `${path}?Page=1&PageToken=a%2Fb`],
    [`https://api.twilio.com${path}?Page=1`, `${path}?Page=1`],
    [`https://elsewhere.example${path}?Page=1`, `${path}?Page=1`],
    [path, path],
  ])('behind %j is %j, at the host that was asked', (link, next) => {
    expect(ownPath(link, 'api.twilio.com', path)).toBe(next)
  })

  it.each(['/2010-04-01/Accounts', `/x${path}`, `${path}/../Keys.json`, 'https://api.twilio.com/', '?Page=1', 'https://'])('is not behind %j, which leaves the list', (link) => {
    expect(() => ownPath(link, 'api.twilio.com', path)).toThrow(new ResponseError('GET /2010-04-01/Accounts.json was answered with a next page that is not one of the list.'))
  })
})

describe('a list that is none', () => {
  it.each([
    [[], 'the body'],
    [null, 'the body'],
    [{ accounts: [{ sid: 1, status: 'active' }], next_page_uri: 2 }, 'accounts.0.sid, next_page_uri'],
  ])('is an error that says where: %j', async (body, where) => {
    await expect(listAccounts(async () => ({ body, requestId: 'RQ1' }), () => {})).rejects.toThrow(new ResponseError(`GET /2010-04-01/Accounts.json was answered with something other than Twilio documents, in ${where} (request RQ1).`))
  })
})

describe('a list of credentials', () => {
  it('that the key may not read is hidden, and anything else that fails is an error', async () => {
    const denied = new AuthError({ method: 'GET', path: '/v1/Credentials/AWS', status: 403, code: 70051, detail: null, moreInfo: null, requestId: null, attempts: 1 }, '')
    await expect(listCredentials(() => Promise.reject(denied), 'aws')).resolves.toMatchObject({ kind: 'hidden' })
    await expect(listCredentials(() => Promise.reject(new ResponseError('no')), 'aws')).rejects.toThrow('no')
  })
})
