import { describe, expect, it } from 'vitest'
import { assertResource, isTwilioJson, parsed } from '../../src/twilio/answer.ts'

describe('JSON', () => {
  it.each<[unknown]>([
    [{ account_sid: null }],
    [{ credentials: [] }],
    [{ redirect_to: '' }],
    [{ code: 20003, message: 'No' }],
    [{ code: '20003', title: 'No' }],
  ])('such as %j is Twilio’s', (json) => {
    expect(isTwilioJson(json)).toBe(true)
  })

  it.each<[unknown]>([
    [{}],
    [null],
    [undefined],
    ['account_sid'],
    [{ error: 'account_sid' }],
    [{ code: 20003 }],
    [{ message: 'No' }],
    [{ code: 403, message: 'Forbidden' }],
    [{ code: 'EFORBIDDEN', message: 'Forbidden' }],
    [{ code: 200030, message: 'Forbidden' }],
  ])('such as %j may be anybody’s', (json) => {
    expect(isTwilioJson(json)).toBe(false)
  })

  it('tells whether it had a secret in it, at any depth', () => {
    const redact = (text: string): string => text.replaceAll('secret', '***')
    expect(parsed('{"a":[{"b":"a secret"}]}', redact)).toEqual({ json: { a: [{ b: 'a ***' }] }, isRedacted: true })
    expect(parsed('{"a":[{"b":"none"}]}', redact)).toEqual({ json: { a: [{ b: 'none' }] }, isRedacted: false })
    expect(parsed('{"a":"secret"}', null)).toEqual({ json: { a: 'secret' }, isRedacted: false })
    expect(parsed('<html>secret', redact)).toEqual({ json: undefined, isRedacted: false })
  })
})

describe('a link in an answer', () => {
  const path = '/v1/Compositions'

  it.each([
    [null, false],
    ['', true],
    ['/v1/Compositions', false],
    ['https://video.twilio.com/v1/Compositions/', false],
    ['https://video.twilio.com/v1/Compositions?Page=1', false],
    ['https://video.twilio.com/v1/Compositions/CJ1', true],
  ])('may be %j, below the resource: %s', (link, isBelow) => {
    expect(() => assertResource(link, path, `GET ${path}`, isBelow)).not.toThrow()
  })

  it.each([
    ['/v1/Compositions/CJ1', false],
    ['/v1/Compositions', true],
    ['/v1/CompositionsOfOthers', true],
    ['/v1/Recordings', false],
    ['http://[', false],
  ])('may not be %j, below the resource: %s', (link, isBelow) => {
    expect(() => assertResource(link, path, `GET ${path}`, isBelow)).toThrow(
      `GET ${path} was answered with another resource than the one asked for.`,
    )
  })
})
