import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'

/** From the start of a connection, or from an answer on, until the next request is there. */
const REQUEST_TIMEOUT_MS = 10_000
const HEADERS_BYTES_MAX = 16_384
const HEADERS_MAX = 100

/**
 * Serves HTTP/1.1 on connections that are handed to it; gives the function that takes one. A
 * request that does not arrive in time closes its connection, however slowly it trickles.
 */
export function http1Connections(handle: RequestListener): (socket: Socket) => void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>()
  const server = createServer({ maxHeaderSize: HEADERS_BYTES_MAX, keepAliveTimeout: 0 })
  server.maxHeadersCount = HEADERS_MAX
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    clearTimeout(timers.get(socket))
    response.on('finish', () => {
      awaitRequest(socket)
    })
    handle(request, response)
  })
  server.on('upgrade', (_request, socket) => {
    socket.destroy()
  })

  function awaitRequest(socket: Socket): void {
    clearTimeout(timers.get(socket))
    timers.set(
      socket,
      setTimeout(() => {
        socket.destroy()
      }, REQUEST_TIMEOUT_MS),
    )
  }

  return (socket) => {
    awaitRequest(socket)
    socket.on('close', () => {
      clearTimeout(timers.get(socket))
    })
    server.emit('connection', socket)
  }
}
