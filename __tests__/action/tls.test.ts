import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { accountSid, authToken, safe, safeInputs } from './fixtures.ts'
import { impatient } from './impatient.ts'
import { annotated, leadOf, onStage, play, type Scenario, type Scene, type Stage } from './scenario.ts'
import { startTls, type Tls, type TlsOptions } from './tls.ts'

type Run = (scenario: Omit<Scenario, keyof Stage>) => Promise<Scene>

/** Runs steps against Twilio's own names, with a sandbox behind them. */
async function overTls(
  options: Omit<TlsOptions, 'origin'>,
  act: (run: Run, tls: Tls, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  await onStage({ seed: { compositionSettings: safe } }, async (sandbox, run) => {
    const tls = await startTls({ ...options, origin: sandbox.url })
    try {
      await act((scenario) => run({ ...scenario, env: { ...tls.env, ...scenario.env } }), tls, sandbox)
    } finally {
      tls.close()
    }
  })
}

describe.concurrent('over TLS, with the names of Twilio', () => {
  it.each([
    ['h2', '2.0'],
    ['http/1.1', '1.1'],
  ] as const)('a check by %s is one request in one tunnel', async (protocol, version) => {
    await overTls({ protocol }, async (run, { tunnels, protocols }) => {
      const scene = await run({ inputs: safeInputs })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'in-sync', 'GET'])
      expect(scene.requests[0]?.headers['authorization']).toBe(`Basic ${btoa(`${accountSid}:${authToken}`)}`)
      expect([tunnels, protocols]).toEqual([['video.twilio.com:443'], [version]])
    })
  })

  it.each(['h2', 'http/1.1'] as const)('apply by %s writes and reads back in the same tunnel', async (protocol) => {
    await overTls({ protocol }, async (run, { tunnels }) => {
      const scene = await run({ inputs: { ...safeInputs, mode: 'apply', 'friendly-name': 'Another name' } })
      expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([0, 'applied', 'GET POST GET'])
      expect(scene.stored?.friendly_name).toBe('Another name')
      expect(tunnels).toEqual(['video.twilio.com:443'])
    })
  })

  it('the credentials are verified in tunnels to their own host', async () => {
    await overTls({}, async (run, { tunnels }) => {
      const scene = await run({ inputs: { ...safeInputs, 'verify-credentials': 'true' } })
      expect([scene.exitCode, scene.outputs['result'], scene.requests.length]).toEqual([0, 'in-sync', 3])
      expect([...new Set(tunnels)].toSorted()).toEqual(['accounts.twilio.com:443', 'video.twilio.com:443'])
    })
  })

  it.each([
    ['that nobody known has signed', { isTrusted: false }, /self-signed certificate/],
    ['for another host', { hosts: ['video.twilio.com.evil.example'] }, /does not match certificate's altnames/],
  ] as const)('a certificate %s gets no request, and no credential', async (_, options, reason) => {
    await overTls(options, async (run, { tunnels, protocols }, sandbox) => {
      const scene = await run({ inputs: { ...safeInputs, mode: 'apply', 'friendly-name': 'Another name' } })
      expect([scene.exitCode, scene.outputs['result'], sandbox.requests, protocols]).toEqual([1, 'error', [], []])
      expect(annotated(scene, 'error').join('\n')).toMatch(reason)
      expect(leadOf(scene)).toContain(
        'What answers is not known to be video.twilio.com, so the credential was not sent.',
      )
      expect(tunnels).toEqual(['video.twilio.com:443'])
    })
  })

  it.each([
    ['an account', {}],
    ['the list of the accounts', { accounts: 'all' }],
  ])('what stood in the way of %s is told with its stack in debug mode, and only there', async (_, inputs) => {
    await overTls({ isTrusted: false }, async (run) => {
      const stack = /^::debug::\S*Error: self-signed certificate.*\\n +at /m
      const [plain, debug] = [
        await run({ inputs: { ...safeInputs, ...inputs } }),
        await run({ inputs: { ...safeInputs, ...inputs }, env: { RUNNER_DEBUG: '1' } }),
      ]
      expect([plain.outputs, debug.outputs['result']]).toEqual([debug.outputs, 'error'])
      expect(debug.log).toMatch(stack)
      expect(plain.log).not.toMatch(/^::debug::|\bat \S+ \(/m)
    })
  })

  it('a proxy that hangs up is asked five times, and no more', async () => {
    const asked: string[] = []
    const proxy = createServer(
      (socket) =>
        void socket
          .on('error', () => undefined)
          .once('data', (head) => {
            asked.push(String(head).split(' HTTP')[0] ?? '')
            socket.end()
          }),
    )
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
    try {
      const scene = await play({
        inputs: safeInputs,
        env: { TWILIO_SANDBOX_URL: '', HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
      })
      expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
      expect(asked).toEqual(Array.from({ length: 5 }, () => 'CONNECT video.twilio.com:443'))
    } finally {
      proxy.close()
    }
  })
})

describe.concurrent('a proxy that does not answer', () => {
  async function silent<T>(act: (env: Record<string, string>, asked: Promise<void>) => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const sockets = new Set<Socket>()
    const proxy = createServer(
      (socket) => void sockets.add(socket.on('error', () => undefined).once('data', () => resolve())),
    )
    await new Promise<void>((listening) => void proxy.listen(0, '127.0.0.1', listening))
    try {
      return await act(
        { TWILIO_SANDBOX_URL: '', HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
        promise,
      )
    } finally {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    }
  }

  it('does not keep a job that is cancelled', async () => {
    const scene = await silent((env, asked) =>
      play({ inputs: safeInputs, env, signal: asked.then(() => 'SIGINT' as const) }),
    )
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
    expect(annotated(scene, 'error')).toContain('The job was cancelled.')
  })

  it('does not keep a run for longer than its 2 minutes, nor a request for longer than its 30 s', async () => {
    const scene = await silent((env) => play({ inputs: safeInputs, env: { ...env, ...impatient } }))
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'error'])
    expect(scene.log).toContain('no answer within 30 s; trying again')
    expect(annotated(scene, 'error')).toEqual([
      expect.stringMatching(
        /^The run took more than 2 minutes\. Before that: GET \S+ got no answer from video\.twilio\.com: no answer within 30 s \(tried \d times?\)\.$/,
      ),
    ])
  })
})
