import * as z from 'zod/mini'
import { accept, type Parsed, reject } from '../shared/parsed.ts'
import { isWordLike } from '../shared/text.ts'

/** A value of a setting. */
export type SettingValue = string | boolean

/** How values of one kind are read from an input, checked in an answer of Twilio, and compared. */
export interface ValueKind<V extends SettingValue> {
  /** Reads the text of an input, already trimmed and not empty. */
  parse(text: string): Parsed<V>
  /** What Twilio may answer for it, `null` aside. */
  readonly schema: () => z.ZodMiniType<V>
  /** The spelling by which two values are compared; two values mean the same if these are equal. */
  normalForm(value: V): V
}

/** Any text. */
export const text: ValueKind<string> = {
  parse: (value) => accept(value),
  schema: () => z.string(),
  normalForm: (value) => value,
}

/** True or false. The spellings are those of YAML 1.2's core schema, as in `core.getBooleanInput`. */
export const flag: ValueKind<boolean> = {
  parse: (value) => {
    if (['true', 'True', 'TRUE'].includes(value)) return accept(true)
    if (['false', 'False', 'FALSE'].includes(value)) return accept(false)
    return reject('must be true or false')
  },
  schema: () => z.boolean(),
  normalForm: (value) => value,
}

/** The SID of a public key or an AWS credential, as Twilio documents it. */
export const credentialSidForm = /^CR[0-9a-fA-F]{32}$/

/** The SID of `what`, such as "a public key"; the case of its digits does not count. */
export function credentialSid(what: string): ValueKind<string> {
  return {
    parse: (value) =>
      credentialSidForm.test(value)
        ? accept(value)
        : reject(
            `must be the SID of ${what}: CR and 32 hexadecimal digits${mistakenFor(value)}. Twilio's Console lists them under Account > Credentials`,
          ),
    // An empty text is how Twilio may answer what is blank.
    schema: () => z.union([z.literal(''), z.string().check(z.regex(credentialSidForm))]),
    normalForm: (value) => value.slice(0, 2) + value.slice(2).toLowerCase(),
  }
}

function mistakenFor(value: string): string {
  if (value.startsWith('AC')) return ', and AC… is the SID of an account'
  if (value.startsWith('SK')) return ', and SK… is the SID of an API key'
  if (value.includes('-----BEGIN')) return ', and this is a key itself'
  return ''
}

/** What stands for the SID of the account at hand, in the settings that are text. */
export const accountPlaceholder = '{account_sid}'

const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** The hosts of S3, with the bucket before them or in the path, and what else there is at Amazon. */
const amazonHost =
  /^(?:(?<before>.+)\.)?(?<service>s3(?:-[a-z0-9-]+)?)(?<after>(?:\.[a-z0-9-]+){0,2})\.amazonaws\.com(?:\.cn)?$/i

const example = 'https://my-bucket.s3.us-east-1.amazonaws.com'

/**
 * What is odd about the host of a bucket, in words that follow the name of the input; `null` if nothing is.
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
function hostWarning(host: string, path: string): string | null {
  if (!/(?:^|\.)amazonaws\.com(?:\.cn)?$/i.test(host)) {
    const told = isWordLike(host) ? `the host ${host}, which` : 'a host that'
    return `names ${told} is not one of Amazon S3 (*.amazonaws.com). Twilio documents S3 only`
  }
  const { before, service = '', after = '' } = amazonHost.exec(host)?.groups ?? {}
  if (/^s3-website/i.test(service))
    return `names the website endpoint of a bucket, which takes no uploads. Use its REST endpoint, such as ${example}`
  const isRegion = /^(?:\.dualstack)?(?:\.[a-z]{2,4}(?:-[a-z]+)+-\d)?$/i.test(after)
  if (service === '' || !isRegion || /^s3-(?:control|outposts|object-lambda|deprecated|global)/i.test(service))
    return `names a host of Amazon that is not S3. Use the REST endpoint of a bucket, such as ${example}`
  return before === undefined && /^\/*$/.test(path)
    ? `names no bucket. Put its name before the host, as in ${example}`
    : null
}

/**
 * The characters of https://www.rfc-editor.org/rfc/rfc3986#section-2, with `%` only before two
 * hexadecimal digits.
 */
const uriCharacters = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

/** The URL of a bucket, and the path in it. */
export const bucketUrl: ValueKind<string> = {
  parse: (value) => {
    if (!uriCharacters.test(value.replaceAll(accountPlaceholder, 'account')))
      return reject('has characters that RFC 3986 does not allow in a URL. Percent-encode them')
    const parts = /^https:\/\/([^/?#]*)([^?#]*)([?#].*)?$/i.exec(value)
    if (parts === null) return reject('must begin with https://, as in https://my-bucket.s3.amazonaws.com/compositions')
    const [, authority = '', path = '', rest] = parts
    if (authority.includes('@') || rest !== undefined)
      return reject('must be a host and a path only, without a user, a query or a fragment')
    const host = authority.replaceAll(accountPlaceholder, 'account').replace(/:\d{1,5}$/, '')
    if (host.length > 253 || !host.split('.').every((label) => hostLabel.test(label))) {
      return reject(
        'has a host that is not DNS-compliant. Each part between dots is 1 to 63 letters, digits and inner hyphens',
      )
    }
    return accept(value, hostWarning(host, path))
  },
  schema: () => z.string(),
  normalForm: (value) =>
    value
      .replace(/^[^:/?#]+:\/\/[^/?#]*/, (origin) => origin.toLowerCase().replace(/^(https:.*):443$/, '$1'))
      .replace(/(?<!\/)\/$/, ''),
}
