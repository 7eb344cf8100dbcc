import type { EventStoreDBClient } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { credentials, type ServiceError, status } from '@grpc/grpc-js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered } from './client.ts'

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

type State = 'never written' | 'metadata alone' | 'live' | 'soft-deleted' | 'tombstoned'
type Options = streams.DeleteReq.Options | streams.TombstoneReq.Options

/** The status a call ends with and its trailers, 0 and none when it succeeds. */
interface Answer {
  readonly code: number
  readonly trailers: Readonly<Record<string, unknown>>
}

async function streamThatIs(state: State, stream = `stream-${randomUUID()}`): Promise<string> {
  if (state === 'metadata alone') await client.setStreamMetadata(stream, { own: 1 })
  if (state === 'never written' || state === 'metadata alone') return stream
  await client.appendToStream(stream, numbered(3))
  if (state === 'soft-deleted') await client.deleteStream(stream)
  if (state === 'tombstoned') await client.tombstoneStream(stream)
  return stream
}

function remove(
  method: 'delete' | 'tombstone',
  stream: string,
  expecting: (options: Options) => void,
): Promise<Answer> {
  const options =
    method === 'delete' ? new streams.DeleteReq.Options() : new streams.TombstoneReq.Options()
  options.setStreamIdentifier(identifierOf(stream))
  expecting(options)
  return new Promise((resolve) => {
    const answer = (error: ServiceError | null) => {
      resolve(answerOf(error))
    }
    if (options instanceof streams.DeleteReq.Options) {
      raw.delete(new streams.DeleteReq().setOptions(options), answer)
    } else {
      raw.tombstone(new streams.TombstoneReq().setOptions(options), answer)
    }
  })
}

function answerOf(error: ServiceError | null): Answer {
  if (error === null) return { code: status.OK, trailers: {} }
  const { exception, ...rest } = error.metadata.getMap()
  delete rest['content-type']
  delete rest['date']
  return { code: error.code, trailers: { exception, ...rest } }
}

function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream))
}

const exists = (options: Options) => void options.setStreamExists(new shared.Empty())
const any = (options: Options) => void options.setAny(new shared.Empty())
const none = (options: Options) => void options.setNoStream(new shared.Empty())
const five = (options: Options) => void options.setRevision('5')

describe('the errors', () => {
  it.each([
    ['delete', 'never written', any, '-2', ''],
    ['delete', 'live', none, '-1', '2'],
    ['delete', 'live', five, '5', '2'],
    ['tombstone', 'never written', five, '5', ''],
    ['tombstone', 'live', none, '-1', '2'],
    ['tombstone', 'never written', exists, '-4', ''],
  ] as const)(
    'of a refused removal are in trailers: %s',
    async (method, state, expecting, expected, actual) => {
      const stream = await streamThatIs(state)
      expect(await remove(method, stream, expecting)).toEqual({
        code: status.FAILED_PRECONDITION,
        trailers: {
          exception: 'wrong-expected-version',
          'stream-name': stream,
          'expected-version': expected,
          'actual-version': actual,
        },
      })
    },
  )

  it.each([
    ['delete', 'never written', 'wrong-expected-version'],
    ['delete', 'metadata alone', undefined],
    ['delete', 'live', undefined],
    ['delete', 'soft-deleted', 'stream-deleted'],
    ['delete', 'tombstoned', 'stream-deleted'],
    ['tombstone', 'never written', 'wrong-expected-version'],
    ['tombstone', 'metadata alone', undefined],
    ['tombstone', 'live', undefined],
    ['tombstone', 'soft-deleted', 'stream-deleted'],
    ['tombstone', 'tombstoned', 'stream-deleted'],
  ] as const)(
    'of a removal that expects the stream to exist: %s of a stream that is %s gives %s',
    async (method, state, exception) => {
      const { trailers } = await remove(method, await streamThatIs(state), exists)
      expect(trailers['exception']).toBe(exception)
    },
  )

  it('name a stream whose name no header could carry', async () => {
    const stream = `größe\n${randomUUID()}`
    const { code, trailers } = await remove('delete', await streamThatIs('tombstoned', stream), any)
    expect(code).toBe(status.FAILED_PRECONDITION)
    expect(trailers).toEqual({
      exception: 'stream-deleted',
      'stream-name': encodeURIComponent(stream),
    })
  })
})

interface Proposed {
  readonly bytes?: number
  readonly without?: 'type' | 'content-type'
}

function fill<Message extends streams.AppendReq.ProposedMessage>(
  message: Message,
  { bytes = 1, without }: Proposed,
): Message {
  message.setId(new shared.UUID().setString(randomUUID()))
  message.getMetadataMap().set('type', 'T').set('content-type', 'application/octet-stream')
  if (without !== undefined) message.getMetadataMap().del(without)
  message.setData(Buffer.alloc(bytes))
  return message
}

/** A classic append of one event that expects no stream. */
function append(stream: string, proposed: Proposed = {}) {
  return new Promise<Answer & { response: streams.AppendResp.AsObject | undefined }>((resolve) => {
    const call = raw.append((error: ServiceError | null, response?: streams.AppendResp) => {
      resolve({ ...answerOf(error), response: response?.toObject() })
    })
    const options = new streams.AppendReq.Options()
    options.setStreamIdentifier(identifierOf(stream)).setNoStream(new shared.Empty())
    call.write(new streams.AppendReq().setOptions(options))
    const message = fill(new streams.AppendReq.ProposedMessage(), proposed)
    call.write(new streams.AppendReq().setProposedMessage(message))
    call.end()
  })
}

describe('the errors of a classic append', () => {
  it.each([
    ['of a live stream', 'live', '2'],
    ['of a deleted one', 'soft-deleted', undefined],
  ] as const)('of a classic append that conflicts are an answer: %s', async (_, state, current) => {
    const { code, response } = await append(await streamThatIs(state))
    expect(code).toBe(status.OK)
    const conflict = response?.wrongExpectedVersion
    expect(conflict?.currentRevision).toBe(current)
    expect(conflict?.expectedNoStream === undefined).toBe(current === undefined)
  })

  it('of an append that is too large are in trailers', async () => {
    const { code, trailers } = await append(await streamThatIs('never written'), {
      bytes: 1_048_577,
    })
    expect(code).toBe(status.INVALID_ARGUMENT)
    expect(trailers).toEqual({
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': '1048576',
    })
  })

  it.each(['type', 'content-type'] as const)(
    'name the metadata property that is missing: %s',
    async (without) => {
      const { code, trailers } = await append(await streamThatIs('never written'), { without })
      expect(code).toBe(status.INVALID_ARGUMENT)
      expect(trailers['exception']).toBe('missing-required-metadata-property')
      expect(String(trailers['required-metadata-properties'])).toContain(without)
    },
  )
})

/** A batch append of one event that expects no stream; its one answer. */
async function batchAppend(stream: string, proposed: Proposed = {}) {
  const options = new streams.BatchAppendReq.Options()
  options.setStreamIdentifier(identifierOf(stream)).setNoStream(new empty.Empty())
  const request = new streams.BatchAppendReq()
  request.setOptions(options).setIsFinal(true)
  request.setCorrelationId(new shared.UUID().setString(randomUUID()))
  request.addProposedMessages(fill(new streams.BatchAppendReq.ProposedMessage(), proposed))
  const call = raw.batchAppend()
  call.write(request)
  const [answer] = (await once(call, 'data')) as [streams.BatchAppendResp]
  call.end()
  return answer
}

describe('the errors of a batch append', () => {
  it.each<[string, State, Proposed, number, string]>([
    ['a conflict', 'live', {}, status.ALREADY_EXISTS, 'WrongExpectedVersion'],
    ['a tombstone', 'tombstoned', {}, status.NOT_FOUND, 'StreamDeleted'],
    ['a size', 'live', { bytes: 1_048_577 }, status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded'],
    ['a bad event', 'live', { without: 'type' }, status.INVALID_ARGUMENT, 'BadRequest'],
  ])(
    'of a batch append are a status with one detail: %s',
    async (_, state, proposed, code, name) => {
      const stream = await streamThatIs(state)
      const answer = await batchAppend(stream, proposed)
      const error = answer.getError()
      expect(error?.getCode()).toBe(code)
      expect(error?.getMessage()).not.toBe('')
      expect(error?.getDetails()?.getTypeUrl()).toBe(
        `type.googleapis.com/event_store.client.${name}`,
      )
      const named = Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? [])
      expect(named.toString()).toBe(stream)
    },
  )

  it('tell of a conflict what was expected and what is there', async () => {
    const answer = await batchAppend(await streamThatIs('live'))
    const bytes = answer.getError()?.getDetails()?.getValue_asU8() ?? new Uint8Array()
    const conflict = shared.WrongExpectedVersion.deserializeBinary(bytes)
    expect(conflict.getCurrentStreamRevision()).toBe('2')
    expect(conflict.hasExpectedNoStream()).toBe(true)
  })
})

describe('the messages', () => {
  it('a subscription begins with its confirmation and is caught up after the last checkpoint', async () => {
    await streamThatIs('live')
    const expression = new streams.ReadReq.Options.FilterOptions.Expression()
    const filter = new streams.ReadReq.Options.FilterOptions()
    filter.setStreamIdentifier(expression.setPrefixList(['nothing']))
    filter.setMax(2).setCheckpointintervalmultiplier(1)
    const options = new streams.ReadReq.Options()
    options.setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()))
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
    options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()))
    const call = raw.read(new streams.ReadReq().setOptions(options.setFilter(filter)))
    const { ContentCase } = streams.ReadResp
    const kinds: streams.ReadResp.ContentCase[] = []
    for await (const message of call) {
      kinds.push((message as streams.ReadResp).getContentCase())
      if (kinds.at(-1) === ContentCase.CAUGHT_UP) break
    }
    expect(kinds[0]).toBe(ContentCase.CONFIRMATION)
    const between = new Set(kinds.slice(1, -1))
    expect(between).toEqual(new Set([ContentCase.CHECKPOINT]))
  })
})
