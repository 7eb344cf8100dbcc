import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** A TCP connection that sends what it is told to and nothing else. */
export interface RawConnection {
  readonly socket: Socket
  /** What has come back so far. */
  readonly received: () => string
  /** Resolves with the milliseconds until the other side has closed it; rejects after `timeoutMs`. */
  readonly closed: (timeoutMs: number) => Promise<number>
}

/** Connects to a port of this machine. */
export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  const close = new Promise((resolve) => socket.on('close', resolve))
  await once(socket, 'connect')
  return {
    socket,
    received: () => received,
    async closed(timeoutMs) {
      const startMs = performance.now()
      const late = setTimeout(timeoutMs, undefined, { ref: false }).then(() => {
        socket.destroy()
        throw new Error(`the connection is still open after ${timeoutMs} ms`)
      })
      await Promise.race([close, late])
      return performance.now() - startMs
    },
  }
}
