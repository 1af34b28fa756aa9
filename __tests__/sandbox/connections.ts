import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Counts the connections of a server. */
export interface Connections {
  /** Opened in all. */
  readonly opened: number
  /** The most that were open at once. */
  readonly peak: number
  /** Which connection this is: 1, 2, … */
  numberOf(socket: Socket): number
}

/** Counts from now on. */
export function countConnections(server: Server): Connections {
  const numbers = new WeakMap<Socket, number>()
  const count = { opened: 0, open: 0, peak: 0 }
  server.on('connection', (socket) => {
    numbers.set(socket, ++count.opened)
    count.peak = Math.max(count.peak, ++count.open)
    socket.once('close', () => count.open--)
  })
  return {
    get opened() {
      return count.opened
    },
    get peak() {
      return count.peak
    },
    numberOf: (socket) => numbers.get(socket) ?? 0,
  }
}
