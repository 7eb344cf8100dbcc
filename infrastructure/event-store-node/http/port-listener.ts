import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls'
import { type Protocol, sniffProtocol } from './sniff-protocol.ts'

/** What is done with a connection once its protocol is known. */
export type ConnectionHandlers = Readonly<Record<Protocol, (socket: Socket) => void>>

/** The node's one port. */
export interface PortListener {
  /** Resolves with the port that is bound. Rejects when the address is in use or not there. */
  listen(ip: string, port: number): Promise<number>
  /** Takes another certificate for the connections to come. */
  setCertificate(certificate: SecureContextOptions): void
  /** Takes no more connections; those that are open stay. */
  stopAccepting(): void
  /** Cuts all connections off. */
  destroyConnections(): void
}

/** A connection that has not said what it wants by then is closed; so is an unfinished handshake. */
const FIRST_BYTES_TIMEOUT_MS = 10_000
/** Each costs some kilobytes; further ones are closed at once. */
const CONNECTIONS_MAX = 10_000

/**
 * Takes HTTP/2 and HTTP/1.1 connections on one port: told apart by ALPN with TLS, by their first
 * bytes without. Sockets are handed on as they are, so that HTTP/2 reads them natively.
 */
export function createPortListener(
  certificate: SecureContextOptions | undefined,
  handlers: ConnectionHandlers,
): PortListener {
  const connections = new Set<Socket>()
  const tlsServer = certificate && createSecureServer(certificate, handlers)
  const server: Server = tlsServer ?? createPlainServer(handlers)
  server.maxConnections = CONNECTIONS_MAX
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => connections.delete(socket))
  })
  return {
    listen: (ip, port) => listen(server, ip, port),
    setCertificate(next) {
      tlsServer?.setSecureContext(next)
    },
    stopAccepting() {
      server.close()
    },
    destroyConnections() {
      for (const socket of connections) socket.destroy()
    },
  }
}

function createPlainServer(handlers: ConnectionHandlers) {
  return createTcpServer({ noDelay: true }, (socket) => {
    sniffProtocol(socket, FIRST_BYTES_TIMEOUT_MS, (protocol) => {
      handlers[protocol](socket)
    })
  })
}

function createSecureServer(certificate: SecureContextOptions, handlers: ConnectionHandlers) {
  const server = createTlsServer({
    ...certificate,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: FIRST_BYTES_TIMEOUT_MS,
    minVersion: 'TLSv1.2',
    noDelay: true,
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined)
    handlers[socket.alpnProtocol === 'h2' ? 'http2' : 'http1'](socket)
  })
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy()
  })
  return server
}

function listen(server: Server, ip: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: ip, port }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
