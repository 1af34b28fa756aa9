import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { describe, expect, it } from 'vitest'
import { safe, safeInputs } from './fixtures.ts'
import { preloaded } from './preloaded.ts'
import { annotated, leadOf, onStage, play } from './scenario.ts'
import { startTls } from './tls.ts'

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe.concurrent('a proxy that refuses the tunnel', () => {
  it.each([
    [407, 1, 'The proxy asks for a user and a password'],
    [403, 1, 'Ask whoever runs the proxy to let the runner reach video.twilio.com on port 443'],
    [503, 5, 'Ask whoever runs the proxy to let the runner reach video.twilio.com on port 443'],
  ])('with %i is told as that, after %i tries', async (status, tries, advice) => {
    let asked = 0
    const proxy = createHttpServer().on('connect', (_, socket) => {
      asked++
      socket.on('error', () => undefined).end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    })
    const port = await portOf(proxy)
    try {
      const scene = await play({
        inputs: safeInputs,
        env: { TWILIO_SANDBOX_URL: '', HTTPS_PROXY: `http://127.0.0.1:${port}` },
      })
      expect([scene.exitCode, scene.outputs['result'], asked]).toEqual([1, 'error', tries])
      expect(annotated(scene, 'error')).toEqual([
        expect.stringContaining(
          `got no answer from video.twilio.com: the proxy refused the connection with HTTP ${status} (tried`,
        ),
      ])
      expect(leadOf(scene)).toContain(advice)
    } finally {
      proxy.close()
    }
  })
})

describe.concurrent('a proxy in the environment', () => {
  it.each([
    ['https_proxy', 'HTTPS_PROXY'],
    ['https_proxy', 'HTTP_PROXY'],
    ['no_proxy', 'HTTPS_PROXY'],
  ])('is not hidden by an empty %s: %s', async (empty, name) => {
    await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
      const tls = await startTls({ origin: sandbox.url })
      const { HTTPS_PROXY: url = '', ...env } = tls.env
      try {
        const scene = await run({ inputs: safeInputs, env: { ...env, [empty]: '', [name]: url } })
        expect([scene.outputs['result'], tls.tunnels]).toEqual(['in-sync', ['video.twilio.com:443']])
      } finally {
        tls.close()
      }
    })
  })

  it('is gone round for the hosts in NO_PROXY, also beside an empty no_proxy', async () => {
    const asked: string[] = []
    const proxy = createHttpServer().on('connect', ({ url = '' }, socket) => {
      asked.push(url)
      socket.on('error', () => undefined).end('HTTP/1.1 403 No\r\n\r\n')
    })
    const port = await portOf(proxy)
    const nowhere = preloaded(`
      import dns from 'node:dns'
      import { syncBuiltinESMExports } from 'node:module'
      dns.lookup = (host, options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
      syncBuiltinESMExports()`)
    try {
      const scene = await play({
        inputs: safeInputs,
        env: {
          ...nowhere,
          TWILIO_SANDBOX_URL: '',
          HTTPS_PROXY: `http://127.0.0.1:${port}`,
          no_proxy: '',
          NO_PROXY: 'video.twilio.com',
        },
      })
      expect([scene.outputs['result'], asked]).toEqual(['error', []])
    } finally {
      proxy.close()
    }
  })
})

describe.concurrent('a network failure', () => {
  /** A proxy whose name has two addresses, and nobody listens at either. */
  const twoAddresses = preloaded(`
    import dns from 'node:dns'
    import { syncBuiltinESMExports } from 'node:module'
    dns.lookup = (host, options, done) =>
      done(null, [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.3', family: 4 }])
    syncBuiltinESMExports()`)

  it('names every address that was tried, and why each failed', async () => {
    const server = createServer()
    const port = await portOf(server)
    server.close()
    const scene = await play({
      inputs: safeInputs,
      env: { ...twoAddresses, TWILIO_SANDBOX_URL: '', HTTPS_PROXY: `http://proxy.example.com:${port}` },
    })
    expect(annotated(scene, 'error')).toEqual([
      expect.stringContaining(
        `got no answer from video.twilio.com: connect ECONNREFUSED 127.0.0.2:${port}; connect ECONNREFUSED 127.0.0.3:${port} (tried 5 times).`,
      ),
    ])
  })
})
