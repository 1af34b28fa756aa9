import { createServer, request, type RequestListener } from 'node:http'
import { createSecureServer as createHttp2Server } from 'node:http2'
import { createServer as createHttp1Server } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** How the stand-in for Twilio's hosts speaks, and what it shows. */
export interface TlsOptions {
  /** Where requests are carried out: a sandbox. */
  readonly origin: string
  readonly protocol?: 'h2' | 'http/1.1'
  /** The hosts that the certificate is for. */
  readonly hosts?: readonly string[]
  /** Whether the runner knows who signed it. */
  readonly isTrusted?: boolean
}

/** Twilio's hosts behind a proxy on this machine: real names, a real certificate, real TLS. */
export interface Tls {
  /** The environment in which the action finds them. */
  readonly env: Readonly<Record<string, string>>
  /** The tunnels that were asked for. */
  readonly tunnels: readonly string[]
  /** The protocol of each request that arrived. */
  readonly protocols: readonly string[]
  readonly close: () => void
}

type Http2Listener = Parameters<typeof createHttp2Server>[1]

const twilioHosts = ['video.twilio.com', 'accounts.twilio.com', 'api.twilio.com']

/** Starts them. The sandbox for them is the one at `origin`. */
export async function startTls({
  origin,
  protocol = 'h2',
  hosts = twilioHosts,
  isTrusted = true,
}: TlsOptions): Promise<Tls> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'A certificate for tests' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  })
  const [tunnels, protocols, sockets]: [string[], string[], Set<Socket>] = [[], [], new Set()]
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const relay: RequestListener = (incoming, response) => {
    protocols.push(incoming.httpVersion)
    const headers = Object.entries(incoming.headers).filter(
      ([name]) => !name.startsWith(':') && name !== 'host' && name !== 'connection',
    )
    const onward = request(
      origin + incoming.url,
      { method: incoming.method, headers: Object.fromEntries(headers) },
      (answer) => {
        response.writeHead(
          answer.statusCode ?? 500,
          Object.fromEntries(
            Object.entries(answer.headers).filter(([name]) => /^(content|twilio|x-amz)-|^retry-after$/.test(name)),
          ),
        )
        answer.pipe(response)
      },
    )
    // A connection that is cut behind the proxy is cut in front of it, too.
    onward.on('error', cut)
    incoming.pipe(onward)
  }
  // The listener takes what both protocols' messages have in common.
  const twilio =
    protocol === 'h2'
      ? createHttp2Server({ key, cert }, relay as unknown as Http2Listener)
      : createHttp1Server({ key, cert }, relay)
  const proxy = createServer().on('connect', ({ url = '' }, socket: Socket) => {
    tunnels.push(url)
    const tunnel = connect((twilio.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(tunnel).pipe(socket)
    })
    for (const end of [socket, tunnel]) sockets.add(end.on('error', () => end.destroy()))
  })
  await Promise.all([twilio, proxy].map(listening))
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  writeFileSync(join(folder, 'ca.pem'), cert)
  return {
    env: {
      TWILIO_SANDBOX_URL: '',
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      ...(isTrusted ? { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } : {}),
    },
    tunnels,
    protocols,
    close: () => {
      cut()
      for (const server of [twilio, proxy]) server.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
}
