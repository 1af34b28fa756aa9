import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalBody } from '../../src/twilio/errors.ts'

const nothing = { code: null, detail: null, moreInfo: null }
const docs = 'https://www.twilio.com/docs/errors/20003'
const long = 'x'.repeat(100_000)
const short = `${'x'.repeat(500)}… (100000 characters)`

describe('refusalBody', () => {
  it.each([
    [
      'the classic form',
      { code: 20003, message: 'Authenticate', more_info: docs, status: 401 },
      { code: 20003, detail: 'Authenticate', moreInfo: docs },
    ],
    ['with a message only', { message: 'Authenticate' }, { code: null, detail: 'Authenticate', moreInfo: null }],
    [
      'with a code as text',
      { code: '20003', message: 'x', more_info: 1 },
      { code: 20003, detail: 'x', moreInfo: null },
    ],
    ['with a code that is none', { code: '2 or 3', message: 'x' }, { code: null, detail: 'x', moreInfo: null }],
    ['with an empty message', { code: 1, message: '' }, { code: 1, detail: '', moreInfo: null }],
    [
      'with text of any length',
      { code: 1, message: long, more_info: `https://${long}` },
      { code: 1, detail: short, moreInfo: null },
    ],
    [
      'with a link that is none',
      { code: 1, message: 'x', more_info: 'javascript:alert(1)' },
      { code: 1, detail: 'x', moreInfo: null },
    ],
    [
      'with a link that is as long as it may be',
      { message: 'x', more_info: `https://${'x'.repeat(492)}` },
      { code: null, detail: 'x', moreInfo: `https://${'x'.repeat(492)}` },
    ],
    [
      'with a link that is one too long',
      { message: 'x', more_info: `https://${'x'.repeat(493)}` },
      { code: null, detail: 'x', moreInfo: null },
    ],
    [
      'with a link that anybody could change',
      { message: 'x', more_info: docs.replace('https', 'http') },
      { code: null, detail: 'x', moreInfo: null },
    ],
    [
      'RFC 9457 with a detail of another type',
      { title: 'Invalid', code: 20001, detail: 1 },
      { code: 20001, detail: 'Invalid', moreInfo: null },
    ],
    [
      'RFC 9457',
      { type: docs, title: 'Invalid', status: 400, code: 20001, detail: 'A value is wrong' },
      { code: 20001, detail: 'A value is wrong', moreInfo: docs },
    ],
    [
      'RFC 9457 with a title only',
      { type: 'about:blank', title: 'Invalid' },
      { code: null, detail: 'Invalid', moreInfo: null },
    ],
    [
      'RFC 9457 with details',
      {
        title: 'Invalid',
        code: 20001,
        detail: 'Two are wrong',
        errors: [{ detail: 'not a key', pointer: '#/EncryptionKeySid' }, { detail: 'not a URL' }],
      },
      { code: 20001, detail: 'Two are wrong; #/EncryptionKeySid: not a key; not a URL', moreInfo: null },
    ],
    [
      'RFC 9457 with broken details',
      { title: 'Invalid', errors: [1] },
      { code: null, detail: 'Invalid', moreInfo: null },
    ],
    ['RFC 9457 of any length', { title: long, type: `https://${long}` }, { code: null, detail: short, moreInfo: null }],
  ])('reads %s', (_, body, said) => {
    expect(refusalBody(body)).toEqual(said)
  })

  it.each([undefined, null, [], 'text', {}, { message: 1 }, 5])('finds nothing in %j', (body) => {
    expect(refusalBody(body)).toEqual(nothing)
  })

  it('takes any body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (body) => {
        expect(Object.keys(refusalBody(body)).toSorted()).toEqual(['code', 'detail', 'moreInfo'])
      }),
    )
  })
})
