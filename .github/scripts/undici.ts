import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './documents.ts'

/** One change of a file of undici: how it is now, how it shall be, and how often that stands there. */
interface Cut {
  readonly path: string
  readonly from: string
  readonly to: string
  readonly times?: number
}

/** Younger than Node 20, on which runners for Linux ARM32 start actions. */
const withResolvers = 'Promise.withResolvers()'
const resolvers = `((made) => {
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
})({})`

const formData = "throw new InvalidArgumentError('FormData is not sent by this action')"

/**
 * What no run reaches, and what Node 20 does not have, each with the reason. The version of undici is
 * pinned, and a build fails where one of these lines has changed.
 */
const cuts: readonly Cut[] = [
  // The experimental parser "Milo", 2 × 82 kB of WebAssembly: Node's own build of undici goes without it
  // in the same way. UNDICI_USE_MILO then has no effect.
  {
    path: 'lib/dispatcher/client-h1.js',
    from: "typeof esbuildDetection === 'undefined'",
    to: 'false',
    times: 2,
  },
  { path: 'lib/dispatcher/client-h1.js', from: "require('./parser-h1.js')", to: '{}' },
  // Every body is a text, so that nothing asks what else there may be.
  {
    path: 'lib/dispatcher/client-h1.js',
    from: "extractBody = require('../web/fetch/body.js').extractBody",
    to: formData,
  },
  {
    path: 'lib/dispatcher/client-h2.js',
    from: "extractBody ??= require('../web/fetch/body.js').extractBody",
    to: formData,
  },
  {
    path: 'lib/core/request.js',
    from: "    require('../web/fetch/formdata')\n    isFormData = require('../web/webidl').webidl.is.FormData",
    to: '    isFormData = () => false',
  },
  // HTTP/2 is loaded by the first connection that speaks it: that takes 3 ms.
  {
    path: 'lib/dispatcher/client.js',
    from: "const connectH2 = require('./client-h2.js')",
    to: "const connectH2 = (client, socket) => require('./client-h2.js')(client, socket)",
  },
  {
    path: 'lib/web/webidl/index.js',
    from: 'const { markAsUncloneable } =',
    to: 'const { markAsUncloneable = () => {} } =',
  },
  { path: 'lib/web/fetch/index.js', from: withResolvers, to: resolvers },
  { path: 'lib/web/fetch/body.js', from: withResolvers, to: resolvers },
  { path: 'lib/dispatcher/socks5-proxy-agent.js', from: withResolvers, to: resolvers, times: 4 },
]

/**
 * The index: what src/github and @actions/http-client take from it. The one of undici loads mocks, caches
 * and WebSockets, too.
 */
const index = `'use strict'

const Dispatcher = require('./lib/dispatcher/dispatcher')

Object.assign(Dispatcher.prototype, require('./lib/api'))

module.exports.EnvHttpProxyAgent = require('./lib/dispatcher/env-http-proxy-agent')
module.exports.ProxyAgent = require('./lib/dispatcher/proxy-agent')
module.exports.fetch = require('./lib/web/fetch').fetch
`

/** Copies undici into a folder, without what no run reaches. Throws if undici is not as it was expected. */
export function copyUndici(folder: string): void {
  cpSync(join(root, 'node_modules/undici'), folder, { recursive: true })
  for (const { path, from, to, times = 1 } of cuts) {
    const file = join(folder, path)
    const parts = readFileSync(file, 'utf8').split(from)
    if (parts.length !== times + 1)
      throw new Error(`undici's ${path} has ${parts.length - 1} times what was expected ${times} times: ${from}`)
    writeFileSync(file, parts.join(to))
  }
  writeFileSync(join(folder, 'index.js'), index)
}
