import { describe, expect, it } from 'vitest'
import { AuthError, ResponseError } from '../../src/shared/errors.ts'
import type { ActiveAccount } from '../../src/run/accounts.ts'
import { listAccounts } from '../../src/twilio/accounts.ts'
import type { Call } from '../../src/twilio/attempt.ts'
import type { Client } from '../../src/twilio/client.ts'
import { listCredentials, uploadPublicKey } from '../../src/twilio/credentials.ts'
import { ownPath } from '../../src/twilio/paging.ts'
import { keySid } from '../action/fixtures.ts'
import { subaccountSid } from '../action/fleet-fixtures.ts'

/** A Twilio whose lists never end. */
function endless(calls: Call[]): Client {
  return async (call) => {
    calls.push(call)
    return {
      body: {
        accounts: [],
        next_page_uri: '/2010-04-01/Accounts.json?Page=1',
        credentials: [],
        meta: { next_page_url: 'https://accounts.twilio.com/v1/Credentials/AWS?Page=1' },
      },
      requestId: null,
      attempts: 1,
      isRedacted: false,
    }
  }
}

describe('a list that does not end', () => {
  it('of accounts is given up after 1,000 pages', async () => {
    const calls: Call[] = []
    await expect(
      listAccounts(
        endless(calls),
        () => true,
        () => {},
      ),
    ).rejects.toThrow(new ResponseError('GET /2010-04-01/Accounts.json has more than 1000 pages.'))
    expect(calls).toHaveLength(1000)
  })

  it('of credentials is given up after 100 pages', async () => {
    const calls: Call[] = []
    await expect(listCredentials(endless(calls), 'aws')).rejects.toThrow(
      new ResponseError('GET /v1/Credentials/AWS has more than 100 pages.'),
    )
    expect(calls).toHaveLength(100)
  })
})

describe.each(['', ' ', 'CR123', 'not a sid', `AC${'1'.repeat(32)}`])('a credential whose SID is %j', (sid) => {
  const answering: (body: unknown) => Client = (body) => async () => ({
    body,
    requestId: 'RQ1',
    attempts: 1,
    isRedacted: false,
  })

  it('is not what Twilio documents, in a list', async () => {
    await expect(
      listCredentials(answering({ credentials: [{ sid: keySid }, { sid }], meta: {} }), 'aws'),
    ).rejects.toThrow(
      new ResponseError(
        'GET /v1/Credentials/AWS was answered with something other than Twilio documents, in credentials.1.sid (request RQ1; tried once).',
      ),
    )
  })

  it('is not what Twilio documents, of an upload', async () => {
    await expect(
      uploadPublicKey(answering({ sid }), { friendlyName: 'x', key: { pem: '', fingerprint: '' } }),
    ).rejects.toThrow(
      new ResponseError(
        'POST /v1/Credentials/PublicKeys was answered with something other than Twilio documents, in sid (request RQ1; tried once).',
      ),
    )
  })
})

describe('a list of accounts', () => {
  type Listed = {
    readonly sid: string
    readonly status: string
    readonly auth_token?: string | null
    readonly friendly_name?: string
  }
  const [one, other, third] = [1, 2, 3].map(subaccountSid) as [string, string, string]
  /** Lists these pages, and gives what was listed and what was masked. */
  const list = async (
    ...pages: readonly (readonly Listed[])[]
  ): Promise<{ readonly accounts: Promise<readonly ActiveAccount[]>; readonly masked: readonly string[] }> => {
    const left = [...pages]
    const masked: string[] = []
    const client: Client = async () => ({
      body: { accounts: left.shift(), next_page_uri: left.length === 0 ? null : '/2010-04-01/Accounts.json?Page=1' },
      requestId: null,
      attempts: 1,
      isRedacted: false,
    })
    const accounts = listAccounts(
      client,
      () => true,
      (token) => void masked.push(token),
    )
    await accounts.catch(() => {})
    return { accounts, masked }
  }
  const active = (sid: string, token: string | null): Listed => ({ sid, status: 'active', auth_token: token })

  it('has those that are active, each with its token', async () => {
    const { accounts, masked } = await list(
      [active(one, 'token-of-a'), { sid: other, status: 'suspended', auth_token: 'token-of-b' }],
      [{ sid: third, status: 'closed' }],
    )
    expect([await accounts, masked]).toEqual([
      [{ accountSid: one, name: null, authToken: 'token-of-a', whyNoToken: null }],
      ['token-of-a', 'token-of-b'],
    ])
  })

  it.each<[string, string | null, string | null, string | null]>([
    ['Klinik Nord', 'token-of-a', 'Klinik Nord', 'as people gave it'],
    ['Klinik Nord', null, 'Klinik Nord', 'also without a token'],
    ['Klinik Nord', '', 'Klinik Nord', 'also with an empty token'],
    ['', 'token-of-a', null, 'not if there is none'],
    ['our token-of-a', 'token-of-a', null, 'not with the token of the account in it'],
    ['x'.repeat(64), 'token-of-a', 'x'.repeat(64), 'as long as Twilio takes it'],
    ['x'.repeat(65), 'token-of-a', null, 'not if it is longer'],
  ])('has the name %j beside the token %j as %j: %s', async (friendly_name, token, name) => {
    const { accounts } = await list([{ ...active(one, token), friendly_name }])
    expect((await accounts).map((account) => account.name)).toEqual([name])
  })

  it('has the name, and neither token nor reason, of an account that is not of the run', async () => {
    const masked: string[] = []
    const client: Client = async () => ({
      body: { accounts: [{ ...active(one, 'token-of-a'), friendly_name: 'Klinik Nord' }] },
      requestId: null,
      attempts: 1,
      isRedacted: false,
    })
    const accounts = await listAccounts(
      client,
      () => false,
      (token) => void masked.push(token),
    )
    expect([accounts, masked]).toEqual([
      [{ accountSid: one, name: 'Klinik Nord', authToken: null, whyNoToken: null }],
      [],
    ])
  })

  it('takes no token for one that is too short to be masked', async () => {
    const { accounts } = await list([active(one, '1234567'), active(other, '12345678')])
    expect(await accounts).toEqual([
      { accountSid: one, name: null, authToken: null, whyNoToken: null },
      { accountSid: other, name: null, authToken: '12345678', whyNoToken: null },
    ])
  })

  it('has an account once that Twilio lists twice, as when its pages overlap, and the token that it gave', async () => {
    const { accounts } = await list(
      [active(one, null), active(other, 'token-of-b')],
      [active(other.toUpperCase(), null), active(one, 'token-of-a'), active(third, 'token-of-c')],
    )
    expect(await accounts).toEqual([
      { accountSid: one, name: null, authToken: 'token-of-a', whyNoToken: null },
      { accountSid: other, name: null, authToken: 'token-of-b', whyNoToken: null },
      { accountSid: third, name: null, authToken: 'token-of-c', whyNoToken: null },
    ])
  })

  it.each(['Active', 'ACTIVE', '', 'pending', 'constructor'])(
    'is an error with the status %j, which could be one of an active account: it leaves none out',
    async (status) => {
      const { accounts, masked } = await list([
        active(one, 'token-of-a'),
        { sid: other, status, auth_token: 'token-of-b' },
      ])
      await expect(accounts).rejects.toThrow(
        new ResponseError(
          `GET /2010-04-01/Accounts.json gave ${other} a status that Twilio does not document, so nobody can tell whether the account is active.`,
        ),
      )
      expect(masked).toEqual(['token-of-a', 'token-of-b'])
    },
  )

  it('is asked for those that are active, so that Twilio sends no others', async () => {
    const calls: Call[] = []
    await listAccounts(
      async (call) => (calls.push(call), { body: { accounts: [] }, requestId: null, attempts: 1, isRedacted: false }),
      () => true,
      () => {},
    )
    expect(calls.map(({ host, path, form }) => [host, path, form])).toEqual([
      ['api.twilio.com', '/2010-04-01/Accounts.json?Status=active&PageSize=700', undefined],
    ])
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
    [`${path}?${'x'.repeat(1_999 - path.length)}`, `${path}?${'x'.repeat(1_999 - path.length)}`],
  ])('behind %j is %j, at the host that was asked', (link, next) => {
    expect(ownPath(link, 'api.twilio.com', path)).toBe(next)
  })

  it.each([
    '/2010-04-01/Accounts',
    `/x${path}`,
    `${path}/../Keys.json`,
    'https://api.twilio.com/',
    '?Page=1',
    'https://',
    `${path}?${'x'.repeat(2_000 - path.length)}`,
  ])('is not behind %j, which leaves the list', (link) => {
    expect(() => ownPath(link, 'api.twilio.com', path)).toThrow(
      new ResponseError('GET /2010-04-01/Accounts.json was answered with a next page that is not one of the list.'),
    )
  })
})

describe('a list that is none', () => {
  it.each([
    [[], 'the body'],
    [null, 'the body'],
    [{ accounts: [{ sid: 1, status: 'active' }], next_page_uri: 2 }, 'accounts.0.sid, next_page_uri'],
    [
      { accounts: Array.from({ length: 9 }, () => 1) },
      'accounts.0, accounts.1, accounts.2, accounts.3, accounts.4 and 4 more places',
    ],
  ])('is an error that says where: %j', async (body, where) => {
    await expect(
      listAccounts(
        async () => ({ body, requestId: 'RQ1', attempts: 1, isRedacted: false }),
        () => true,
        () => {},
      ),
    ).rejects.toThrow(
      new ResponseError(
        `GET /2010-04-01/Accounts.json was answered with something other than Twilio documents, in ${where} (request RQ1; tried once).`,
      ),
    )
  })
})

describe('a list of credentials', () => {
  it('that the key may not read is hidden, and anything else that fails is an error', async () => {
    const denied = new AuthError(
      {
        method: 'GET',
        path: '/v1/Credentials/AWS',
        status: 403,
        code: 70051,
        detail: null,
        moreInfo: null,
        requestId: null,
        attempts: 1,
      },
      '',
    )
    await expect(listCredentials(() => Promise.reject(denied), 'aws')).resolves.toMatchObject({ kind: 'hidden' })
    await expect(listCredentials(() => Promise.reject(new ResponseError('no')), 'aws')).rejects.toThrow('no')
  })
})
