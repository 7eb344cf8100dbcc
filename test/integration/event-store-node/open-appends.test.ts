import type { EventStoreDBClient } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { type ClientWritableStream, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
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

/** A call that is begun and not ended, and how it will be answered. */
function open(stream: string) {
  let settle: (error: ServiceError | null) => void = () => undefined
  const answered = new Promise<ServiceError | null>((resolve) => {
    settle = resolve
  })
  const call = raw.append((error) => {
    settle(error)
  })
  call.on('error', () => undefined)
  call.write(optionsFor(stream))
  return { call, answered }
}

/** Sends events as fast as the node takes them, until the call is over. */
async function fill(call: ClientWritableStream<streams.AppendReq>, message: streams.AppendReq) {
  let isOver = false
  call.on('status', () => {
    isOver = true
  })
  for (let sent = 0; sent < MESSAGES_PER_CALL && !isOver; sent += 1) {
    await new Promise<void>((resolve) => {
      call.once('status', resolve)
      call.write(message, () => {
        resolve()
      })
    })
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
    expect((await answered)?.code).toBe(status.DEADLINE_EXCEEDED)
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })

  it('stores nothing when the client goes away, which is no error of the node', async () => {
    const stream = `gone-${randomUUID()}`
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const { call, answered } = open(stream)
        await new Promise((resolve) => call.write(eventWith(10), resolve))
        call.cancel()
        return answered
      }),
    )
    expect(new Set(answers.map((error) => error?.code))).toEqual(new Set([status.CANCELLED]))
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
      expect(new Set(answers.map((error) => error?.code))).toEqual(
        new Set([status.DEADLINE_EXCEEDED]),
      )
      expect((await peakResidentBytes()) - before).toBeLessThan(300 * MIB)
      const { success } = await client.appendToStream('after', numbered(1))
      expect(success).toBe(true)
    },
  )
})
