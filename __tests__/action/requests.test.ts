import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateRequest } from '../sandbox/description.ts'
import type { Quirks, RecordedRequest, StoredSettings } from '../sandbox/sandbox.ts'
import {
  authPaths,
  awsSid,
  bucket,
  keySid,
  otherAwsSid,
  otherBucket,
  otherKeySid,
  open,
  safe,
  safeInputs,
} from './fixtures.ts'
import { onStage, play } from './scenario.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/**
 * What is wrong with a request by Twilio's published description, and by what a well-behaved client
 * sends.
 */
function problems({ method, path, headers, form, body }: RecordedRequest): string[] {
  return [
    ...validateRequest(method, path, headers['content-type'], form),
    ...(headers['accept'] === 'application/json' ? [] : [`Accept: ${headers['accept']}`]),
    ...(headers['user-agent']?.startsWith(`twilio-composition-settings/${version} `) === true
      ? []
      : [`User-Agent: ${headers['user-agent']}`]),
    ...(/^Basic [A-Za-z0-9+/]+={0,2}$/.test(headers['authorization'] ?? '') ? [] : ['Authorization']),
    ...(method === 'GET' && body !== '' ? ['a GET with a body'] : []),
  ]
}

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const states: fc.Arbitrary<StoredSettings> = fc.record({
  friendly_name: oneOf<string | null>(null, 'Media', 'ä&=+% ☃'),
  encryption_enabled: oneOf<boolean | null>(null, true, false),
  encryption_key_sid: oneOf<string | null>(null, keySid, otherKeySid),
  aws_storage_enabled: oneOf<boolean | null>(null, true, false),
  aws_s3_url: oneOf<string | null>(null, bucket, otherBucket, `${bucket}/`),
  aws_credentials_sid: oneOf<string | null>(null, awsSid, otherAwsSid),
})
/** States in which any choice of settings makes sense. */
const complete = states.filter((state) => Object.values(state).every((value) => value !== null))

/** The ways of answering with which every write takes at once. */
const answering: fc.Arbitrary<Partial<Quirks>> = fc.record({
  neverConfigured: oneOf<Quirks['neverConfigured']>('not-found', 'nulls', 'empty-strings', 'absent'),
  omitted: oneOf<Quirks['omitted']>('keep', 'reset'),
  emptyParameter: oneOf<Quirks['emptyParameter']>('clears', 'rejected'),
  createdStatus: oneOf<Quirks['createdStatus']>(200, 201),
  normalisesUrl: fc.boolean(),
  blankAs: oneOf<Quirks['blankAs']>('null', 'empty-string'),
})
const anyQuirks = fc
  .tuple(
    answering,
    fc.record({
      edition: fc.boolean(),
      hidden: oneOf<string[]>([], ['encryption_enabled'], ['aws_s3_url', 'friendly_name']),
    }),
  )
  .map(([some, more]) => ({ ...some, ...more }))
const seeds = fc.record({ compositionSettings: fc.option(states), quirks: anyQuirks })
const inputs: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      'friendly-name': oneOf('Media', 'ä&=+% ☃', 'Renamed'),
      'encryption-enabled': oneOf('true', 'false'),
      'encryption-key-sid': oneOf(keySid, otherKeySid),
      'aws-storage-enabled': oneOf('true', 'false'),
      'aws-s3-url': oneOf(bucket, otherBucket),
      'aws-credentials-sid': oneOf(awsSid, otherAwsSid),
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0)
const runs = { numRuns: 15 }

describe('every request', () => {
  it.concurrent.each(['check', 'plan'])(
    'of %s is one GET that fits the description, whatever the account has and answers',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(seeds, inputs, async (seed, desired) => {
          const { methods, requests } = await play({ seed, inputs: { ...desired, mode } })
          // That there are no settings is asked for once more.
          const isAskedTwice = seed.compositionSettings === null && seed.quirks.neverConfigured === 'not-found'
          expect(methods).toBe(isAskedTwice ? 'GET GET' : 'GET')
          expect(requests.flatMap(problems)).toEqual([])
        }),
        runs,
      )
    },
  )

  it.concurrent(
    'of apply fits it too: one POST writes what is named and nothing else, and a second apply sends none',
    async () => {
      let applied = 0
      await fc.assert(
        fc.asyncProperty(complete, answering, inputs, async (before, quirks, desired) => {
          await onStage({ seed: { compositionSettings: before, quirks } }, async (_, run) => {
            const step = {
              inputs: {
                ...desired,
                mode: 'apply',
                'allow-risky-changes': 'encryption-off, encryption-key, storage-off, storage-location',
              },
            }
            const first = await run(step)
            const second = await run(step)
            expect([...first.requests, ...second.requests].flatMap(problems)).toEqual([])
            expect(['GET', 'GET POST GET']).toContain(first.methods)
            expect([second.outputs['result'], second.methods]).toEqual(['in-sync', 'GET'])
            expect(spelled(first.stored)).toEqual(spelled({ ...before, ...asSettings(desired) }))
            if (first.outputs['result'] === 'applied') applied++
          })
        }),
        runs,
      )
      expect(applied).toBeGreaterThan(0)
    },
  )

  it.concurrent.each(Object.entries(authPaths))('fits with %s', async (_, credentials) => {
    const { requests } = await play({
      credentials,
      inputs: { ...safeInputs, mode: 'apply', 'verify-credentials': 'true' },
    })
    expect(requests.flatMap(problems)).toEqual([])
    expect(requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'GET /v1/CompositionSettings/Default',
      'GET /v1/CompositionSettings/Default',
      'GET /v1/Credentials/AWS',
      'GET /v1/Credentials/PublicKeys',
      'POST /v1/CompositionSettings/Default',
    ])
  })

  it.concurrent('comes on one connection that is kept', async () => {
    await onStage({}, async (sandbox, run) => {
      await run({ inputs: { ...safeInputs, mode: 'apply' } })
      expect([sandbox.requests.length, sandbox.connections]).toEqual([3, 1])
    })
  })

  it.concurrent(
    'of apply is one GET when nothing differs, and its parameters are the six when something does',
    async () => {
      expect(
        (await play({ seed: { compositionSettings: safe }, inputs: { ...safeInputs, mode: 'apply' } })).methods,
      ).toBe('GET')
      const { requests } = await play({ inputs: { ...safeInputs, mode: 'apply' } })
      expect(Object.keys(requests[1]?.form ?? {}).toSorted()).toEqual([
        'AwsCredentialsSid',
        'AwsS3Url',
        'AwsStorageEnabled',
        'EncryptionEnabled',
        'EncryptionKeySid',
        'FriendlyName',
      ])
    },
  )
})

/** Inputs as what they desire of an account. */
function asSettings(desired: Readonly<Record<string, string>>): Partial<StoredSettings> {
  const settings = Object.entries(desired).filter(([input]) => Object.hasOwn(open, input.replaceAll('-', '_')))
  return Object.fromEntries(
    settings.map(([input, text]) => [
      input.replaceAll('-', '_'),
      text === 'true' ? true : text === 'false' ? false : text,
    ]),
  )
}

/** Settings with the slash at the end of the URL left out, which counts for nothing. */
function spelled(settings: StoredSettings | null): StoredSettings | null {
  return settings === null ? null : { ...settings, aws_s3_url: settings.aws_s3_url?.replace(/\/$/, '') ?? null }
}
