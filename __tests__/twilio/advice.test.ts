import { expect, it } from 'vitest'
import { advice, type RefusedRequest } from '../../src/twilio/advice.ts'
import { accountSid, apiKey } from '../action/fixtures.ts'

const permission = '/twilio/video/compositions.composition-settings/read'
const byToken: RefusedRequest = { user: accountSid, permission, wasAccepted: false, hasRegion: false }
const byKey: RefusedRequest = { ...byToken, user: apiKey }

it.each<[number, number | null, token: string | null, key: string | null]>([
  [
    401,
    20003,
    'The account SID and the auth token do not belong together',
    'The API key and its secret do not belong together',
  ],
  [
    401,
    null,
    'The account SID and the auth token do not belong together',
    'The API key and its secret do not belong together',
  ],
  [
    403,
    20003,
    'The account SID and the auth token do not belong together',
    'The API key and its secret do not belong together',
  ],
  [403, 20403, 'The auth token may not do this', `grant the Restricted key the permission ${permission}.`],
  [403, null, 'The auth token may not do this', `grant the Restricted key the permission ${permission}.`],
  [403, 20004, 'The auth token may not do this', `grant the Restricted key the permission ${permission}.`],
  [403, 99999, 'The auth token may not do this', `grant the Restricted key the permission ${permission}.`],
  [
    401,
    99999,
    'The account SID and the auth token do not belong together',
    'The API key and its secret do not belong together',
  ],
  [401, 70051, 'The auth token may not do this', `grant the Restricted key the permission ${permission}. Or the key`],
  [403, 70051, 'The auth token may not do this', `grant the Restricted key the permission ${permission}. Or the key`],
  [401, 70052, 'Public Key Client Validation', 'No key and no token will help'],
  [403, 70052, 'Public Key Client Validation', 'No key and no token will help'],
  [400, 70052, 'Public Key Client Validation', 'No key and no token will help'],
  [401, 70053, 'This action does not sign requests', 'This action does not sign requests'],
  [401, 20403, 'The auth token may not do this', `grant the Restricted key the permission ${permission}.`],
  [403, 20008, 'These are test credentials', 'These are test credentials'],
  [403, 20005, 'The account is not active', 'The account is not active'],
  [400, 20001, 'Enterprise or Security Edition', 'Enterprise or Security Edition'],
  [429, 20429, 'Twilio limits how many requests', 'Twilio limits how many requests'],
  [429, null, 'Twilio limits how many requests', 'Twilio limits how many requests'],
  [300, null, 'Redirects are not followed', 'Redirects are not followed'],
  [399, null, 'Redirects are not followed', 'Redirects are not followed'],
  [302, null, 'Redirects are not followed', 'Redirects are not followed'],
  [500, null, 'https://status.twilio.com', 'https://status.twilio.com'],
  [500, 99999, 'https://status.twilio.com', 'https://status.twilio.com'],
  [503, 20503, 'https://status.twilio.com', 'https://status.twilio.com'],
  [400, null, null, null],
  [404, 20404, null, null],
  [418, 99999, null, null],
])('of HTTP %i with code %s', (status, code, token, key) => {
  for (const [credential, part] of [
    [byToken, token],
    [byKey, key],
  ] as const) {
    const said = advice(status, code, credential)
    if (part === null) expect(said).toBe(null)
    else expect(said).toContain(part)
  }
})

it('names no permission that no public source has, and says so', () => {
  expect(advice(403, 70051, { ...byKey, permission: null })).toContain(
    'Use a Standard key: Twilio documents no permission for this that a Restricted key can have.',
  )
})

it.each([byToken, byKey])('never doubts a pair that Twilio took before: %j', (request) => {
  for (const code of [20003, 20403, 70051, null])
    expect(advice(401, code, { ...request, wasAccepted: true })).not.toMatch(/belong together|Copy both/)
})

it('says of TWILIO_REGION what it does not do, where that is set', () => {
  for (const code of [20003, 20403, 70051])
    expect(advice(401, code, { ...byKey, hasRegion: true })).toContain('TWILIO_REGION does nothing here')
})
