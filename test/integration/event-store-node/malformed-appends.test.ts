import type { EventStoreDBClient } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import {
  Client,
  type ClientDuplexStream,
  credentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import protobuf from 'google-protobuf'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered } from './client.ts'

const APPEND = '/event_store.client.streams.Streams/Append'
const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend'
const DURATION_DEADLINE = 7
/** At the beginning of an append: the field, and in it a text of 36 characters. */
const CORRELATION_ID_BYTES = 2 + 2 + 36
const asIs = (bytes: Buffer) => bytes

let node: EventStoreNode
let client: EventStoreDBClient
let raw: Client

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  raw = new Client(`127.0.0.1:${node.port}`, credentials.createInsecure())
  await client.appendToStream('still-serving', numbered(1))
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

function open(path: string): ClientDuplexStream<Buffer, Buffer> {
  return raw.makeBidiStreamRequest(path, asIs, asIs)
}

/** A message that holds one field of bytes. */
function fieldOf(field: number, bytes: Uint8Array): Buffer {
  const writer = new protobuf.BinaryWriter()
  writer.writeBytes(field, bytes)
  return Buffer.from(writer.getResultBuffer())
}

function textUuid(): shared.UUID {
  const uuid = new shared.UUID()
  uuid.setString(randomUUID())
  return uuid
}

function options(): streams.BatchAppendReq.Options {
  const where = new streams.BatchAppendReq.Options()
  where.setStreamIdentifier(identifierOf(`stream-${randomUUID()}`))
  return where
}

function identifierOf(streamName: string): shared.StreamIdentifier {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(streamName))
  return identifier
}

/** A whole append to a stream of its own that expects no stream. */
function wholeAppend(): Buffer {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(textUuid())
  message.getMetadataMap().set('type', 'Raw').set('content-type', 'application/json')
  message.setData(Buffer.from('{}'))
  const request = new streams.BatchAppendReq()
  request.setCorrelationId(textUuid())
  request.setOptions(options())
  request.addProposedMessages(message)
  request.setIsFinal(true)
  const noStream = fieldOf(2, fieldOf(3, Buffer.alloc(0)))
  return Buffer.concat([Buffer.from(request.serializeBinary()), noStream])
}

const MALFORMED = Buffer.from([0x0a, 0x7f, 0x00])

describe('a call that brings a malformed message', () => {
  it.each([
    ['correlation id of a batch append', BATCH_APPEND, fieldOf(1, MALFORMED)],
    ['options of a batch append', BATCH_APPEND, fieldOf(2, MALFORMED)],
    ['stream name of a batch append', BATCH_APPEND, fieldOf(2, fieldOf(1, MALFORMED))],
    ['deadline of a batch append', BATCH_APPEND, fieldOf(2, fieldOf(DURATION_DEADLINE, MALFORMED))],
    ['event of a batch append', BATCH_APPEND, fieldOf(3, MALFORMED)],
    ['event id of a batch append', BATCH_APPEND, fieldOf(3, fieldOf(1, MALFORMED))],
    ['event property of a batch append', BATCH_APPEND, fieldOf(3, fieldOf(2, MALFORMED))],
    ['options of an append', APPEND, fieldOf(1, MALFORMED)],
  ])('as the %s ends with an error', async (_, path, field) => {
    const call = open(path)
    call.on('data', () => undefined)
    call.write(path === APPEND ? field : Buffer.concat([wholeAppend(), field]))
    const [error] = (await once(call, 'error')) as [ServiceError]
    expect(error.code).toBe(status.INTERNAL)
  })

  it('as a correlation id that other readers take for a different one ends with an error', async () => {
    // A field number beyond 32 bits, which is field 1 to who keeps the lowest 32 of its tag.
    const beyond = Buffer.from([0x88, 0x80, 0x80, 0x80, 0x10, 0x05])
    const text = Buffer.from(textUuid().serializeBinary())
    const call = open(BATCH_APPEND)
    call.on('data', () => undefined)
    const noCorrelation = wholeAppend().subarray(CORRELATION_ID_BYTES)
    const known = options()
    known.setStreamIdentifier(identifierOf('still-serving'))
    const onto = fieldOf(2, Buffer.concat([known.serializeBinary(), fieldOf(3, Buffer.alloc(0))]))
    call.write(Buffer.concat([fieldOf(1, Buffer.concat([beyond, text])), noCorrelation, onto]))
    const [error] = (await once(call, 'error')) as [ServiceError]
    expect(error.code).toBe(status.INTERNAL)
  })

  it('leaves the others alone', async () => {
    const good = open(BATCH_APPEND)
    const answered = once(good, 'data')
    const bad = open(BATCH_APPEND)
    bad.write(Buffer.concat([wholeAppend(), fieldOf(3, MALFORMED)]))
    bad.on('data', () => undefined)
    good.write(wholeAppend())
    await once(bad, 'error')
    const [bytes] = (await answered) as [Buffer]
    expect(streams.BatchAppendResp.deserializeBinary(bytes).hasSuccess()).toBe(true)
    good.end()
  })

  it('never ends the node, whatever was changed in it', async () => {
    const ends = Array.from({ length: 300 }, async () => {
      const bytes = wholeAppend()
      for (let change = 0; change < 3; change += 1) {
        bytes.writeUInt8(randomInt(256), randomInt(bytes.length))
      }
      const call = open(BATCH_APPEND)
      call.on('data', () => undefined)
      call.on('error', () => undefined)
      const ended = new Promise((resolve) => call.on('status', resolve))
      call.write(bytes.subarray(0, randomInt(1, bytes.length + 1)))
      call.end()
      await ended
    })
    await Promise.all(ends)
    expect(node.log).not.toMatch(/"level":60/)
  })
})

describe('a batch append', () => {
  it('takes unknown fields, messages in parts and a deadline as a time from now', async () => {
    const call = open(BATCH_APPEND)
    const unknown = fieldOf(900, randomBytes(20))
    const inTime = fieldOf(2, fieldOf(DURATION_DEADLINE, Buffer.from([0x08, 0x05])))
    call.write(Buffer.concat([unknown, wholeAppend(), inTime, unknown]))
    const [bytes] = (await once(call, 'data')) as [Buffer]
    expect(streams.BatchAppendResp.deserializeBinary(bytes).hasSuccess()).toBe(true)
    call.end()
  })

  it('whose time from now is up is answered with a timeout', async () => {
    const call = open(BATCH_APPEND)
    const late = fieldOf(2, fieldOf(DURATION_DEADLINE, Buffer.alloc(0)))
    call.write(Buffer.concat([wholeAppend(), late]))
    const [bytes] = (await once(call, 'data')) as [Buffer]
    const answer = streams.BatchAppendResp.deserializeBinary(bytes)
    expect(answer.getError()?.getDetails()?.getTypeUrl()).toContain('event_store.client.Timeout')
    call.end()
  })
})
