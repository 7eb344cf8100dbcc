import durationPb from 'google-protobuf/google/protobuf/duration_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import protobuf from 'google-protobuf'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { MalformedMessageError } from '../../../infrastructure/protobuf/index.ts'
import {
  ANY,
  NO_STREAM,
  STREAM_EXISTS,
  TOMBSTONE_REVISION,
} from '../../../infrastructure/event-store-node/storage/revision.ts'
import type { StoredRecord } from '../../../infrastructure/event-store-node/storage/record.ts'
import { uuidText } from '../../../infrastructure/event-store-node/storage/uuid.ts'
import { decodeAppendOptions } from '../../../infrastructure/event-store-node/wire/append-options.ts'
import { decodeAppendRequest } from '../../../infrastructure/event-store-node/wire/append-request.ts'
import { decodeBatchAppendRequest } from '../../../infrastructure/event-store-node/wire/batch-append-request.ts'
import { encodeBatchSuccess } from '../../../infrastructure/event-store-node/wire/batch-append-success.ts'
import {
  protobufEmpty,
  shared,
  streams,
} from '../../../infrastructure/event-store-node/wire/codecs.ts'
import { decodeUuid } from '../../../infrastructure/event-store-node/wire/encoded-uuid.ts'
import { decodeProposedEvent } from '../../../infrastructure/event-store-node/wire/proposed-event.ts'
import { encodeReadEvent } from '../../../infrastructure/event-store-node/wire/read-event.ts'
import { RpcError } from '../../../infrastructure/event-store-node/wire/rpc-error.ts'
import { toUuid } from '../../../infrastructure/event-store-node/wire/uuid.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array))
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
const position = fc.maxSafeNat()
const revision = fc.oneof(fc.maxSafeNat(), fc.constant(TOMBSTONE_REVISION))

const event = fc.record({
  id: uuid.filter((id) => id.some((byte) => byte !== 0)),
  isStructured: fc.boolean(),
  type: text,
  isJson: fc.boolean(),
  data: bytes,
  metadata: bytes,
})

const record: fc.Arbitrary<StoredRecord> = fc.record({
  position,
  streamName: text,
  revision,
  id: uuid,
  type: text,
  isJson: fc.boolean(),
  createdMs: fc.nat({ max: 2 ** 41 }),
  data: bytes,
  metadata: bytes,
})

type Proposed = typeof event extends fc.Arbitrary<infer T> ? T : never

function encoded(message: protobuf.Message): Buffer {
  return Buffer.from(message.serializeBinary())
}

function proposedMessage(one: Proposed): streams.BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(toUuid(one.id, one.isStructured))
  message.getMetadataMap().set('type', one.type)
  message.getMetadataMap().set('other', 'thing')
  message
    .getMetadataMap()
    .set('content-type', one.isJson ? 'application/json' : 'application/octet-stream')
  message.setData(one.data)
  message.setCustomMetadata(one.metadata)
  return message
}

/** A field that nobody knows, of each wire type in turn. */
function unknownField(kind: number): Buffer {
  const writer = new protobuf.BinaryWriter()
  if (kind === 0) writer.writeUint64String(900, '18446744073709551615')
  else if (kind === 1) writer.writeFixed64(901, 7)
  else if (kind === 2) writer.writeString(902, 'unknown')
  else writer.writeFixed32(903, 7)
  return Buffer.from(writer.getResultBuffer())
}

describe('a batch append request', () => {
  test.prop([uuid, fc.boolean(), fc.array(event, { maxLength: 5 }), fc.boolean(), fc.nat(3)])(
    'is read as the generated code wrote it, with unknown fields in between',
    (id, isStructured, events, isFinal, kind) => {
      const request = new streams.BatchAppendReq()
      request.setCorrelationId(toUuid(id, isStructured))
      request.setProposedMessagesList(events.map(proposedMessage))
      request.setIsFinal(isFinal)
      const unknown = unknownField(kind)
      const read = decodeBatchAppendRequest(Buffer.concat([unknown, encoded(request), unknown]))
      expect(decodeUuid(read.correlationId, 'correlation id')).toEqual(id)
      expect(read.isFinal).toBe(isFinal)
      expect(read.options).toBeUndefined()
      const proposed = read.proposedMessages.map((message) =>
        decodeProposedEvent(Buffer.concat([unknown, message])),
      )
      expect(proposed).toEqual(
        events.map(({ id: eventId, type, isJson, data, metadata }) => ({
          id: eventId,
          type,
          isJson,
          data,
          metadata,
        })),
      )
    },
  )

  it('whose messages come in parts is the parts together', () => {
    const name = new shared.StreamIdentifier()
    name.setStreamName(Buffer.from('stream'))
    const where = new streams.BatchAppendReq.Options()
    where.setStreamIdentifier(name)
    const expected = new streams.BatchAppendReq.Options()
    expected.setAny(new protobufEmpty.Empty())
    const parts = [where, expected].map((options) => {
      const request = new streams.BatchAppendReq()
      request.setOptions(options)
      return encoded(request)
    })
    const { options } = decodeBatchAppendRequest(Buffer.concat(parts))
    const read = decodeAppendOptions(options ?? Buffer.alloc(0))
    expect(read.streamIdentifier).toEqual(encoded(name))
    expect(read.expected).toBe(ANY)
  })

  test.prop([bytes])('of any bytes is read or refused', (any) => {
    for (const decode of [
      decodeBatchAppendRequest,
      decodeAppendRequest,
      decodeAppendOptions,
      decodeProposedEvent,
    ]) {
      try {
        decode(any)
      } catch (error) {
        expect(error instanceof MalformedMessageError || error instanceof RpcError).toBe(true)
      }
    }
  })
})

describe('the options of an append', () => {
  test.prop([fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })])('hold an exact revision', (exact) => {
    const options = new streams.BatchAppendReq.Options()
    options.setStreamPosition(String(exact))
    expect(decodeAppendOptions(encoded(options)).expected).toBe(exact)
    const classic = new streams.AppendReq.Options()
    classic.setRevision(String(exact))
    expect(decodeAppendOptions(encoded(classic)).expected).toBe(exact)
  })

  it('hold the last of several expectations', () => {
    const cases = [
      [(one: streams.AppendReq.Options) => one.setAny(new shared.Empty()), ANY],
      [(one: streams.AppendReq.Options) => one.setNoStream(new shared.Empty()), NO_STREAM],
      [(one: streams.AppendReq.Options) => one.setStreamExists(new shared.Empty()), STREAM_EXISTS],
    ] as const
    let all = Buffer.alloc(0)
    for (const [set, meaning] of cases) {
      const options = new streams.AppendReq.Options()
      set(options)
      all = Buffer.concat([all, encoded(options)])
      expect(decodeAppendOptions(encoded(options)).expected).toBe(meaning)
      expect(decodeAppendOptions(all).expected).toBe(meaning)
    }
  })

  test.prop([fc.integer(), fc.nat({ max: 999_999_999 })])(
    'hold a deadline as a moment or as a time from now',
    (seconds, nanos) => {
      const ms = seconds * 1_000 + nanos / 1_000_000
      const moment = new timestampPb.Timestamp()
      moment.setSeconds(seconds)
      moment.setNanos(nanos)
      const options = new streams.BatchAppendReq.Options()
      options.setDeadline(moment)
      expect(decodeAppendOptions(encoded(options)).deadline).toEqual({ kind: 'at', ms })
      const time = new durationPb.Duration()
      time.setSeconds(seconds)
      time.setNanos(nanos)
      const writer = new protobuf.BinaryWriter()
      writer.writeBytes(7, time.serializeBinary())
      const bothFields = Buffer.concat([encoded(options), Buffer.from(writer.getResultBuffer())])
      expect(decodeAppendOptions(bothFields).deadline).toEqual({ kind: 'after', ms })
    },
  )
})

describe('a UUID', () => {
  test.prop([uuid, fc.boolean()])('is read in both forms', (id, isStructured) => {
    expect(decodeUuid(encoded(toUuid(id, isStructured)), 'id')).toEqual(id)
  })

  it.each(['', 'no-uuid', `${'0'.repeat(35)}g`, '0123456789abcdef0123456789abcdef0123'])(
    'is refused when it is none: %s',
    (wrong) => {
      const message = new shared.UUID()
      message.setString(wrong)
      expect(() => decodeUuid(encoded(message), 'event id')).toThrow('event id must be a UUID')
    },
  )

  it('is read in capital letters', () => {
    const message = new shared.UUID()
    message.setString('0123ABCD-4567-89EF-0123-456789ABCDEF')
    const id = decodeUuid(encoded(message), 'event id')
    expect(uuidText(id)).toBe('0123abcd-4567-89ef-0123-456789abcdef')
  })
})

describe('answers', () => {
  test.prop([uuid, text, fc.oneof(fc.constant(-1), fc.maxSafeNat()), position])(
    'to batch appends are read by the generated code',
    (id, streamName, lastRevision, at) => {
      const name = new shared.StreamIdentifier()
      name.setStreamName(Buffer.from(streamName))
      const reference = {
        correlationId: encoded(toUuid(id, false)),
        streamIdentifier: encoded(name),
      }
      const answer = streams.BatchAppendResp.deserializeBinary(
        encodeBatchSuccess(reference, lastRevision, at),
      )
      expect(answer.getCorrelationId()?.getString()).toBe(uuidText(id))
      const answeredName = answer.getStreamIdentifier()?.getStreamName_asU8() ?? []
      expect(Buffer.from(answeredName).toString()).toBe(Buffer.from(streamName).toString())
      const success = answer.getSuccess()
      expect(success?.hasNoStream()).toBe(lastRevision < 0)
      if (lastRevision >= 0) expect(success?.getCurrentRevision()).toBe(String(lastRevision))
      expect(success?.getPosition()?.getCommitPosition()).toBe(String(at))
      expect(success?.getPosition()?.getPreparePosition()).toBe(String(at))
    },
  )

  test.prop([
    fc.option(record, { nil: undefined }),
    fc.option(record, { nil: undefined }),
    fc.boolean(),
  ])('to reads are read by the generated code', (one, link, isStructured) => {
    const bytesOfAnswer = encodeReadEvent({ event: one, link }, isStructured)
    const answer = streams.ReadResp.deserializeBinary(bytesOfAnswer).getEvent()
    expectRecorded(answer?.getEvent(), one, isStructured)
    expectRecorded(answer?.getLink(), link, isStructured)
    const original = link ?? one
    expect(answer?.hasCommitPosition()).toBe(original !== undefined)
    if (original !== undefined) {
      expect(answer?.getCommitPosition()).toBe(String(original.position))
    }
  })
})

function expectRecorded(
  recorded: streams.ReadResp.ReadEvent.RecordedEvent | undefined,
  one: StoredRecord | undefined,
  isStructured: boolean,
): void {
  expect(recorded === undefined).toBe(one === undefined)
  if (recorded === undefined || one === undefined) return
  const isTombstone = one.revision === TOMBSTONE_REVISION
  expect(recorded.toObject()).toMatchObject({
    id: toUuid(one.id, isStructured).toObject(),
    streamIdentifier: { streamName: Buffer.from(one.streamName).toString('base64') },
    streamRevision: isTombstone ? '9223372036854775807' : String(one.revision),
    commitPosition: String(one.position),
    preparePosition: String(one.position),
    customMetadata: one.metadata.toString('base64'),
    data: one.data.toString('base64'),
  })
  expect(
    recorded
      .getMetadataMap()
      .toObject(false, () => undefined)
      .toSorted(),
  ).toEqual([
    ['content-type', one.isJson ? 'application/json' : 'application/octet-stream'],
    ['created', `${one.createdMs}0000`],
    ['type', Buffer.from(one.type).toString()],
  ])
}
