import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import {
  awsPath,
  compositionPath,
  everything,
  everythingStored,
  parent,
  parentSeed,
  recordingPath,
  sandboxForTest,
  sid,
} from './fixtures.ts'
import type { AccountSeed, Quirks, Sandbox } from './sandbox.ts'

const sandboxWith = (quirks: Partial<Quirks>, seed: Partial<AccountSeed> = {}): Promise<Sandbox> =>
  sandboxForTest({ accounts: [{ ...parentSeed, ...seed, quirks }] })
const configured = { compositionSettings: everythingStored }
const read = (sandbox: Sandbox) => ask(sandbox, compositionPath, { as: parent })
const write = (sandbox: Sandbox, form: Record<string, string>) =>
  ask(sandbox, compositionPath, { as: parent, form: { FriendlyName: 'Everything', ...form } })

test('without the edition, encryption and S3 are absent, and encryption cannot be switched on', async () => {
  const sandbox = await sandboxWith({ edition: false }, configured)
  const { body, problems } = await read(sandbox)
  expect(problems).toEqual([])
  expect(Object.keys(body)).toEqual(['account_sid', 'friendly_name', 'url'])
  expect(await write(sandbox, { EncryptionEnabled: 'true' })).toMatchObject({
    status: 400,
    body: { code: 20001 },
    problems: [],
  })
  expect(await write(sandbox, { FriendlyName: 'Renamed' })).toMatchObject({
    status: 200,
    body: { friendly_name: 'Renamed' },
    problems: [],
  })
})

test('a hidden property is left out of answers, and stays stored', async () => {
  const sandbox = await sandboxWith({ hidden: ['encryption_enabled', 'account_sid'] }, configured)
  for (const { body, problems } of [await read(sandbox), await write(sandbox, { AwsStorageEnabled: 'false' })]) {
    expect(problems).toEqual([])
    expect(Object.keys(body)).toEqual([
      'friendly_name',
      'aws_credentials_sid',
      'encryption_key_sid',
      'aws_s3_url',
      'aws_storage_enabled',
      'url',
    ])
  }
  expect(sandbox.settings(parent[0], 'composition')).toMatchObject({
    encryption_enabled: true,
    aws_storage_enabled: false,
  })
})

test.each([
  [
    'nulls',
    200,
    {
      friendly_name: null,
      aws_credentials_sid: null,
      encryption_key_sid: null,
      aws_s3_url: null,
      aws_storage_enabled: null,
      encryption_enabled: null,
    },
  ],
  ['absent', 200, {}],
  [
    'empty-strings',
    200,
    {
      friendly_name: '',
      aws_credentials_sid: '',
      encryption_key_sid: '',
      aws_s3_url: '',
      aws_storage_enabled: null,
      encryption_enabled: null,
    },
  ],
  ['not-found', 404, { code: 20404 }],
] as const)('never configured, as %s', async (neverConfigured, status, expected) => {
  const sandbox = await sandboxWith({ neverConfigured })
  for (const path of [compositionPath, recordingPath]) {
    const asked = await ask(sandbox, path, { as: parent })
    const own = status === 404 ? {} : { account_sid: parent[0], url: `https://video.twilio.com${path}` }
    expect(asked).toMatchObject({ status, body: { ...own, ...expected } })
    if (status === 200) expect(Object.keys(asked.body)).toHaveLength(Object.keys({ ...own, ...expected }).length)
    // Twilio describes SIDs and URLs that are null, and none that are empty.
    expect(asked.problems.map((problem) => problem.split(' ')[0])).toEqual(
      neverConfigured === 'empty-strings' ? expect.arrayContaining(['body/aws_s3_url', 'body/encryption_key_sid']) : [],
    )
  }
  expect(sandbox.settings(parent[0], 'composition')).toBeNull()
  await write(sandbox, {})
  expect(await read(sandbox)).toMatchObject({
    status: 200,
    body: { friendly_name: 'Everything', encryption_enabled: false, encryption_key_sid: null },
  })
})

test.each([
  ['keep', everythingStored],
  [
    'reset',
    {
      friendly_name: 'Renamed',
      encryption_enabled: false,
      encryption_key_sid: null,
      aws_storage_enabled: false,
      aws_s3_url: null,
      aws_credentials_sid: null,
    },
  ],
] as const)('omitted parameters: %s', async (omitted, expected) => {
  const sandbox = await sandboxWith({ omitted }, configured)
  expect(await write(sandbox, { FriendlyName: 'Renamed' })).toMatchObject({ status: 200, problems: [] })
  expect(sandbox.settings(parent[0], 'composition')).toEqual({ ...expected, friendly_name: 'Renamed' })
})

test('an empty parameter clears, or is refused', async () => {
  const clearing = await sandboxWith({}, configured)
  expect(await write(clearing, { EncryptionKeySid: '', EncryptionEnabled: '' })).toMatchObject({
    status: 200,
    body: { encryption_key_sid: null, encryption_enabled: false },
  })
  const refusing = await sandboxWith({ emptyParameter: 'rejected' }, configured)
  expect(await write(refusing, { EncryptionKeySid: '' })).toMatchObject({ status: 400, body: { code: 20001 } })
  expect(refusing.settings(parent[0], 'composition')).toEqual(everythingStored)
})

test('a write shows after so many GETs, in its own answer at once', async () => {
  const sandbox = await sandboxWith({ lagReads: 2 }, configured)
  expect(await write(sandbox, { FriendlyName: 'New' })).toMatchObject({ body: { friendly_name: 'New' } })
  expect(sandbox.settings(parent[0], 'composition')).toMatchObject({ friendly_name: 'New' })
  const names = [await read(sandbox), await read(sandbox), await read(sandbox)].map(({ body }) => body['friendly_name'])
  expect(names).toEqual(['Everything', 'Everything', 'New'])

  await write(sandbox, { FriendlyName: 'Newer' })
  await read(sandbox)
  await write(sandbox, { FriendlyName: 'Newest' })
  const later = [await read(sandbox), await read(sandbox), await read(sandbox)].map(({ body }) => body['friendly_name'])
  expect(later).toEqual(['New', 'New', 'Newest'])

  await write(sandbox, { FriendlyName: 'Late' })
  sandbox.setSettings(parent[0], 'composition', { friendly_name: 'Console' })
  expect(await read(sandbox)).toMatchObject({ body: { friendly_name: 'Console' } })
})

test('a lag hides also that the settings exist', async () => {
  const sandbox = await sandboxWith({ lagReads: 1, neverConfigured: 'not-found' })
  await write(sandbox, {})
  expect([await read(sandbox), await read(sandbox)].map(({ status }) => status)).toEqual([404, 200])
})

test('an ignored setting is answered as if it were stored, and is not', async () => {
  const sandbox = await sandboxWith({ ignores: ['encryption_enabled'] })
  expect(await write(sandbox, everything)).toMatchObject({
    status: 200,
    body: { encryption_enabled: true },
    problems: [],
  })
  expect(await read(sandbox)).toMatchObject({ body: { ...everythingStored, encryption_enabled: false } })
})

test('a POST may be answered 201, as it was described until 2025', async () => {
  const sandbox = await sandboxWith({ createdStatus: 201 })
  expect(await write(sandbox, everything)).toMatchObject({
    status: 201,
    body: everythingStored,
    problems: ['status 201 is not described'],
  })
})

test('a bucket that cannot be written to is refused whenever S3 is switched on or moved, and nothing is stored', async () => {
  const sandbox = await sandboxWith(
    { s3Probe: 'fails' },
    { compositionSettings: { ...everythingStored, aws_storage_enabled: false } },
  )
  expect(await write(sandbox, everything)).toMatchObject({ status: 400, body: { code: 20001 }, problems: [] })
  expect(sandbox.settings(parent[0], 'composition')).toMatchObject({ aws_storage_enabled: false })
  expect(await write(sandbox, { ...everything, AwsStorageEnabled: 'false' })).toMatchObject({ status: 200 })
  sandbox.setSettings(parent[0], 'composition', { aws_storage_enabled: true })
  expect(await write(sandbox, everything)).toMatchObject({ status: 200 })
  expect(await write(sandbox, { ...everything, AwsS3Url: 'https://other-bucket.s3.amazonaws.com' })).toMatchObject({
    status: 400,
  })
})

test('a URL may come back with a slash at its end', async () => {
  const sandbox = await sandboxWith({ normalisesUrl: true })
  const normalised = 'https://example-bucket.s3.amazonaws.com/compositions/'
  expect(await write(sandbox, everything)).toMatchObject({ body: { aws_s3_url: normalised }, problems: [] })
  expect(await write(sandbox, { ...everything, AwsS3Url: normalised })).toMatchObject({
    body: { aws_s3_url: normalised },
  })
  expect(await read(sandbox)).toMatchObject({ body: { aws_s3_url: normalised } })
})

test('a blank text may be answered as an empty string', async () => {
  const sandbox = await sandboxWith({ blankAs: 'empty-string' }, { compositionSettings: {} })
  expect(await read(sandbox)).toMatchObject({
    body: { friendly_name: '', aws_s3_url: '', encryption_key_sid: '', encryption_enabled: false },
  })
  const usual = await sandboxWith({}, { compositionSettings: {} })
  expect(await read(usual)).toMatchObject({ body: { friendly_name: null, aws_s3_url: null }, problems: [] })
})

test('a credential that the account does not have as that kind is accepted, or refused', async () => {
  const credentials = { publicKeys: [{ sid: sid('CR', 'b') }], awsCredentials: [{ sid: sid('CR', 'd') }] }
  const swapped = {
    ...everything,
    EncryptionKeySid: everything.AwsCredentialsSid,
    AwsCredentialsSid: everything.EncryptionKeySid,
  }
  expect(await write(await sandboxWith({}, credentials), swapped)).toMatchObject({ status: 200 })
  const strict = await sandboxWith({ unknownCredentials: 'rejected' }, credentials)
  expect(await write(strict, swapped)).toMatchObject({
    status: 400,
    body: { code: 20001, message: 'Invalid parameter EncryptionKeySid' },
    problems: [],
  })
  expect(await write(strict, everything)).toMatchObject({ status: 200 })
  await ask(strict, `${awsPath}/${sid('CR', 'd')}`, { as: parent, method: 'DELETE' })
  expect(await write(strict, everything)).toMatchObject({
    status: 400,
    body: { message: 'Invalid parameter AwsCredentialsSid' },
  })
})
