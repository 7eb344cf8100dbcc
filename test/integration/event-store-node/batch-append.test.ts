import type { EventStoreDBClient } from '@eventstore/db-client'
import type features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { type ClientDuplexStream, credentials } from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered } from './client.ts'

type BatchCall = ClientDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>

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

interface Part {
  readonly correlationId: shared.UUID
  /** The stream, on the first part alone. */
  readonly stream?: string
  readonly isFinal: boolean
}

function part({ correlationId, stream, isFinal }: Part): streams.BatchAppendReq {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(textUuid())
  message.getMetadataMap().set('type', 'Part').set('content-type', 'application/json')
  message.setData(Buffer.from('{}'))
  const request = new streams.BatchAppendReq()
  request.setCorrelationId(correlationId)
  request.setIsFinal(isFinal)
  request.addProposedMessages(message)
  if (stream !== undefined) request.setOptions(optionsFor(stream))
  return request
}

function optionsFor(stream: string): streams.BatchAppendReq.Options {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  const options = new streams.BatchAppendReq.Options()
  options.setStreamIdentifier(identifier)
  options.setStreamPosition('0')
  return options
}

function textUuid(): shared.UUID {
  const uuid = new shared.UUID()
  uuid.setString(randomUUID())
  return uuid
}

function structuredUuid(): shared.UUID {
  const structured = new shared.UUID.Structured()
  structured.setMostSignificantBits('-1234567890123456789')
  structured.setLeastSignificantBits('42')
  const uuid = new shared.UUID()
  uuid.setStructured(structured)
  return uuid
}

function open(): { call: BatchCall; answers: streams.BatchAppendResp[] } {
  const call = raw.batchAppend()
  const answers: streams.BatchAppendResp[] = []
  call.on('data', (answer: streams.BatchAppendResp) => answers.push(answer))
  call.on('error', () => undefined)
  return { call, answers }
}

describe('a batch append', () => {
  it('of several parts, mixed with others, is put together by correlation id', async () => {
    const run = randomUUID()
    for (const name of ['a', 'b']) await client.appendToStream(`${name}-${run}`, numbered(1))
    const [a, b] = [textUuid(), structuredUuid()]
    const { call, answers } = open()
    call.write(part({ correlationId: a, stream: `a-${run}`, isFinal: false }))
    call.write(part({ correlationId: b, stream: `b-${run}`, isFinal: false }))
    call.write(part({ correlationId: a, isFinal: true }))
    call.write(part({ correlationId: b, isFinal: true }))
    await vi.waitFor(() => {
      expect(answers).toHaveLength(2)
    })
    expect(answers.map((answer) => answer.getSuccess()?.getCurrentRevision())).toEqual(['2', '2'])
    expect(answers.map((answer) => answer.getCorrelationId()?.toObject())).toEqual([
      a.toObject(),
      b.toObject(),
    ])
    call.end()
  })

  it('that never becomes complete times out and leaves nothing behind', async () => {
    const stream = `incomplete-${randomUUID()}`
    await client.appendToStream(stream, numbered(1))
    const correlationId = textUuid()
    const { call, answers } = open()
    call.write(part({ correlationId, stream, isFinal: false }))
    await vi.waitFor(
      () => {
        expect(answers).toHaveLength(1)
      },
      { timeout: 5_000 },
    )
    expect(answers[0]?.getError()?.getDetails()?.getTypeName()).toBe('event_store.client.Timeout')
    call.write(part({ correlationId, isFinal: true }))
    call.end()
    await new Promise((resolve) => call.on('end', resolve))
    expect(answers).toHaveLength(1)
    expect(await collect(client.readStream(stream))).toHaveLength(1)
  })

  it('under way when the client has sent all is still answered', async () => {
    const stream = `ended-${randomUUID()}`
    await client.appendToStream(stream, numbered(1))
    const { call, answers } = open()
    call.write(part({ correlationId: textUuid(), stream, isFinal: true }))
    call.end()
    await new Promise((resolve) => call.on('end', resolve))
    expect(answers.map((answer) => answer.hasSuccess())).toEqual([true])
  })
})

describe('the server features', () => {
  it('name what is there and nothing else', async () => {
    const address = `127.0.0.1:${node.port}`
    const asking = new featuresGrpc.ServerFeaturesClient(address, credentials.createInsecure())
    const answer = await new Promise<features.SupportedMethods>((resolve, reject) => {
      asking.getSupportedMethods(new shared.Empty(), (error, response) => {
        if (error === null) resolve(response)
        else reject(error)
      })
    })
    asking.close()
    expect(answer.getEventStoreServerVersion()).toBe('24.6.0')
    const methods = answer.getMethodsList().map((method) => method.toObject())
    const ofStreams = methods.filter(
      ({ serviceName }) => serviceName === 'event_store.client.streams.streams',
    )
    const names = ofStreams.map(({ methodName }) => methodName)
    expect(names).toEqual(['read', 'append', 'batchappend', 'delete', 'tombstone'])
    expect(ofStreams[0]?.featuresList).toEqual(['position', 'events'])
  })
})
