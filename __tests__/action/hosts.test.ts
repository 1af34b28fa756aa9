import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bucket, safe, safeInputs } from './fixtures.ts'
import { preloaded } from './preloaded.ts'
import { annotated, leadOf, onStage, play, type Scene } from './scenario.ts'

const notHere =
  'The environment variable "TWILIO_SANDBOX_URL" must be a URL on this machine, such as http://127.0.0.1:8787. Credentials are sent to Twilio and nowhere else; unset it to use Twilio.'

/**
 * Makes every look-up of a name fail, and says so: nothing can leave this machine, and what would have
 * is in the log.
 */
const offline = preloaded(`
    import dns from 'node:dns'
    dns.lookup = (host, options, done) => {
      console.log('looked up ' + host)
      done(Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND' }))
    }`)
const lookedUp = ({ log }: Scene): string[] => [
  ...new Set([...log.matchAll(/^looked up (.*)$/gm)].map(([, host = '']) => host)),
]

interface Proxy {
  readonly url: string
  /** Every request line that it got: method and target. */
  readonly asked: readonly string[]
}

/** A proxy on this machine that opens no tunnel. */
async function withProxy<T>(act: (proxy: Proxy) => Promise<T>): Promise<T> {
  const asked: string[] = []
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    response.writeHead(403).end()
  })
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  try {
    return await act({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
}

describe.concurrent('TWILIO_SANDBOX_URL', () => {
  it.each([
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://127.0.0.1:80@evil.example/',
    'http://evil.example#127.0.0.1',
    'http://evil.example/?localhost',
    'http://evil.example\\@127.0.0.1',
    'http://user@127.0.0.1',
    'http://:password@localhost',
    'https://video.twilio.com',
    'http://0.0.0.0',
    'http://128.0.0.1',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
    'http://[::]',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,x',
    'localhost:8787',
    '127.0.0.1',
    '//127.0.0.1',
    'nonsense',
    'http://',
  ])('is a mistake unless it is on this machine, and nothing is sent: %s', async (url) => {
    const scene = await play({ inputs: safeInputs, env: { ...offline, TWILIO_SANDBOX_URL: url } })
    expect([scene.exitCode, scene.outputs['result'], lookedUp(scene)]).toEqual([1, 'error', []])
    expect(annotated(scene, 'error')).toEqual([notHere])
    expect(leadOf(scene)).toBe(`${notHere} Nothing was sent to Twilio.`)
  })

  it.each([
    ['localhost', (port: string) => `http://localhost:${port}`],
    ['another spelling of 127.0.0.1', (port: string) => `http://127.1:${port}/`],
    ['white space around it', (port: string) => ` http://127.0.0.1:${port}\n`],
  ])('may be %s', async (_, urlOf) => {
    await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
      const scene = await run({ inputs: safeInputs, env: { TWILIO_SANDBOX_URL: urlOf(new URL(sandbox.url).port) } })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET'])
    })
  })

  it('stands behind no proxy', async () => {
    await withProxy(async ({ url, asked }) => {
      const env = { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, https_proxy: url, ALL_PROXY: url }
      const scene = await play({ seed: { compositionSettings: safe }, inputs: safeInputs, env })
      expect([scene.exitCode, scene.outputs['result'], asked]).toEqual([0, 'in-sync', []])
    })
  })
})

describe.concurrent('without a sandbox', () => {
  const real = { ...offline, TWILIO_SANDBOX_URL: '' }
  const verifying = { ...safeInputs, 'verify-credentials': 'true' }

  it.each(['check', 'plan', 'apply'])('the only host that is looked for is that of the settings: %s', async (mode) => {
    const scene = await play({ inputs: { ...safeInputs, mode, 'aws-s3-url': bucket }, env: real })
    expect([scene.exitCode, scene.outputs['result'], scene.methods, lookedUp(scene)]).toEqual([
      1,
      'error',
      '',
      ['video.twilio.com'],
    ])
    expect(annotated(scene, 'error')).toEqual([
      'GET /v1/CompositionSettings/Default got no answer from video.twilio.com: getaddrinfo ENOTFOUND video.twilio.com (tried 5 times).',
    ])
    expect(leadOf(scene)).toBe(
      'Check that the runner reaches video.twilio.com on port 443, and the proxy if there is one. ' +
        (mode === 'apply' ? 'Nothing was written.' : 'This run proves nothing about the account.'),
    )
  })

  it('and that of the credentials, if they are verified', async () => {
    const scene = await play({ inputs: verifying, env: real })
    expect(lookedUp(scene).toSorted()).toEqual(['accounts.twilio.com', 'video.twilio.com'])
  })

  it.each(['HTTPS_PROXY', 'https_proxy'])('a proxy is asked for those hosts and no other: %s', async (name) => {
    await withProxy(async ({ url, asked }) => {
      const scene = await play({ inputs: verifying, env: { ...real, [name]: url } })
      expect([scene.exitCode, scene.outputs['result'], lookedUp(scene)]).toEqual([1, 'error', []])
      expect([...new Set(asked)].toSorted()).toEqual([
        'CONNECT accounts.twilio.com:443',
        'CONNECT video.twilio.com:443',
      ])
    })
  })

  it.each([
    ['the very host', 'video.twilio.com'],
    ['its domain', '.twilio.com'],
    ['everything', '*'],
  ])('NO_PROXY with %s goes past the proxy', async (_, NO_PROXY) => {
    await withProxy(async ({ url, asked }) => {
      const scene = await play({ inputs: safeInputs, env: { ...real, HTTPS_PROXY: url, NO_PROXY } })
      expect([scene.exitCode, lookedUp(scene), asked]).toEqual([1, ['video.twilio.com'], []])
    })
  })

  it('NO_PROXY with another host does not', async () => {
    await withProxy(async ({ url, asked }) => {
      const scene = await play({ inputs: safeInputs, env: { ...real, HTTPS_PROXY: url, NO_PROXY: 'example.com' } })
      expect([scene.exitCode, lookedUp(scene), [...new Set(asked)]]).toEqual([1, [], ['CONNECT video.twilio.com:443']])
    })
  })
})
