import type { EventStoreDBClient } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { type ClientWritableStream, credentials, status, type StatusObject } from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http2 from 'node:http2'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered, revisions } from './client.ts'

const MIB = 1_048_576
const CALLS = 40
const MESSAGES_PER_CALL = 15

let node: EventStoreNode
let client: EventStoreDBClient
let raw: streamsGrpc.StreamsClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  raw = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
})

afterAll(async () => {
  raw.close()
  await client.dispose()
  await node.stop()
})

function optionsFor(stream: string): streams.AppendReq {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  const options = new streams.AppendReq.Options()
  options.setStreamIdentifier(identifier)
  options.setAny(new shared.Empty())
  const request = new streams.AppendReq()
  request.setOptions(options)
  return request
}

function eventWith(metadataBytes: number): streams.AppendReq {
  const id = new shared.UUID()
  id.setString(randomUUID())
  const message = new streams.AppendReq.ProposedMessage()
  message.setId(id)
  message.getMetadataMap().set('type', 'Part').set('content-type', 'application/octet-stream')
  message.setCustomMetadata(Buffer.alloc(metadataBytes))
  const request = new streams.AppendReq()
  request.setProposedMessage(message)
  return request
}

/** A message as it travels: not compressed, its length, its bytes. */
function framed(message: streams.AppendReq): Buffer {
  const bytes = message.serializeBinary()
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

/** A call that is begun and not ended, and how it will be answered. */
function open(stream: string) {
  const call = raw.append(() => undefined)
  const answered = once(call, 'status').then(([answer]) => (answer as StatusObject).code)
  call.on('error', () => undefined)
  call.write(optionsFor(stream))
  return { call, answered }
}

/** Sends events as fast as the node takes them, until the call is over. */
async function fill(call: ClientWritableStream<streams.AppendReq>, message: streams.AppendReq) {
  const over = once(call, 'status')
  for (let sent = 0; sent < MESSAGES_PER_CALL; sent += 1) {
    const written = new Promise((resolve) => call.write(message, resolve))
    await Promise.race([over, written])
  }
}

async function peakResidentBytes(): Promise<number> {
  const lines = await readFile(`/proc/${node.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(lines)?.[1]) * 1_024
}

describe('a classic append that is never ended', () => {
  it('times out, stores nothing and lets others through', async () => {
    const stream = `open-${randomUUID()}`
    const { call, answered } = open(stream)
    call.write(eventWith(10))
    await client.appendToStream(stream, numbered(1))
    expect(await answered).toBe(status.DEADLINE_EXCEEDED)
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })

  it('stores nothing when the connection breaks, which is no error of the node', async () => {
    const stream = `gone-${randomUUID()}`
    const socket = connect(node.port, '127.0.0.1')
    const session = http2.connect(`http://127.0.0.1:${node.port}`, {
      createConnection: () => socket,
    })
    session.on('error', () => undefined)
    for (let count = 0; count < 50; count += 1) {
      const call = session.request({
        ':method': 'POST',
        ':path': '/event_store.client.streams.Streams/Append',
        'content-type': 'application/grpc+proto',
        te: 'trailers',
      })
      call.on('error', () => undefined)
      call.write(Buffer.concat([framed(optionsFor(stream)), framed(eventWith(10))]))
    }
    await new Promise((resolve) => {
      session.ping(resolve)
    })
    await client.appendToStream(`meanwhile-${stream}`, numbered(1))
    socket.resetAndDestroy()
    await client.appendToStream(`meanwhile-${stream}`, numbered(1, 1))
    const { nextExpectedRevision } = await client.appendToStream(stream, numbered(1))
    expect(nextExpectedRevision).toBe(0n)
    expect(node.log).not.toContain('request failed')
  })

  it.runIf(process.platform === 'linux')(
    `costs no memory beyond the budget, also as ${CALLS} calls of ${MESSAGES_PER_CALL} MiB`,
    async () => {
      const before = await peakResidentBytes()
      const message = eventWith(MIB)
      const opened = Array.from({ length: CALLS }, (_, index) => open(`many-${index}`))
      const filled = opened.map(({ call }) => fill(call, message))
      const answers = await Promise.all(opened.map(({ answered }) => answered))
      await Promise.all(filled)
      expect(new Set(answers)).toEqual(new Set([status.DEADLINE_EXCEEDED]))
      expect((await peakResidentBytes()) - before).toBeLessThan(300 * MIB)
      const { success } = await client.appendToStream('after', numbered(1))
      expect(success).toBe(true)
    },
  )
})
