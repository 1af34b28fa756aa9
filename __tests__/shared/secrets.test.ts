import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactor, secretForms } from '../../src/shared/secrets.ts'
import { accountSid, apiKey, apiKeySecret, authToken } from '../action/fixtures.ts'

describe('secretForms', () => {
  it('are the secret as it is, in a URL, in base64, and in a Basic header', () => {
    const basic = Buffer.from(`${apiKey}:${apiKeySecret}`).toString('base64')
    expect(secretForms({ user: apiKey, password: apiKeySecret })).toEqual([
      'secret-of-key-a/+=aaaaaaaaaaaaaa',
      'secret-of-key-a%2F%2B%3Daaaaaaaaaaaaaa',
      Buffer.from(apiKeySecret).toString('base64'),
      basic,
      encodeURIComponent(basic),
      encodeURIComponent(Buffer.from(apiKeySecret).toString('base64')),
    ])
  })

  it('have each form once, those of JSON included, and none of nothing', () => {
    expect(secretForms({ user: accountSid, password: 'a"\\bcdefgh' })).toContain('a\\"\\\\bcdefgh')
    const forms = secretForms({ user: accountSid, password: authToken })
    expect(new Set(forms).size).toBe(forms.length)
    expect(secretForms({ user: accountSid, password: '' })).toEqual([])
  })
})

describe('redactor', () => {
  it.each([
    ['once', ['secret'], 'a secret here', 'a *** here'],
    ['as often as it stands there', ['secret'], 'secretsecret, secret', '******, ***'],
    ['the longest first', ['secret', 'secret-and-more'], 'a secret-and-more', 'a ***'],
    ['nothing', [], 'a secret', 'a secret'],
    ['what is special in a pattern', ['a.b$&'], 'a.b$& axb$&', '*** axb$&'],
  ])('blots out %s', (_, secrets, text, redacted) => {
    expect(redactor(secrets)(text)).toBe(redacted)
  })

  it('leaves no secret in any text', () => {
    // A secret of asterisks, or one that they complete, is none of Twilio's.
    const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => !text.includes('*'))
    const credentials = fc.array(fc.record({ user: fc.constantFrom(accountSid, apiKey), password: secret }), {
      minLength: 1,
      maxLength: 3,
    })
    const texts = fc.array(fc.oneof(fc.string(), fc.nat()), { maxLength: 12 })
    fc.assert(
      fc.property(credentials, texts, (given, parts) => {
        const secrets = given.flatMap(secretForms)
        const text = parts.map((part) => (typeof part === 'string' ? part : secrets[part % secrets.length])).join('')
        const redacted = redactor(secrets)(text)
        for (const form of secrets) expect(redacted).not.toContain(form)
      }),
    )
  })
})
