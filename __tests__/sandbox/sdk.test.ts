import { generateKeyPairSync } from 'node:crypto'
import type { Twilio } from 'twilio'
import { describe, expect, test } from 'vitest'
import { validateRequest } from './description.ts'
import {
  everything,
  everythingStored,
  numberedSid,
  parent,
  parentSeed,
  sandboxForTest,
  sid,
  subaccount,
  subaccountSeed,
} from './fixtures.ts'
import type { Sandbox } from './sandbox.ts'
import { sdkClient } from './sdk.ts'

const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString()

async function sandboxAndSdk(...options: Parameters<typeof sandboxForTest>): Promise<[Sandbox, Twilio]> {
  const sandbox = await sandboxForTest(...options)
  return [sandbox, sdkClient(sandbox.url, ...parent)]
}

test.each(['composition', 'recording'] as const)("Twilio's SDK updates and fetches %s settings", async (resource) => {
  const [sandbox, client] = await sandboxAndSdk()
  const settings = () =>
    resource === 'composition' ? client.video.v1.compositionSettings() : client.video.v1.recordingSettings()
  const values = {
    friendlyName: 'Everything',
    awsCredentialsSid: everything.AwsCredentialsSid,
    encryptionKeySid: everything.EncryptionKeySid,
    awsS3Url: everything.AwsS3Url,
    awsStorageEnabled: true,
    encryptionEnabled: true,
  }
  expect((await settings().fetch()).toJSON()).toMatchObject({ accountSid: parent[0], encryptionEnabled: null })
  expect((await settings().create(values)).toJSON()).toMatchObject({ accountSid: parent[0], ...values })
  expect((await settings().fetch()).toJSON()).toMatchObject({ accountSid: parent[0], ...values })
  expect(sandbox.settings(parent[0], resource)).toEqual(everythingStored)
  expect(
    sandbox.requests.flatMap(({ method, path, headers, form }) =>
      validateRequest(method, path, headers['content-type'], form),
    ),
  ).toEqual([])
})

test("Twilio's SDK sends what fits the description, and shows a refusal", async () => {
  const [sandbox, client] = await sandboxAndSdk()
  await expect(
    client.video.v1.compositionSettings().create({ friendlyName: 'x', encryptionKeySid: 'CR1' }),
  ).rejects.toMatchObject({ status: 400, code: 20001, moreInfo: 'https://www.twilio.com/docs/errors/20001' })
  await expect(
    sdkClient(sandbox.url, parent[0], 'wrong-wrong-wrong').video.v1.compositionSettings().fetch(),
  ).rejects.toMatchObject({ status: 401, code: 20003 })
  await expect(client.accounts.v1.credentials.publicKey.create({ publicKey: 'none' })).rejects.toMatchObject({
    status: 400,
    code: 70104,
  })
})

describe("Twilio's SDK manages", () => {
  test('public keys', async () => {
    const [sandbox, client] = await sandboxAndSdk({ accounts: [parentSeed, subaccountSeed] })
    const keys = client.accounts.v1.credentials.publicKey
    const created = await keys.create({ publicKey, friendlyName: 'First' })
    expect(created).toMatchObject({ accountSid: parent[0], friendlyName: 'First', dateCreated: expect.any(Date) })
    expect(await keys(created.sid).update({ friendlyName: 'Second' })).toMatchObject({ friendlyName: 'Second' })
    expect(await keys(created.sid).fetch()).toMatchObject({ sid: created.sid, friendlyName: 'Second' })
    expect((await keys.list()).map((key) => key.sid)).toEqual([created.sid])
    expect(await keys(created.sid).remove()).toBe(true)
    await expect(keys(created.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
    expect(await keys.create({ publicKey, accountSid: subaccount[0] })).toMatchObject({ accountSid: subaccount[0] })
    expect(sandbox.account(subaccount[0]).credentials.PublicKeys.size).toBe(1)
  })

  test('AWS credentials', async () => {
    const [, client] = await sandboxAndSdk()
    const credentials = client.accounts.v1.credentials.aws
    const created = await credentials.create({ credentials: 'AKIAEXAMPLE:secret-secret' })
    expect(await credentials(created.sid).update({ friendlyName: 'Bucket' })).toMatchObject({ friendlyName: 'Bucket' })
    expect(await credentials(created.sid).fetch()).toMatchObject({ sid: created.sid, accountSid: parent[0] })
    expect((await credentials.list()).map(({ friendlyName }) => friendlyName)).toEqual(['Bucket'])
    expect(await credentials(created.sid).remove()).toBe(true)
    expect(await credentials.list()).toEqual([])
  })
})

describe("Twilio's SDK pages through", () => {
  test.each(['compositions', 'recordings'] as const)('250 %s', async (kind) => {
    const prefix = kind === 'compositions' ? 'CJ' : 'RT'
    const media = Array.from({ length: 250 }, (_, index) => ({ sid: numberedSid(prefix, index) }))
    const early = { sid: sid(prefix, 'f'), dateCreated: '2025-12-31T23:59:59Z' }
    const [sandbox, client] = await sandboxAndSdk({ accounts: [{ ...parentSeed, [kind]: [early, ...media] }] })
    const { compositions, recordings } = client.video.v1
    const query = { dateCreatedAfter: new Date('2026-01-01'), pageSize: 100 }
    const listed = kind === 'compositions' ? await compositions.list(query) : await recordings.list(query)
    expect(listed.map((item) => item.sid)).toEqual(media.map((item) => item.sid))
    expect(listed[0]).toMatchObject({
      accountSid: parent[0],
      status: 'completed',
      dateCreated: new Date('2026-01-01'),
      mediaExternalLocation: null,
    })
    expect(sandbox.requests.map(({ query }) => query['Page'])).toEqual([undefined, '1', '2'])
    const item = await client.video.v1[kind](media[0]?.sid ?? '').fetch()
    expect(item.links).toEqual({ media: expect.stringMatching(/^https:\/\/video\.twilio\.com\/v1\/\w+\/\w+\/Media$/) })
  })

  test.each([false, true])('2,500 credentials (links to the real host: %s)', async (realNextPageUrls) => {
    const publicKeys = Array.from({ length: 2_500 }, (_, index) => ({ sid: numberedSid('CR', index) }))
    const [sandbox, client] = await sandboxAndSdk({
      accounts: [{ ...parentSeed, publicKeys, awsCredentials: [{ sid: sid('CR', 'd') }] }],
      realNextPageUrls,
    })
    const listed = await client.accounts.v1.credentials.publicKey.list({ pageSize: 1_000 })
    expect(listed.map((key) => key.sid)).toEqual(publicKeys.map((key) => key.sid))
    expect(sandbox.requests.map(({ query }) => query['Page'])).toEqual([undefined, '1', '2'])
  })

  test('1,200 subaccounts', async () => {
    const others = Array.from({ length: 1_200 }, (_, index) => ({
      sid: numberedSid('AC', index),
      authToken: `token-token-${index}`,
      owner: parent[0],
    }))
    const [sandbox, client] = await sandboxAndSdk({ accounts: [parentSeed, ...others] })
    const listed = await client.api.v2010.accounts.list({ status: 'active', pageSize: 1_000 })
    expect(listed.map((account) => [account.sid, account.authToken])).toEqual([
      parent,
      ...others.map((account) => [account.sid, account.authToken]),
    ])
    expect(listed[0]).toMatchObject({
      ownerAccountSid: parent[0],
      status: 'active',
      dateCreated: new Date('2026-01-01T00:00:00Z'),
    })
    expect(sandbox.requests.map(({ query }) => [query['Status'], query['Page']])).toEqual([
      ['active', undefined],
      ['active', '1'],
    ])
  })
})
