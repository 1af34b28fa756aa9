import { accountSid, apiKey, apiKeySecret, pullRequest } from '../action/fixtures.ts'
import { impatient, shortPauses } from '../action/impatient.ts'
import type { Effect, Fault } from '../sandbox/sandbox.ts'
import { neverEncrypted, want } from './accounts.ts'
import type { Server, Situation } from './situation.ts'

/** The response to every request of an account. */
const always = (effect: Effect): Server => ({ faults: [{ times: Infinity, effect }] })
const hang = { kind: 'hang' } as const
const failed = { exitCode: 1, result: 'error' } as const

/** Where a restricted key may lack its permission: what is matched, and how such a run ends. */
const places: Readonly<
  Record<string, Pick<Situation, 'inputs' | 'expected'> & { readonly match: NonNullable<Fault['match']> }>
> = {
  settings: { inputs: want, match: { path: 'Settings' }, expected: failed },
  list: { inputs: want, match: { path: 'PublicKeys' }, expected: {} },
  write: {
    inputs: { ...want, mode: 'apply', 'friendly-name': 'Acme media' },
    match: { method: 'POST' },
    expected: failed,
  },
}

/** Twilio's refusal of a restricted key, as third parties saw it. */
function lacksPermission(status: number, code: number | string): Effect {
  const message = "Authorization Error: actor doesn't have any assertions"
  const body = { code, message, more_info: 'https://www.twilio.com/docs/errors/70051', status }
  return { kind: 'body', status, body: JSON.stringify(body) }
}

const lackingPermission: readonly Situation[] = Object.entries(places).flatMap(([place, { match, ...rest }]) =>
  (
    [
      [401, 70051],
      [403, '70051'],
      [400, 70051],
    ] as const
  ).map(([status, code]) => ({
    number: 14,
    variant: `${place}-${status}`,
    name: `a key lacks a permission: ${status} with the code as ${typeof code}, ${place}`,
    ...rest,
    credential: { 'account-sid': accountSid, 'api-key': apiKey, 'api-key-secret': apiKeySecret },
    server: {
      parent: { apiKeys: { [apiKey]: apiKeySecret } },
      faults: [{ match, times: Infinity, effect: lacksPermission(status, code) }],
    },
  })),
)

/** The situations in which the run cannot do what it shall. */
export const failures: readonly Situation[] = [
  {
    number: 11,
    name: 'the write is refused',
    inputs: { ...want, mode: 'apply' },
    server: {
      parent: { compositionSettings: neverEncrypted },
      faults: [
        {
          match: { method: 'POST' },
          times: Infinity,
          effect: { kind: 'status', status: 400, code: 20001, message: 'Encryption is not enabled for this account' },
        },
      ],
    },
    expected: { ...failed, says: [['annotations', 'Encryption is not enabled for this account']] },
  },
  {
    number: 13,
    name: 'wrong token',
    inputs: want,
    server: always({ kind: 'status', status: 401, code: 20003, message: 'Authenticate' }),
    expected: { ...failed, says: [['annotations', '20003']] },
  },
  ...lackingPermission,
  {
    number: 15,
    variant: '500',
    name: 'Twilio does not answer',
    inputs: want,
    server: always({ kind: 'status', status: 500, code: 20500, message: 'Internal Server Error' }),
    env: shortPauses,
    expected: { ...failed, says: [['annotations', 'HTTP 500']] },
  },
  {
    number: 15,
    variant: 'cut',
    name: 'Twilio does not answer: the connection is cut',
    inputs: want,
    server: always({ kind: 'reset' }),
    env: shortPauses,
    expected: { ...failed, says: [['annotations', 'video.twilio.com']] },
  },
  {
    number: 15,
    variant: 'silence',
    name: 'Twilio does not answer: no word for 2 minutes',
    inputs: want,
    server: always(hang),
    env: impatient,
    expected: { ...failed, says: [['annotations', '2 minutes']] },
  },
  {
    number: 16,
    variant: 'fork',
    name: 'no credentials: a pull request from a fork',
    inputs: want,
    credential: { 'account-sid': accountSid },
    event: { name: 'pull_request', payload: pullRequest('somebody/app') },
    expected: { exitCode: 0, result: 'skipped', says: [['summary', 'from a fork']] },
  },
  {
    number: 16,
    variant: 'schedule',
    name: 'no credentials: a schedule',
    inputs: want,
    credential: { 'account-sid': accountSid },
    expected: { ...failed, says: [['annotations', 'auth-token']] },
  },
  {
    number: 16,
    variant: 'api-key',
    name: 'no credentials: an API key without its secret',
    inputs: want,
    credential: { 'account-sid': accountSid, 'api-key': apiKey },
    expected: { ...failed, says: [['annotations', 'api-key-secret']] },
  },
  {
    number: 21,
    variant: 'check',
    name: 'cancelled while a read hangs',
    inputs: want,
    server: always(hang),
    cancelAt: 'GET',
    expected: { ...failed, says: [['annotations', 'cancelled']] },
  },
  {
    number: 21,
    variant: 'apply',
    name: 'cancelled while the write hangs',
    inputs: { ...want, mode: 'apply' },
    server: {
      parent: { compositionSettings: neverEncrypted },
      faults: [{ match: { method: 'POST' }, times: Infinity, effect: hang }],
    },
    cancelAt: 'POST',
    expected: { ...failed, says: [['annotations', 'cancelled']] },
  },
  {
    number: 22,
    name: 'input mistakes',
    inputs: {
      mode: 'aply',
      'encryption-enabled': 'yes',
      'encryption-key-sid': accountSid,
      'aws-s3-url': 'http://bucket/x',
      'aws-credentials-sid': 'CR12',
      'max-key-age-days': '-3',
      'encryption-enabeld': 'true',
    },
    expected: {
      ...failed,
      says: [
        ...['mode', 'encryption-enabled', 'encryption-key-sid', 'aws-s3-url'].map(
          (input) => ['annotations', `"${input}"`] as const,
        ),
        ...['aws-credentials-sid', 'max-key-age-days', 'encryption-enabeld'].map(
          (input) => ['annotations', `"${input}"`] as const,
        ),
      ],
    },
  },
]
