import { once } from 'node:events'
import http2 from 'node:http2'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { status } from '@grpc/grpc-js'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered } from './client.ts'
import { liveSubscription, rawConnection } from './raw-reads.ts'

const SUBSCRIBERS = 1_000
let node: EventStoreNode

beforeAll(async () => {
  node = await startEventStoreNode()
})

afterAll(async () => {
  await node.stop()
})

/** The beginning of a message of 1 MiB. */
function partOfMessage(): Buffer {
  const part = Buffer.alloc(10_000)
  part.writeUInt32BE(1_048_576, 1)
  return part
}

/** A call of which all but its end arrives; the headers it is answered with. */
async function answerTo(session: http2.ClientHttp2Session, path: string, sent: Buffer) {
  const call = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
  })
  call.on('error', () => undefined)
  if (sent.length > 0) call.write(sent)
  const [headers] = (await once(call, 'response')) as [http2.IncomingHttpHeaders]
  call.close()
  return headers
}

describe('a connection', () => {
  it.each([
    ['one message', '/event_store.client.streams.Streams/Read'],
    ['one message', '/event_store.client.streams.Streams/Delete'],
    ['one message', '/event_store.client.gossip.Gossip/Read'],
    ['many messages', '/event_store.client.streams.Streams/BatchAppend'],
    ['many messages', '/event_store.client.persistent_subscriptions.PersistentSubscriptions/Read'],
  ])('keeps no call whose request does not arrive, of %s: %s', async (kind, path) => {
    const session = http2.connect(`http://127.0.0.1:${node.port}`)
    const whole = Buffer.from([0, 0, 0, 0, 0])
    const isMany = kind === 'many messages'
    const answers = await Promise.all([
      answerTo(session, path, Buffer.alloc(0)),
      answerTo(session, path, partOfMessage()),
      ...(isMany ? [] : [answerTo(session, path, whole)]),
    ])
    for (const headers of answers) {
      expect(headers['grpc-status']).toBe(String(status.DEADLINE_EXCEEDED))
    }
    session.destroy()
  })

  it('has 2,000 calls at most', async () => {
    const session = http2.connect(`http://127.0.0.1:${node.port}`)
    await once(session, 'remoteSettings')
    expect(session.remoteSettings.maxConcurrentStreams).toBe(2_000)
    session.destroy()
  })

  it('serves a thousand subscribers, for longer than a request may take', async () => {
    const connection = rawConnection(node.port, 'all-of-them')
    const counts = Array.from({ length: SUBSCRIBERS }, () => 0)
    const reads = counts.map((_, at) => {
      const read = connection.read(liveSubscription())
      read.on('data', () => {
        counts[at] = (counts[at] ?? 0) + 1
      })
      return read
    })
    const all = async (messages: number): Promise<void> => {
      await vi.waitFor(
        () => {
          expect(Math.min(...counts)).toBe(messages)
        },
        { timeout: 20_000, interval: 50 },
      )
    }
    await all(2)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    const client = clientOf(node)
    await client.appendToStream('heard-by-all', numbered(1))
    await all(3)
    for (const read of reads) read.cancel()
    connection.close()
    await client.dispose()
  })
})
