/** Our codec of reads against the classes generated from EventStoreDB's proto files. */
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  readAllRequest,
  readStreamRequest,
  subscribeToAllRequest,
} from '../../../infrastructure/event-store/codec/read-request.ts'
import { readReadResponse } from '../../../infrastructure/event-store/codec/read-response.ts'
import { MalformedMessageError, MessageWriter } from '../../../infrastructure/protobuf/index.ts'

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const someText = fc
  .string({ unit: 'binary', minLength: 1 })
  .map((text) => Buffer.from(text).toString())

const stored = fc.record({
  id: fc.uuid(),
  stream: someText,
  revision: uint64,
  position: uint64,
  type: someText,
  isJson: fc.boolean(),
  created: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  data: fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString()),
  metadata: fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString()),
})
type Stored = typeof stored extends fc.Arbitrary<infer T> ? T : never

function responseOf(event: Stored): Buffer {
  const id = new shared.UUID()
  id.setString(event.id)
  const stream = new shared.StreamIdentifier()
  stream.setStreamName(Buffer.from(event.stream).toString('base64'))
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(id)
    .setStreamIdentifier(stream)
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(Buffer.from(event.data).toString('base64'))
    .setCustomMetadata(Buffer.from(event.metadata).toString('base64'))
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('created', event.created)
    .set('content-type', event.isJson ? 'application/json' : 'application/octet-stream')
    .set('unheard-of', 'value')
  const resolved = new streams.ReadResp.ReadEvent().setEvent(recorded)
  resolved.setCommitPosition(String(event.position))
  return Buffer.from(new streams.ReadResp().setEvent(resolved).serializeBinary())
}

describe('an event', () => {
  test.prop([stored])('is read as others wrote it', (event) => {
    expect(readReadResponse(responseOf(event))).toEqual(event)
  })

  test.prop([stored, fc.nat()])('that is cut off is refused', (event, cut) => {
    const bytes = responseOf(event)
    const part = bytes.subarray(0, 1 + (cut % (bytes.length - 1)))
    expect(() => readReadResponse(part)).toThrow(MalformedMessageError)
  })

  test.prop([stored])('is read with fields that are not known', (event) => {
    const unknown = new MessageWriter(5 + 2)
    unknown.bytesField(15, Buffer.from('new'))
    unknown.varintField(14, 1)
    const bytes = Buffer.concat([responseOf(event), unknown.finish()])
    expect(readReadResponse(bytes)).toEqual(event)
  })

  it('without content, id or stream is refused', () => {
    const empty = new streams.ReadResp.ReadEvent()
    const nameless = new streams.ReadResp.ReadEvent().setEvent(
      new streams.ReadResp.ReadEvent.RecordedEvent(),
    )
    for (const event of [empty, nameless]) {
      const bytes = Buffer.from(new streams.ReadResp().setEvent(event).serializeBinary())
      expect(() => readReadResponse(bytes)).toThrow(MalformedMessageError)
    }
  })
})

describe('a response', () => {
  test.prop([fc.uint8Array({ maxLength: 80 })])('of any bytes is read or refused', (bytes) => {
    try {
      readReadResponse(Buffer.from(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedMessageError)
    }
  })

  it('that is a word is known as such', () => {
    const words = [
      new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation()),
      new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound()),
      new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()),
      new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind()),
      new streams.ReadResp().setCheckpoint(new streams.ReadResp.Checkpoint()),
      new streams.ReadResp(),
    ]
    expect(words.map((word) => readReadResponse(Buffer.from(word.serializeBinary())))).toEqual([
      'confirmation',
      'stream-not-found',
      'caught-up',
      'other',
      'other',
      'other',
    ])
  })
})

describe('a request', () => {
  test.prop([someText, uint64, fc.boolean(), fc.maxSafeNat()])(
    'to read a stream is read by others as what was given',
    (stream, from, backwards, count) => {
      const options = optionsIn(readStreamRequest({ stream, from, backwards, count }))
      const asked = options?.getStream()
      const name = asked?.getStreamIdentifier()?.getStreamName_asU8() ?? []
      expect(Buffer.from(name).toString()).toBe(stream)
      expect(asked?.getRevision()).toBe(String(from))
      expect(options?.getReadDirection()).toBe(backwards ? 1 : 0)
      expect(options?.getCount()).toBe(String(count))
      expect([options?.hasNoFilter(), options?.getUuidOption()?.hasString()]).toEqual([true, true])
    },
  )

  it('may name an end of the stream', () => {
    const read = { stream: 's', backwards: false, count: 1 }
    const start = optionsIn(readStreamRequest({ ...read, from: 'start' }))?.getStream()
    const end = optionsIn(readStreamRequest({ ...read, from: 'end' }))?.getStream()
    expect([start?.hasStart(), start?.hasEnd()]).toEqual([true, false])
    expect([end?.hasStart(), end?.hasEnd()]).toEqual([false, true])
  })

  test.prop([fc.option(uint64), fc.array(someText, { minLength: 1 })])(
    'to follow or read all streams is read by others as what was given',
    (from, streamPrefixes) => {
      const after = from ?? undefined
      const following = optionsIn(
        subscribeToAllRequest({ after, streamPrefixes, checkpointInterval: 1_000 }),
      )
      const reading = optionsIn(readAllRequest(after))
      for (const options of [following, reading]) {
        const all = options?.getAll()
        expect(all?.hasStart()).toBe(from === null)
        if (from === null) continue
        expect(all?.getPosition()?.getCommitPosition()).toBe(String(from))
        expect(all?.getPosition()?.getPreparePosition()).toBe(String(from))
      }
      const filter = following?.getFilter()
      expect(filter?.getStreamIdentifier()?.getPrefixList()).toEqual(streamPrefixes)
      expect(filter?.getCheckpointintervalmultiplier()).toBe(1_000)
      expect([following?.hasSubscription(), filter?.hasCount()]).toEqual([true, true])
      expect([reading?.hasSubscription(), reading?.hasNoFilter()]).toEqual([false, true])
    },
  )
})

function optionsIn(bytes: Buffer) {
  return streams.ReadReq.deserializeBinary(bytes).getOptions()
}
