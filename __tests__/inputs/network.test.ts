import { describe, expect, it } from 'vitest'
import { checkProxies, hasRegion, readProxies } from '../../src/inputs/network.ts'
import { inputReader } from '../../src/inputs/reader.ts'

const none = { httpProxy: '', httpsProxy: '', noProxy: '' }

describe('the proxies of an environment', () => {
  it.each<[Record<string, string>, Partial<typeof none>]>([
    [{}, {}],
    [{ HTTP_PROXY: 'http://a' }, { httpProxy: 'http://a' }],
    [{ http_proxy: 'http://b', HTTP_PROXY: 'http://a' }, { httpProxy: 'http://b' }],
    [{ http_proxy: '', HTTP_PROXY: 'http://a' }, { httpProxy: 'http://a' }],
    [{ https_proxy: 'http://b' }, { httpsProxy: 'http://b' }],
    [{ https_proxy: '', HTTPS_PROXY: 'http://a' }, { httpsProxy: 'http://a' }],
    [{ NO_PROXY: 'example.com' }, { noProxy: 'example.com' }],
    [{ no_proxy: 'localhost', NO_PROXY: 'example.com' }, { noProxy: 'localhost' }],
  ])('of %j', (env, proxies) => {
    expect(readProxies(env)).toEqual({ ...none, ...proxies })
  })

  it.each(['http://proxy.example.com:3128', 'https://user:p%40ss@proxy', 'socks5://proxy', ''])(
    'may be %j',
    (HTTPS_PROXY) => {
      const mistakes: string[] = []
      checkProxies(inputReader({}, mistakes), { HTTPS_PROXY })
      expect(mistakes).toEqual([])
    },
  )

  it.each(['proxy:3128', 'ftp://proxy', 'http://user:secret%@proxy', 'file:///proxy'])(
    'may not be %j, and it is not repeated',
    (https_proxy) => {
      const mistakes: string[] = []
      checkProxies(inputReader({}, mistakes), { https_proxy })
      expect(mistakes).toEqual([expect.stringMatching(/^The environment variable "https_proxy" must be /)])
      expect(mistakes.join()).not.toContain(https_proxy)
    },
  )
})

it.each([
  [{}, false],
  [{ TWILIO_REGION: ' US1 ' }, false],
  [{ TWILIO_REGION: '' }, false],
  [{ TWILIO_REGION: 'ie1' }, true],
])('%j names another region: %s', (env, expected) => {
  expect(hasRegion(env)).toBe(expected)
})
