import { describe, expect, test } from 'vitest'
import { validateAnswer, validateRequest } from './description.ts'
import {
  accountsPath,
  awsPath,
  compositionPath,
  compositionsPath,
  everything,
  keysPath,
  recordingPath,
  sid,
} from './fixtures.ts'
import { findOperation } from './openapi.ts'

const form = 'application/x-www-form-urlencoded'
const operations = [
  ...[compositionPath, recordingPath].flatMap(
    (path) =>
      [
        ['GET', path, 200],
        ['POST', path, 200],
      ] as const,
  ),
  ...[keysPath, awsPath].flatMap(
    (path) =>
      [
        ['GET', path, 200],
        ['POST', path, 201],
        ['GET', `${path}/${sid('CR', 'a')}`, 200],
        ['POST', `${path}/${sid('CR', 'a')}`, 200],
      ] as const,
  ),
  ['GET', accountsPath, 200],
  // Those of recordings have the codec in small letters, which their own enumeration does not have.
  ['GET', compositionsPath, 200],
  ['GET', `${compositionsPath}/${sid('CJ', 'a')}`, 200],
] as const

test.each(operations)('the samples of %s %s in the description fit it', (method, path, status) => {
  const content = findOperation(method, path)?.operation.responses[status]?.content?.['application/json']
  const samples = Object.values(
    (content as { examples?: Record<string, { value: unknown }> } | undefined)?.examples ?? {},
  )
  expect(samples.length).toBeGreaterThan(0)
  for (const { value } of samples) expect(validateAnswer(method, path, status, value)).toEqual([])
})

describe('an answer does not fit', () => {
  test.each([
    [{ account_sid: 'AC1' }, 'body/account_sid must match pattern "^AC[0-9a-fA-F]{32}$"'],
    [{ encryption_key_sid: '' }, 'body/encryption_key_sid must NOT have fewer than 34 characters'],
    [{ encryption_enabled: 'true' }, 'body/encryption_enabled must be boolean'],
    [{ aws_s3_url: 'bucket' }, 'body/aws_s3_url must match format "uri"'],
    [{ key: 'value' }, 'body must NOT have additional properties (key)'],
    [[], 'body must be object'],
    [undefined, 'body must be object'],
  ])('as %j', (body, problem) => {
    expect(validateAnswer('GET', compositionPath, 200, body)).toContain(problem)
  })

  test('with a status, a path or a body that is not described', () => {
    expect(validateAnswer('POST', compositionPath, 201, {})).toEqual(['status 201 is not described'])
    expect(validateAnswer('GET', '/v1/Nothing', 200, {})).toEqual(['GET /v1/Nothing is not described'])
    expect(validateAnswer('DELETE', `${keysPath}/${sid('CR', 'a')}`, 204, {})).toEqual([
      'status 204 is described without a body',
    ])
    expect(validateAnswer('GET', accountsPath, 200, { accounts: [{ date_created: '2015-07-30T20:00:00Z' }] })).toEqual([
      'body/accounts/0/date_created must match format "date-time-rfc-2822"',
    ])
    expect(validateAnswer('GET', keysPath, 200, { meta: { next_page_url: '/v1' } })).toEqual([
      'body/meta/next_page_url must match format "uri"',
    ])
  })

  test('as an error without what Twilio documents for errors', () => {
    expect(
      validateAnswer('GET', compositionPath, 404, {
        code: 20404,
        message: 'Not found',
        more_info: 'https://www.twilio.com/docs/errors/20404',
        status: 404,
      }),
    ).toEqual([])
    expect(validateAnswer('GET', compositionPath, 404, { message: 'Not found' })).toContain(
      "error must have required property 'code'",
    )
  })
})

describe('a request', () => {
  test('fits', () => {
    expect(validateRequest('POST', compositionPath, `${form}; charset=utf-8`, everything)).toEqual([])
    expect(validateRequest('GET', compositionPath, undefined, {})).toEqual([])
    expect(
      validateRequest('GET', `${accountsPath}?Status=active&PageSize=1000&Page=1&PageToken=PA`, undefined, {}),
    ).toEqual([])
    expect(validateRequest('DELETE', `${awsPath}/${sid('CR', 'a')}`, undefined, {})).toEqual([])
  })

  test.each([
    ['POST', compositionPath, form, { EncryptionEnabled: 'true' }, "form must have required property 'FriendlyName'"],
    [
      'POST',
      compositionPath,
      form,
      { ...everything, EncryptionEnabled: 'True' },
      'form/EncryptionEnabled must be boolean',
    ],
    [
      'POST',
      compositionPath,
      form,
      { ...everything, EncryptionKeySid: '' },
      'form/EncryptionKeySid must match pattern "^CR[0-9a-fA-F]{32}$"',
    ],
    [
      'POST',
      compositionPath,
      form,
      { ...everything, encryption_enabled: 'true' },
      'form must NOT have additional properties (encryption_enabled)',
    ],
    ['POST', recordingPath, 'application/json', everything, 'content type application/json is not described'],
    ['POST', recordingPath, undefined, everything, 'content type (none) is not described'],
    ['GET', compositionPath, form, everything, 'GET is described without a body'],
    ['GET', `${compositionPath}?Page=1`, undefined, {}, 'query must NOT have additional properties (Page)'],
    ['GET', `${keysPath}?PageSize=1001`, undefined, {}, 'query/PageSize must be <= 1000'],
    ['GET', `${keysPath}?PageSize=many`, undefined, {}, 'query/PageSize must be integer'],
    ['GET', `${accountsPath}?Status=gone`, undefined, {}, 'query/Status must be equal to one of the allowed values'],
    ['GET', `${keysPath}/AC1`, undefined, {}, 'path/Sid must match pattern "^CR[0-9a-fA-F]{32}$"'],
    ['PUT', compositionPath, form, everything, `PUT ${compositionPath} is not described`],
  ])('does not fit: %s %s as %s, %j', (method, path, contentType, parameters, problem) => {
    expect(validateRequest(method, path, contentType, parameters)).toContain(problem)
  })
})
