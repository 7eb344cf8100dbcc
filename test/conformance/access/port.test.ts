import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { newStream, numbered } from '../events.ts'
import { serveForTests } from '../served.ts'
import { rawConnection } from './raw-connection.ts'
import { secureNodeForTests } from './secure-node.ts'

const KEEP_ALIVE = ['--keep-alive-interval', '500', '--keep-alive-timeout', '1000']
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
/** How long the node waits for a connection to say something, and some room. */
const FIRST_BYTES_MS = 10_000
const AT_LEAST_MS = 8_000
const AT_MOST_MS = FIRST_BYTES_MS + 8_000

const served = serveForTests()
const pinging = serveForTests({ args: KEEP_ALIVE })
const secure = secureNodeForTests()

/** The node serves after all that as it did before. */
afterEach(async () => {
  await served.client.appendToStream(newStream('after'), numbered(1))
  await secure.as('alice').appendToStream(newStream('after'), numbered(1))
})

describe.concurrent('a connection', () => {
  it.each([
    ['random bytes', randomBytes(5_000)],
    ['zeros', Buffer.alloc(5_000)],
    ['a TLS greeting', Buffer.from('160301020001000001fc0303', 'hex')],
    ['half an HTTP/2 preface and something else', Buffer.from('PRI * HTTP/1.1\r\n\r\n')],
    ['an HTTP/2 preface and garbage', Buffer.from(`${HTTP2_PREFACE}${'x'.repeat(100)}`)],
    ['a request line without end', Buffer.from(`GET /${'x'.repeat(100_000)}`)],
    ['too many headers', Buffer.from(`GET /ping HTTP/1.1\r\n${'a: b\r\n'.repeat(20_000)}\r\n`)],
  ])('that sends %s is closed', async (_what, bytes) => {
    for (const { port } of [served.node, secure.node]) {
      const connection = await rawConnection(port)
      connection.socket.write(bytes)
      await connection.closed(AT_MOST_MS)
      expect(connection.received()).not.toContain('200 OK')
    }
  })

  it('that sends nothing is closed after a while', async () => {
    for (const { port } of [served.node, secure.node]) {
      const connection = await rawConnection(port)
      expect(await connection.closed(AT_MOST_MS)).toBeGreaterThan(AT_LEAST_MS)
    }
  })

  it.each([
    ['an HTTP/2 preface', 'PR'],
    ['a request', 'GET /ping HTTP/1.1\r\nhost: here\r\nx: '],
  ])('that sends %s and never goes on is closed after a while', async (_what, start) => {
    const connection = await rawConnection(served.node.port)
    connection.socket.write(start)
    expect(await connection.closed(AT_MOST_MS)).toBeGreaterThan(AT_LEAST_MS)
  })

  it('that trickles its request is closed after the same while', async () => {
    const { socket, closed } = await rawConnection(served.node.port)
    socket.write('GET /ping HTTP/1.1\r\n')
    const timer = setInterval(() => socket.write('a: b\r\n'), 500)
    try {
      expect(await closed(AT_MOST_MS)).toBeGreaterThan(AT_LEAST_MS)
    } finally {
      clearInterval(timer)
    }
  })

  it('whose request comes in single bytes is answered', async () => {
    const { socket, received, closed } = await rawConnection(served.node.port)
    socket.setNoDelay(true)
    for (const byte of 'GET /ping HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n') {
      socket.write(byte)
      await setTimeout(2)
    }
    await closed(FIRST_BYTES_MS)
    expect(received()).toContain('Ping request successfully handled')
  })

  it('whose HTTP/2 preface comes in single bytes is served', async () => {
    const { socket, received } = await rawConnection(served.node.port)
    for (const byte of Buffer.concat([Buffer.from(HTTP2_PREFACE), EMPTY_SETTINGS])) {
      socket.write(Buffer.from([byte]))
      await setTimeout(2)
    }
    await setTimeout(200)
    const frameType = received().charCodeAt(3)
    expect(frameType).toBe(EMPTY_SETTINGS[3])
    socket.destroy()
  })

  it('that is half open is found by pings and closed', async () => {
    const connection = await rawConnection(pinging.node.port)
    connection.socket.write(Buffer.concat([Buffer.from(HTTP2_PREFACE), EMPTY_SETTINGS]))
    expect(await connection.closed(9_000)).toBeGreaterThan(1_000)
  })

  it('beside hundreds of silent ones is served', async () => {
    const silent = await Promise.all(
      Array.from({ length: 300 }, () => rawConnection(served.node.port)),
    )
    await served.connect().appendToStream(newStream('beside'), numbered(1))
    for (const { socket } of silent) socket.destroy()
    expect(silent).toHaveLength(300)
  })
})
