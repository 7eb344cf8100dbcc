import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { collect, newStream, numbered } from '../events.ts'
import { connect, module, type PublicClient } from '../public-client.ts'

const { UnavailableError } = module
/** What a shutdown may take, on a busy machine too. */
const SHUTDOWN_MS = 8_000

let node: EventStoreNode
let client: PublicClient

beforeEach(async () => {
  node = await startEventStoreNode()
  client = connect(node.connectionString)
})

afterEach(async () => {
  await client.dispose()
  await node.stop()
})

/** Subscribes and waits until the subscription is live; gives the errors it ends with. */
async function liveSubscription(stream: string): Promise<unknown[]> {
  const errors: unknown[] = []
  const subscription = client.subscribeToStream(stream)
  let isLive = false
  subscription.on('data', () => undefined)
  subscription.on('caughtUp', () => {
    isLive = true
  })
  subscription.on('error', (error) => errors.push(error))
  await vi.waitFor(
    () => {
      expect(isLive).toBe(true)
    },
    { timeout: 10_000 },
  )
  return errors
}

describe('a shutdown', () => {
  it('ends subscriptions as unavailable', async () => {
    const errors = await liveSubscription('followed')
    const startMs = performance.now()
    expect(await node.stop()).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(SHUTDOWN_MS)
    await vi.waitFor(() => {
      expect(errors[0]).toBeInstanceOf(UnavailableError)
    })
  })

  it('keeps every append it has answered, and answers all', async () => {
    const stream = newStream('answered')
    await client.appendToStream(stream, numbered(1))
    const credentials = { username: 'a', password: 'b' }
    const appends = Array.from({ length: 300 }, (_, index) =>
      client.appendToStream(`${stream}-${index}`, numbered(1), { credentials }).then(
        () => `${stream}-${index}`,
        () => undefined,
      ),
    )
    await Promise.race(appends)
    await node.restart()
    const stored = (await Promise.all(appends)).filter((name) => name !== undefined)
    expect(stored.length).toBeGreaterThan(0)
    const after = connect(node.connectionString)
    for (const name of stored) expect(await collect(after.readStream(name))).toHaveLength(1)
    await after.dispose()
  })

  it('closes the port, and idle HTTP connections with it', async () => {
    const agent = new Agent({ keepAlive: true })
    const request = get({ port: node.port, path: '/ping', agent })
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
    response.resume()
    await once(response, 'end')
    const startMs = performance.now()
    expect(await node.stop()).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(SHUTDOWN_MS)
    const late = connectTcp(node.port, '127.0.0.1')
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
    agent.destroy()
  })

  it('does not wait for connections that say nothing or a client that reads nothing', async () => {
    const silent = connectTcp(node.port, '127.0.0.1')
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    const stream = newStream('large')
    const large = { type: 'Large', data: new Uint8Array(900_000) }
    for (let count = 0; count < 20; count += 1) {
      await client.appendToStream(stream, module.binaryEvent(large))
    }
    const reading = client.readStream(stream)[Symbol.asyncIterator]()
    await reading.next()
    const startMs = performance.now()
    expect(await node.stop()).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(SHUTDOWN_MS)
    silent.destroy()
  })
})
