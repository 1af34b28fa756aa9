import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactor, secretForms, whyNoSecret } from '../../src/shared/secrets.ts'
import { accountSid, apiKey, apiKeySecret, authToken } from '../action/fixtures.ts'

describe('secretForms', () => {
  it('are the secret as it is, in a URL, in base64, and in a Basic header', () => {
    const basic = Buffer.from(`${apiKey}:${apiKeySecret}`).toString('base64')
    const padded = Buffer.from(apiKeySecret).toString('base64')
    const forms = secretForms({ user: apiKey, password: apiKeySecret })
    expect(forms).toEqual(
      expect.arrayContaining([
        'secret-of-key-a/+=aaaaaaaaaaaaaa',
        'secret-of-key-a%2F%2B%3Daaaaaaaaaaaaaa',
        ...[padded, basic].flatMap((text) => [text, text.replace(/=+$/, ''), encodeURIComponent(text)]),
        ...[apiKeySecret, `${apiKey}:${apiKeySecret}`].map((text) => Buffer.from(text).toString('base64url')),
      ]),
    )
    expect(secretForms({ user: apiKey, password: "a'(b)~c d*" })).toContain('a%27%28b%29%7Ec+d*')
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
    ['all that secrets which overlap cover', ['abcdefgh', 'efghijkl'], 'x abcdefghijkl x', 'x *** x'],
    ['a secret that is a part of another', ['secret', 'my-secret-is'], 'my-secret-is, secret', '***, ***'],
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

describe('whyNoSecret', () => {
  const secret = 'secret-of-key-a/+=aaaaaaaaaaaaaa'

  it.each<[why: string, texts: readonly string[]]>([
    ['is itself a SID', [accountSid, apiKey, `CR${'1'.repeat(32)}`, `AC${'A'.repeat(32)}`]],
    ['has a SID and a colon', [`${accountSid}:${secret}`, `${apiKey}:${secret}`]],
    [
      'is in quotes',
      [`"${secret}"`, `'${secret}'`, `\`${secret}\``, `“${secret}”`, `"${secret}`, `${secret}'`, `\\"${secret}`],
    ],
    [
      'is a placeholder',
      ['<your auth token>', '[auth-token]', '(token)', '%TWILIO_AUTH_TOKEN%', 'your-auth-token', 'YOUR_TOKEN'],
    ],
    ['begins with a "$" or "{"', ['$TWILIO_AUTH_TOKEN', '${{ secrets.X }}', '$(cat token)', '{{ token }}', '{token}']],
    ['is an expression without', ['secrets.TWILIO_AUTH_TOKEN', 'vars.TOKEN', 'env.TWILIO_AUTH_TOKEN']],
    [
      'is a URL or a reference',
      ['op://vault/item/field', 'vault://a/b', 'awssm://x', 'https://a.example', 'arn:aws:secretsmanager:x'],
    ],
    ['is a token of GitHub', [`ghp_${'a'.repeat(36)}`, `ghs_${'a'.repeat(36)}`, `github_pat_${'a'.repeat(60)}`]],
    ['is a key in PEM form', ['-----BEGIN PUBLIC KEY-----\nAAAA']],
    [
      'has control or invisible',
      [
        `${secret}\u200b`,
        `a\nb${secret}`,
        `\ufeff${secret}`,
        `a\u0000${secret}`,
        `a\u3164${secret}`,
        `a\u00ad${secret}`,
      ],
    ],
    ['has white space', [`a ${secret}`, `a\u00a0${secret}`, `Basic ${secret}`, `a\u3000${secret}`]],
    ['begins with a name', ['TWILIO_AUTH_TOKEN=aaaaaaaaaaaaaaaa', 'token=aaaaaaaaaaaaa', 'TWILIO_AUTH_TOKEN=']],
    ['is masked or cut off', ['***', '********', '••••••••••', '--------', 'aaaa***aaaa', 'aaaaaa…', 'aaaaaaa...aaaa']],
  ])('a text that %s', (why, texts) => {
    for (const text of texts) expect([text, whyNoSecret(text)]).toEqual([text, expect.stringContaining(why)])
  })

  it.each([authToken, apiKeySecret, 'a'.repeat(32), '0123456789abcdef'.repeat(2), 'aGVsbG8gd29ybGQ=', 'aaaaaaaa=='])(
    'says nothing of what may be one: %s',
    (text) => {
      expect(whyNoSecret(text)).toBeNull()
    },
  )
})
