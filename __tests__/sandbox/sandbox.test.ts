import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import {
  accountsPath,
  awsPath,
  compositionPath,
  everything,
  everythingStored,
  keysPath,
  numberedSid,
  parent,
  parentSeed,
  recordingPath,
  sandboxForTest,
  sid,
  standardKey,
  stranger,
  subaccount,
  subaccountSeed,
} from './fixtures.ts'

describe.each([
  ['composition', compositionPath, 'recording'],
  ['recording', recordingPath, 'composition'],
] as const)('the %s settings', (resource, path, other) => {
  test('are stored by a POST, answered by it and by every GET, and apart from the others', async () => {
    const sandbox = await sandboxForTest()
    const written = await ask(sandbox, path, { as: parent, form: everything })
    const read = await ask(sandbox, path, { as: parent })
    const expected = { account_sid: parent[0], ...everythingStored, url: `https://video.twilio.com${path}` }
    expect(written).toMatchObject({ status: 200, body: expected, problems: [] })
    expect(read).toMatchObject({ status: 200, body: expected, problems: [] })
    expect(sandbox.settings(parent[0], resource)).toEqual(everythingStored)
    expect(sandbox.settings(parent[0], other)).toBeNull()
  })

  test.each([
    ['FriendlyName missing', { EncryptionEnabled: 'true' }],
    ['a boolean in capitals', { FriendlyName: 'x', EncryptionEnabled: 'TRUE' }],
    ['a boolean as a number', { FriendlyName: 'x', AwsStorageEnabled: '1' }],
    ['a SID that is too short', { FriendlyName: 'x', EncryptionKeySid: 'CRbbbb' }],
    ['a SID of something else', { FriendlyName: 'x', AwsCredentialsSid: sid('AC', 'a') }],
    ['a URL without a host', { FriendlyName: 'x', AwsS3Url: 'compositions' }],
    ['a URL of another scheme', { FriendlyName: 'x', AwsS3Url: 's3://bucket/compositions' }],
  ])('refuse %s', async (_, form) => {
    const sandbox = await sandboxForTest()
    const refused = await ask(sandbox, path, { as: parent, form })
    expect(refused).toMatchObject({ status: 400, body: { code: 20001, status: 400 }, problems: [] })
    expect(sandbox.settings(parent[0], resource)).toBeNull()
  })

  test('take no other method', async () => {
    const sandbox = await sandboxForTest()
    expect(await ask(sandbox, path, { as: parent, method: 'DELETE' })).toMatchObject({
      status: 405,
      body: { code: 20004 },
      problems: [],
    })
  })
})

describe('a credential', () => {
  test('of an account is its auth token or an API key, and nothing else', async () => {
    const sandbox = await sandboxForTest({ accounts: [parentSeed, subaccountSeed] })
    for (const as of [parent, standardKey])
      expect(await ask(sandbox, compositionPath, { as })).toMatchObject({
        status: 200,
        body: { account_sid: parent[0] },
      })
    for (const as of [
      null,
      stranger,
      [parent[0], subaccount[1]],
      [parent[0], ''],
      [standardKey[0], parent[1]],
      [` ${parent[0]}`, parent[1]],
    ] as const) {
      const refused = await ask(sandbox, compositionPath, { as })
      expect(refused).toMatchObject({ status: 401, body: { code: 20003, message: 'Authenticate' }, problems: [] })
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /)
    }
    expect(sandbox.requests.map(({ account, status }) => [account, status])).toEqual([
      [parent[0], 200],
      [parent[0], 200],
      ...Array.from({ length: 6 }, () => [null, 401]),
    ])
  })

  test('of a suspended or a closed account is refused, and a test credential too', async () => {
    const sandbox = await sandboxForTest({
      accounts: [
        parentSeed,
        { ...subaccountSeed, status: 'suspended' },
        { sid: stranger[0], authToken: stranger[1], testCredentials: true },
      ],
    })
    expect(await ask(sandbox, compositionPath, { as: subaccount })).toMatchObject({
      status: 403,
      body: { code: 20005 },
      problems: [],
    })
    expect(await ask(sandbox, keysPath, { as: stranger })).toMatchObject({
      status: 403,
      body: { code: 20008 },
      problems: [],
    })
    sandbox.account(parent[0]).status = 'closed'
    expect(await ask(sandbox, compositionPath, { as: standardKey })).toMatchObject({
      status: 403,
      body: { code: 20005 },
    })
  })

  test.each([
    ['/twilio/video/compositions.composition-settings/read', 'GET', compositionPath],
    ['/twilio/video/compositions.composition-settings/update', 'POST', compositionPath],
    ['/twilio/video/recordings.recording-settings/read', 'GET', recordingPath],
    ['/twilio/video/recordings.recording-settings/update', 'POST', recordingPath],
    ['/twilio/iam/public-keys/list', 'GET', keysPath],
  ])('with the permission %s only may %s %s and nothing else', async (permission, method, path) => {
    const key = [sid('SK', 'b'), 'secret-secret-secret-secret-01'] as const
    const sandbox = await sandboxForTest({
      accounts: [
        {
          ...parentSeed,
          publicKeys: [{ sid: sid('CR', 'b') }],
          restrictedKeys: { [key[0]]: { secret: key[1], permissions: [permission] } },
        },
      ],
    })
    const requests = [compositionPath, recordingPath, keysPath, awsPath].flatMap(
      (at) =>
        [
          [at, 'GET'],
          [at, 'POST'],
        ] as const,
    )
    const allowed: (readonly string[])[] = []
    for (const [at, by] of [...requests, [`${keysPath}/${sid('CR', 'b')}`, 'GET'], [accountsPath, 'GET']] as const) {
      const asked = await ask(sandbox, at, { as: key, ...(by === 'POST' ? { form: { FriendlyName: 'x' } } : {}) })
      if (asked.status === 200) allowed.push([by, at])
      else
        expect(asked).toMatchObject(
          at === accountsPath
            ? { status: 401, body: { code: 20003 } }
            : { status: 403, body: { code: 20403 }, problems: [] },
        )
    }
    expect(allowed).toEqual([[method, path]])
  })

  test('of a parent does not reach the settings of its subaccount', async () => {
    const sandbox = await sandboxForTest({
      accounts: [parentSeed, { ...subaccountSeed, compositionSettings: everythingStored }],
    })
    expect(await ask(sandbox, compositionPath, { as: parent })).toMatchObject({
      body: { account_sid: parent[0], friendly_name: null },
    })
    expect(await ask(sandbox, compositionPath, { as: subaccount })).toMatchObject({
      body: { account_sid: subaccount[0], friendly_name: 'Everything' },
    })
  })
})

test('what is not there is 404, with a request id of its own on every answer', async () => {
  const sandbox = await sandboxForTest()
  const answers = [
    await ask(sandbox, '/v1/Nothing', { as: parent }),
    await ask(sandbox, `${keysPath}/${sid('CR', 'f')}`, { as: parent }),
    await ask(sandbox, compositionPath, { as: null }),
  ]
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
    [404, 20404],
    [404, 20404],
    [401, 20003],
  ])
  expect(answers.flatMap(({ problems }) => problems)).toEqual([])
  const ids = answers.map(({ headers }) => headers.get('twilio-request-id'))
  expect(ids).toEqual([
    'RQ00000000000000000000000000000001',
    'RQ00000000000000000000000000000002',
    'RQ00000000000000000000000000000003',
  ])
  expect(sandbox.requests.map(({ requestId }) => requestId)).toEqual(ids)
})

test('a test sees what was sent, changes the state in between, and starts afresh', async () => {
  const sandbox = await sandboxForTest({
    now: () => 1_000,
    onRequest: (request, state) => {
      if (request.method === 'GET') state.setSettings(parent[0], 'composition', { friendly_name: 'Somebody else' })
    },
  })
  expect(await ask(sandbox, `${compositionPath}?a=b`, { as: parent })).toMatchObject({
    body: { friendly_name: 'Somebody else', encryption_enabled: false },
  })
  await ask(sandbox, compositionPath, { as: parent, form: { FriendlyName: 'Søren & Co' } })
  expect(sandbox.requests).toMatchObject([
    {
      method: 'GET',
      path: compositionPath,
      query: { a: 'b' },
      form: {},
      body: '',
      account: parent[0],
      status: 200,
      socket: 1,
      at: 1_000,
    },
    {
      method: 'POST',
      path: compositionPath,
      query: {},
      form: { FriendlyName: 'Søren & Co' },
      body: 'FriendlyName=S%C3%B8ren+%26+Co',
      account: parent[0],
      status: 200,
    },
  ])
  expect(sandbox.requests[0]?.headers).toHaveProperty('authorization')
  sandbox.fault({ effect: { kind: 'hang' } })
  sandbox.clear()
  expect(sandbox.requests).toEqual([])
  expect(await ask(sandbox, compositionPath, { as: parent })).toMatchObject({ status: 200 })
  expect(() => sandbox.account(stranger[0])).toThrow(`The sandbox has no account ${stranger[0]}`)
})

test('5,000 accounts answer at once, each one for itself', async () => {
  const accounts = Array.from({ length: 5_000 }, (_, index) => ({
    sid: numberedSid('AC', index),
    authToken: `token-token-${index}`,
    compositionSettings: { friendly_name: `Settings ${index}` },
  }))
  const sandbox = await sandboxForTest({ accounts, delayMs: () => 1 })
  const asked = await Promise.all(
    accounts
      .filter((_, index) => index % 10 === 0)
      .map(({ sid, authToken }) => ask(sandbox, compositionPath, { as: [sid, authToken] })),
  )
  expect(asked.map(({ body }) => [body['account_sid'], body['friendly_name']])).toEqual(
    Array.from({ length: 500 }, (_, index) => [numberedSid('AC', index * 10), `Settings ${index * 10}`]),
  )
  expect(sandbox.connections).toBeGreaterThanOrEqual(sandbox.peakConnections)
  expect(sandbox.connections).toBeLessThan(5_000)
  expect(Math.max(...sandbox.requests.map(({ socket }) => socket))).toBe(sandbox.connections)
})
