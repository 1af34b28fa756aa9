import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Call } from '../../src/twilio/client.ts'
import { openSession } from '../../src/twilio/session.ts'
import { json, startLoopback } from './loopback.ts'

const call: Call = { host: 'video.twilio.com', path: '/v1/Some', permission: null }

it('slows down all accounts after a 429 to one of them, and recovers', async () => {
  let answer: (response: ServerResponse) => void = (response) => json(response, 200, {})
  const loopback = await startLoopback((response) => answer(response))
  const end = new AbortController()
  onTestFinished(async () => {
    end.abort()
    await loopback.close()
  })
  const session = await openSession({
    sandbox: loopback.environment.sandbox,
    hasProxy: false,
    width: 8,
    isSerial: true,
    signal: end.signal,
    log: () => undefined,
  })
  const accounts = Array.from({ length: 8 }, (_, number) => session.client({ user: `AC${number}`, password: 'token' }))
  /**
   * Asks for all accounts at once, and gives how many requests are under way before the first is
   * answered.
   */
  const underWay = async (expected: number): Promise<number> => {
    const held: ServerResponse[] = []
    answer = (response) => void held.push(response)
    const all = Promise.all(accounts.map((client) => client(call)))
    await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(expected))
    await sleep(50)
    const { length } = held
    answer = (response) => json(response, 200, {})
    for (const response of held) answer(response)
    await all
    return length
  }
  expect(await underWay(8)).toBe(8)
  answer = (response) => {
    answer = (next) => json(next, 200, {})
    json(response, 429, { code: 20429 }, { 'retry-after': '0' })
  }
  await accounts[0]?.(call)
  expect(await underWay(4)).toBe(4)
  for (let round = 0; round < 5; round++) await Promise.all(accounts.map((client) => client(call)))
  expect(await underWay(8)).toBe(8)
})
