import { startFleet } from '../action/fleet-fixtures.ts'
import type { Plan, Received } from './sandbox-process.ts'

const { subaccounts, delayMs } = JSON.parse(process.argv[2] ?? '') as Plan
const sandbox = await startFleet(subaccounts, undefined, { delayMs })
process.once('disconnect', () => void sandbox.close())
process.on('message', () => {
  const received: Received = { requests: sandbox.requests.splice(0).length, peakConnections: sandbox.peakConnections }
  process.send?.(received)
})
process.send?.(sandbox.url)
