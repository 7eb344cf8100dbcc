import type { Socket } from 'node:net'

export type Protocol = 'http1' | 'http2'

/** HTTP/2 begins with `PRI * HTTP/2.0`; no method of HTTP/1.1 begins like that (RFC 9113, 3.4). */
const HTTP2_START = Buffer.from('PRI ')

/**
 * Tells by the first bytes of a cleartext connection which protocol it speaks, and puts the bytes
 * back. A connection that does not say it in time, or ends, is closed.
 */
export function sniffProtocol(
  socket: Socket,
  timeoutMs: number,
  found: (protocol: Protocol) => void,
): void {
  let start = Buffer.alloc(0)
  const giveUp = (): void => {
    stop()
    socket.destroy()
  }
  const look = (): void => {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) return
    start = Buffer.concat([start, chunk])
    const protocol = protocolOf(start)
    if (protocol === undefined) return
    stop()
    socket.unshift(start)
    found(protocol)
  }
  const timer = setTimeout(giveUp, timeoutMs)
  const stop = (): void => {
    clearTimeout(timer)
    socket.off('readable', look)
    socket.off('end', giveUp)
    socket.off('close', giveUp)
  }
  socket.on('readable', look)
  socket.on('end', giveUp)
  socket.on('close', giveUp)
}

/** Undefined while too few bytes are there to tell. */
function protocolOf(start: Buffer): Protocol | undefined {
  const length = Math.min(start.length, HTTP2_START.length)
  if (!start.subarray(0, length).equals(HTTP2_START.subarray(0, length))) return 'http1'
  return start.length < HTTP2_START.length ? undefined : 'http2'
}
