import * as fc from 'fast-check'
import type { Current, Desired } from '../src/settings/settings.ts'
import { type SettingValue } from '../src/settings/values.ts'

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'.split('')), minLength: 32, maxLength: 32 })
/** SIDs of credentials, in either case of their digits. */
export const credentialSids = hex.map((digits) => `CR${digits}`)
const host = fc.constantFrom('media.s3.amazonaws.com', 'Media.S3.amazonaws.com', 'other.s3.eu-west-1.amazonaws.com')
const path = fc.constantFrom('', '/', '//', '/compositions', '/compositions/', '/Compositions', '/a/b//')
/** Bucket URLs, in many spellings. */
export const bucketUrls = fc
  .tuple(fc.constantFrom('https', 'HTTPS'), host, path)
  .map(([scheme, name, rest]) => `${scheme}://${name}${rest}`)
/** Any text, with what is hostile to tables, logs and Markdown more often than chance has it. */
export const hostileTexts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '|',
        '\n',
        '\r\n',
        '\n\n',
        '::error::',
        '##[error]',
        '</td>',
        '</tr>',
        '<tr><td>',
        '</table>',
        '<!--',
        '-->',
        '`',
        '```\n',
        '@team',
        '&lt;',
        '&#10;',
        '*a*',
        '![a](https://example.com/a.png)',
        '\u00a0::',
        '\u202e',
        ' ',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))
const names = hostileTexts.filter((name) => name !== '')

/** What a workflow may ask for: any of the settings, any valid value. */
export const desireds: fc.Arbitrary<Desired> = fc.record(
  {
    encryption_enabled: fc.boolean(),
    encryption_key_sid: credentialSids,
    aws_storage_enabled: fc.boolean(),
    aws_s3_url: bucketUrls,
    aws_credentials_sid: credentialSids,
    friendly_name: names,
  },
  { requiredKeys: [] },
)

const orBlank = <T extends SettingValue>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null })

/** What an account may have: any of the settings, blank or with anything that Twilio may answer. */
export const currents: fc.Arbitrary<Current> = fc.record(
  {
    encryption_enabled: orBlank(fc.boolean()),
    encryption_key_sid: orBlank(fc.oneof(credentialSids, names)),
    aws_storage_enabled: orBlank(fc.boolean()),
    aws_s3_url: orBlank(fc.oneof(bucketUrls, names)),
    aws_credentials_sid: orBlank(fc.oneof(credentialSids, names)),
    friendly_name: orBlank(names),
  },
  { requiredKeys: [] },
)
