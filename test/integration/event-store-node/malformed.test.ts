import type { EventStoreDBClient } from '@eventstore/db-client'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, failure, numbered } from './client.ts'

const STREAMS = '/event_store.client.streams.Streams'
const asIs = (bytes: Buffer) => bytes
let node: EventStoreNode
let client: EventStoreDBClient
let raw: Client

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  raw = new Client(`127.0.0.1:${node.port}`, credentials.createInsecure())
})

/** Fails the test after which the node does not serve any more. */
afterEach(async () => {
  await client.appendToStream('still-serving', numbered(1))
})

afterAll(async () => {
  raw.close()
  await client.dispose()
  await node.stop()
})

/** Sends bytes to a method and gives the status the call ends with. */
function statusOf(path: string, messages: readonly Buffer[]): Promise<ServiceError> {
  return new Promise((resolve, reject) => {
    const call = raw.makeBidiStreamRequest(path, asIs, asIs)
    call.on('error', resolve)
    call.on('end', () => {
      reject(new Error('the call ended without an error'))
    })
    call.resume()
    for (const message of messages) call.write(message)
    call.end()
  })
}

describe('malformed requests are refused and do no harm:', () => {
  it.each(['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone'])(
    'bytes that are no message to %s',
    async (method) => {
      const { code } = await statusOf(`${STREAMS}/${method}`, [Buffer.alloc(40, 0xff)])
      expect([status.INTERNAL, status.INVALID_ARGUMENT]).toContain(code)
    },
  )

  it.each(['Read', 'Append', 'Delete', 'Tombstone'])('an empty message to %s', async (method) => {
    const { code } = await statusOf(`${STREAMS}/${method}`, [Buffer.alloc(0)])
    expect(code).toBe(status.INVALID_ARGUMENT)
  })

  it('a message larger than any append', async () => {
    const { code } = await statusOf(`${STREAMS}/BatchAppend`, [Buffer.alloc(18 * 1_048_576)])
    expect([status.RESOURCE_EXHAUSTED, status.INTERNAL]).toContain(code)
  })

  it('services that are not there', async () => {
    const path = '/event_store.client.projections.Projections/State'
    expect((await statusOf(path, [Buffer.alloc(0)])).code).toBe(status.UNIMPLEMENTED)
    expect(await failure(client.getProjectionState('none'))).toBeInstanceOf(Error)
  })

  it.each([
    'operations.Operations/StartScavenge',
    'operations.Operations/Shutdown',
    'users.Users/Create',
    'users.Users/Details',
    'monitoring.Monitoring/Stats',
  ])('calls of the service that is left out: %s', async (method) => {
    const { code } = await statusOf(`/event_store.client.${method}`, [Buffer.alloc(0)])
    expect(code).toBe(status.UNIMPLEMENTED)
  })

  it.each<[string, (options: streams.ReadReq.Options) => void]>([
    [
      'no UUID option',
      (options) => {
        options.clearUuidOption()
      },
    ],
    [
      'neither filter nor none',
      (options) => {
        options.clearNoFilter()
      },
    ],
    [
      'neither count nor subscription',
      (options) => {
        options.clearCount()
      },
    ],
    [
      'neither stream nor $all',
      (options) => {
        options.clearAll()
      },
    ],
    [
      'a subscription backwards',
      (options) => {
        options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
        options.setReadDirection(streams.ReadReq.Options.ReadDirection.BACKWARDS)
      },
    ],
    [
      'a filter without an expression',
      (options) => {
        options.setFilter(new streams.ReadReq.Options.FilterOptions())
      },
    ],
    [
      'no multiple of the checkpoint interval',
      (options) => {
        const filter = new streams.ReadReq.Options.FilterOptions()
        const expression = new streams.ReadReq.Options.FilterOptions.Expression()
        expression.setRegex('.*')
        filter.setEventType(expression)
        filter.setMax(32)
        options.setFilter(filter)
        options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
      },
    ],
    ...['(', '(a)\\1', '(?=a)b', 'a'.repeat(1_025)].map(
      (regex): [string, (options: streams.ReadReq.Options) => void] => [
        `the expression ${regex.slice(0, 10)}`,
        (options) => {
          const expression = new streams.ReadReq.Options.FilterOptions.Expression()
          expression.setRegex(regex)
          const filter = new streams.ReadReq.Options.FilterOptions()
          filter.setStreamIdentifier(expression)
          filter.setCount(new shared.Empty())
          options.setFilter(filter)
        },
      ],
    ),
    [
      'a filter on a stream',
      (options) => {
        const stream = new streams.ReadReq.Options.StreamOptions()
        stream.setStart(new shared.Empty())
        options.setStream(stream)
        options.setFilter(new streams.ReadReq.Options.FilterOptions())
      },
    ],
  ])('a read with %s', async (_, spoil) => {
    const options = validRead()
    spoil(options)
    const request = new streams.ReadReq()
    request.setOptions(options)
    const { code } = await statusOf(`${STREAMS}/Read`, [Buffer.from(request.serializeBinary())])
    expect(code).toBe(status.INVALID_ARGUMENT)
  })
})

function validRead(): streams.ReadReq.Options {
  const all = new streams.ReadReq.Options.AllOptions()
  all.setStart(new shared.Empty())
  const uuid = new streams.ReadReq.Options.UUIDOption()
  uuid.setString(new shared.Empty())
  const options = new streams.ReadReq.Options()
  options.setAll(all)
  options.setCount('10')
  options.setNoFilter(new shared.Empty())
  options.setUuidOption(uuid)
  return options
}
