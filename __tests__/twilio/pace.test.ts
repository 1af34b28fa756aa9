import type { ServerResponse } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import type { Call } from '../../src/twilio/attempt.ts'
import { openSession } from '../../src/twilio/session.ts'
import { json, startLoopback } from './loopback.ts'

const call: Call = { host: 'video.twilio.com', path: '/v1/Some', permission: null }

const settings = { account_sid: null }

it('slows down all accounts after a 429 to one of them, and recovers', async () => {
  let answer: (response: ServerResponse) => void = (response) => json(response, 200, settings)
  const loopback = await startLoopback((response, { url }) =>
    url === call.path ? answer(response) : json(response, 200, settings),
  )
  const end = new AbortController()
  onTestFinished(async () => {
    end.abort()
    await loopback.close()
  })
  const session = await openSession({
    sandbox: loopback.environment.sandbox,
    proxies: { httpProxy: '', httpsProxy: '', noProxy: '' },
    width: 8,
    isSerial: true,
    signal: end.signal,
    end: end.signal,
    secrets: [],
    hasRegion: false,
    log: () => undefined,
    mask: () => undefined,
  })
  const accounts = Array.from({ length: 8 }, (_, number) => session.client({ user: `AC${number}`, password: 'token' }))
  /**
   * Asks for all accounts at once, and gives how many requests are under way before the first is
   * answered.
   */
  const underWay = async (expected: number): Promise<number> => {
    const held: ServerResponse[] = []
    const { promise: areHeld, resolve } = Promise.withResolvers<void>()
    answer = (response) => {
      if (held.push(response) === expected) resolve()
    }
    const all = Promise.all(accounts.map((client) => client(call)))
    await areHeld
    // Requests sent together with these have arrived too, once a later one has its response.
    for (let later = 0; later < 3; later++) await fetch(`${loopback.environment.sandbox}/later`)
    const { length } = held
    answer = (response) => json(response, 200, settings)
    for (const response of held) answer(response)
    await all
    return length
  }
  expect(await underWay(8)).toBe(8)
  answer = (response) => {
    answer = (next) => json(next, 200, settings)
    json(response, 429, { code: 20429, message: 'Later' }, { 'retry-after': '0' })
  }
  await accounts[0]?.(call)
  expect(await underWay(4)).toBe(4)
  for (let round = 0; round < 5; round++) await Promise.all(accounts.map((client) => client(call)))
  expect(await underWay(8)).toBe(8)
})
