import { describe, expect, it } from 'vitest'
import { parentSid, unencrypted } from './fleet-fixtures.ts'
import { fleetForTest } from './fleet-run.ts'
import { safe } from './fixtures.ts'

describe.each(['1', '5', '32'])('concurrency: %s', (concurrency) => {
  it('is the most that is under way, and a single request within each account', async () => {
    const most = { underWay: 0, withinOne: 0 }
    const { sandbox, run } = await fleetForTest(
      60,
      () => ({ compositionSettings: unencrypted, recordingSettings: { ...safe, friendly_name: 'Old' } }),
      {
        onRequest: ({ account }, { requests }) => {
          const underWay = requests.filter(({ status }) => status === null)
          most.underWay = Math.max(most.underWay, underWay.length)
          most.withinOne = Math.max(most.withinOne, underWay.filter((other) => other.account === account).length)
        },
        // Long enough that so many requests meet, however busy the machine is.
        delayMs: Number(concurrency),
      },
    )
    sandbox.setSettings(parentSid, 'recording', safe)
    const result = await run({
      mode: 'apply',
      resources: 'compositions, recordings',
      'verify-credentials': 'true',
      'allow-risky-changes': 'recordings-uncomposable',
      concurrency,
    })
    expect(result.outputs['result']).toBe('applied')
    expect(most).toEqual({ underWay: Number(concurrency), withinOne: 1 })
    expect(sandbox.peakConnections).toBe(Number(concurrency))
    expect(sandbox.connections).toBe(Number(concurrency))
  })
})
