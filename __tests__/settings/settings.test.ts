import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anySettings,
  isSame,
  merged,
  managedNames,
  type SettingName,
  settingNames,
  settings,
} from '../../src/settings/settings.ts'
import { bucket, keySid } from '../action/fixtures.ts'
import { bucketUrls, credentialSids, currents, desireds, hostileTexts } from '../arbitraries.ts'

const mistakeOf = (name: SettingName, text: string): string | null => {
  const parsed = anySettings[name].parse(text)
  return parsed.kind === 'mistake' ? parsed.mistake : null
}
const value = (given: unknown, warning: string | null = null): unknown => ({ kind: 'value', value: given, warning })

it('names each setting for Twilio and for the workflow, the weightiest first', () => {
  expect(settingNames.map((name) => [name, anySettings[name].input, anySettings[name].parameter])).toEqual([
    ['encryption_enabled', 'encryption-enabled', 'EncryptionEnabled'],
    ['encryption_key_sid', 'encryption-key-sid', 'EncryptionKeySid'],
    ['aws_storage_enabled', 'aws-storage-enabled', 'AwsStorageEnabled'],
    ['aws_s3_url', 'aws-s3-url', 'AwsS3Url'],
    ['aws_credentials_sid', 'aws-credentials-sid', 'AwsCredentialsSid'],
    ['friendly_name', 'friendly-name', 'FriendlyName'],
  ])
})

describe('a switch', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('reads %s', (text, read) => {
    expect(settings.encryption_enabled.parse(text)).toEqual(value(read))
    expect(settings.aws_storage_enabled.parse(text)).toEqual(value(read))
  })

  it.each(['yes', 'on', '1', '0', 'tRUE', 'null', '!true', 'true,'])('does not take %s', (text) => {
    expect(mistakeOf('encryption_enabled', text)).toBe('must be true or false')
  })
})

describe('a SID', () => {
  it.each([keySid, `CR${'aB'.repeat(16)}`])('may be %s', (sid) => {
    expect(settings.encryption_key_sid.parse(sid)).toEqual(value(sid))
  })

  it.each([
    ['too short', `CR${'1'.repeat(31)}`, 'hexadecimal digits. '],
    ['too long', `CR${'1'.repeat(33)}`, 'hexadecimal digits. '],
    ['not hexadecimal', `CR${'g'.repeat(32)}`, 'hexadecimal digits. '],
    ['of a small prefix', `cr${'1'.repeat(32)}`, 'hexadecimal digits. '],
    ['followed by a line', `${keySid}\nx`, 'hexadecimal digits. '],
    ['that of an account', `AC${'a'.repeat(32)}`, ', and AC… is the SID of an account.'],
    ['that of an API key', `SK${'a'.repeat(32)}`, ', and SK… is the SID of an API key.'],
    ['a key', '-----BEGIN PUBLIC KEY-----', ', and this is a key itself.'],
  ])('is not %s', (_, sid, hint) => {
    expect(mistakeOf('encryption_key_sid', sid)).toContain(hint)
    expect(mistakeOf('encryption_key_sid', sid)).toContain('must be the SID of a public key')
    expect(mistakeOf('aws_credentials_sid', sid)).toContain('must be the SID of an AWS credential')
  })
})

describe.each(['encryption_key_sid', 'aws_credentials_sid'] as const)('%s in an answer', (name) => {
  const isVerified = (answered: unknown): boolean => anySettings[name].schema().safeParse(answered).success

  it.each([keySid, `CR${'aB'.repeat(16)}`, ''])('may be %j', (answered) => {
    expect(isVerified(answered)).toBe(true)
  })

  it.each(['garbage', ' ', 'CR123', ` ${keySid}`, `${keySid}\n`, `AC${'1'.repeat(32)}`, `cr${'1'.repeat(32)}`, 'null'])(
    'is not %j',
    (answered) => {
      expect(isVerified(answered)).toBe(false)
    },
  )
})

/** A host of so many characters, in labels of at most 63. */
const hostOf = (length: number): string =>
  `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(length - 209)}.s3.amazonaws.com`

describe('a bucket URL', () => {
  it.each([
    bucket,
    'HTTPS://media.s3.amazonaws.com',
    'https://media.s3.eu-west-1.amazonaws.com/a/b/',
    'https://s3.cn-north-1.amazonaws.com.cn/media',
    "https://media.s3.amazonaws.com:443/a-._~:@!$&'()*+,;=%2F",
    'https://MEDIA.S3.AMAZONAWS.COM/compositions',
    'https://media.s3.amazonaws.com:65535/',
    'https://{account_sid}.s3.amazonaws.com/{account_sid}/media',
    `https://${'a'.repeat(63)}.s3.amazonaws.com`,
    `https://${hostOf(253)}`,
  ])('may be %s', (url) => {
    expect(settings.aws_s3_url.parse(url)).toEqual(value(url))
  })

  it.each([
    ['https://media.example.com/x', 'media.example.com'],
    ['https://amazonaws.com.example.com', 'amazonaws.com.example.com'],
    ['https://evilamazonaws.com/', 'evilamazonaws.com'],
    ['https://minio.example.com:9000/x', 'minio.example.com'],
  ])('may be %s, with a warning', (url, host) => {
    expect(settings.aws_s3_url.parse(url)).toEqual(
      value(url, `names the host ${host}, which is not one of Amazon S3 (*.amazonaws.com). Twilio documents S3 only`),
    )
  })

  const notHttps = 'must begin with https://'
  const parts = 'must be a host and a path only'
  const host = 'has a host that is not DNS-compliant'
  const characters = 'has characters that RFC 3986 does not allow'
  it.each([
    ['http://media.s3.amazonaws.com', notHttps],
    ['s3://media/compositions', notHttps],
    ['media.s3.amazonaws.com', notHttps],
    ['//media.s3.amazonaws.com', notHttps],
    ['https://user@media.s3.amazonaws.com', parts],
    ['https://media.s3.amazonaws.com/?a=b', parts],
    ['https://media.s3.amazonaws.com/#', parts],
    ['https://', host],
    ['https:///compositions', host],
    ['https://my_bucket.s3.amazonaws.com', host],
    ['https://-media.s3.amazonaws.com', host],
    ['https://media-.s3.amazonaws.com', host],
    ['https://media..s3.amazonaws.com', host],
    ['https://media.s3.amazonaws.com.', host],
    ['https://media.s3.amazonaws.com:port', host],
    [`https://${'a'.repeat(64)}.s3.amazonaws.com`, host],
    [`https://${'a.'.repeat(127)}com`, host],
    [`https://${hostOf(254)}`, host],
    ['https://media.s3.amazonaws.com:123456', host],
    ['https://[::1]/', host],
    ['https://media.s3.amazonaws.com/a b', characters],
    ['https://{account}.s3.amazonaws.com', characters],
    ['https://média.s3.amazonaws.com', characters],
    ['https://media.s3.amazonaws.com/%zz', characters],
    ['https://media.s3.amazonaws.com/%2', characters],
    ['https://media.s3.amazonaws.com/\n', characters],
    ['https://media.s3.amazonaws.com/"<>', characters],
  ])('is not %j', (url, mistake) => {
    expect(mistakeOf('aws_s3_url', url)).toContain(mistake)
  })
})

describe('isSame', () => {
  it.each<[SettingName, string | boolean, string | boolean, boolean]>([
    ['encryption_enabled', true, true, true],
    ['encryption_enabled', true, false, false],
    ['encryption_key_sid', `CR${'a'.repeat(32)}`, `CR${'A'.repeat(32)}`, true],
    ['encryption_key_sid', `CR${'a'.repeat(32)}`, `CR${'b'.repeat(32)}`, false],
    ['aws_credentials_sid', `CR${'a'.repeat(32)}`, `CR${'A'.repeat(32)}`, true],
    ['aws_s3_url', 'https://media.s3.amazonaws.com', 'HTTPS://MEDIA.s3.amazonaws.com/', true],
    ['aws_s3_url', 'https://media.s3.amazonaws.com/x', 'https://media.s3.amazonaws.com/x/', true],
    ['aws_s3_url', 'https://media.s3.amazonaws.com/x', 'https://media.s3.amazonaws.com/X', false],
    ['aws_s3_url', 'https://media.s3.amazonaws.com/x', 'https://media.s3.amazonaws.com/x//', false],
    ['aws_s3_url', 'https://media.s3.amazonaws.com/x/', 'https://media.s3.amazonaws.com/x//', false],
    ['aws_s3_url', 'https://media.s3.amazonaws.com/x', 'https://media.s3.amazonaws.com/', false],
    ['aws_s3_url', 'https://media.s3.amazonaws.com', 'http://media.s3.amazonaws.com', false],
    ['friendly_name', 'Media', 'media', false],
    ['friendly_name', 'Media', 'Media ', false],
    ['friendly_name', 'Media', 'Media', true],
  ])('of %s, %j and %j: %j', (name, a, b, same) => {
    expect(isSame(name, a, b)).toBe(same)
    expect(isSame(name, b, a)).toBe(same)
  })

  const texts = ['encryption_key_sid', 'aws_s3_url', 'aws_credentials_sid', 'friendly_name'] as const
  const values = fc.oneof(bucketUrls, credentialSids, hostileTexts)
  it.each(texts)('is an equivalence of %s, by an idempotent normal form', (name) => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const normalForm = (text: string): string => String(anySettings[name].normalForm(text))
        expect(normalForm(normalForm(a))).toBe(normalForm(a))
        expect(isSame(name, a, a)).toBe(true)
        expect(isSame(name, a, normalForm(a))).toBe(true)
        expect(isSame(name, a, b)).toBe(isSame(name, b, a))
        if (isSame(name, a, b) && isSame(name, b, c)) expect(isSame(name, a, c)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('layOver', () => {
  it('has what is desired where something is, else what is there, absent staying absent', () => {
    expect(merged({ encryption_enabled: true }, { encryption_enabled: false, aws_s3_url: null })).toEqual({
      encryption_enabled: true,
      aws_s3_url: null,
    })
    expect(managedNames({ friendly_name: 'x', encryption_enabled: false })).toEqual([
      'encryption_enabled',
      'friendly_name',
    ])
  })

  it('keeps every unmanaged setting as it is', () => {
    fc.assert(
      fc.property(desireds, currents, (desired, current) => {
        const over = merged(desired, current)
        for (const name of settingNames) expect(over[name]).toBe(name in desired ? desired[name] : current[name])
        expect(Object.keys(over).sort()).toEqual(
          [...new Set([...Object.keys(desired), ...Object.keys(current)])].sort(),
        )
      }),
    )
  })
})
