import { once } from 'node:events'
import http2 from 'node:http2'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'

let node: EventStoreNode

beforeEach(async () => {
  node = await startEventStoreNode({ args: ['--log-level', 'Debug'] })
})

afterEach(async () => {
  await node.stop()
})

it('what is wrong with the credentials of a call is logged without them', async () => {
  const session = http2.connect(`http://127.0.0.1:${node.port}`)
  const call = session.request({
    ':method': 'POST',
    ':path': '/event_store.client.gossip.Gossip/Read',
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    authorization: 'Basic sécret-of-somebody',
  })
  call.end(Buffer.alloc(5))
  await once(call, 'response')
  await vi.waitFor(() => {
    expect(node.log).toContain('Failed to add metadata entry authorization')
  })
  expect(node.log).not.toContain('cret-of-somebody')
  for (const line of node.log.trim().split('\n'))
    expect(() => JSON.parse(line) as unknown).not.toThrow()
  session.destroy()
})
