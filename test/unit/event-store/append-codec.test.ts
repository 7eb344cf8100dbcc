/** Our codec of appends against the classes generated from EventStoreDB's proto files. */
import shared from '@eventstore/db-client/generated/shared_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { fc, test } from '@fast-check/vitest'
import anyPb from 'google-protobuf/google/protobuf/any_pb.js'
import { describe, expect, it } from 'vitest'
import { batchAppendRequests } from '../../../infrastructure/event-store/codec/batch-append-request.ts'
import { readBatchAppendResponse } from '../../../infrastructure/event-store/codec/batch-append-response.ts'
import {
  classicAppendRequests,
  readClassicAppendResponse,
} from '../../../infrastructure/event-store/codec/classic-append.ts'
import type { ExpectedRevision, NewEvent } from '../../../infrastructure/event-store/port.ts'
import { proposeEvents } from '../../../infrastructure/event-store/proposed-events.ts'
import { MalformedMessageError, MessageWriter } from '../../../infrastructure/protobuf/index.ts'

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const anyText = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.startsWith('$'))
const jsonObject = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue() as fc.Arbitrary<string>,
)
const newEvent: fc.Arbitrary<NewEvent> = fc.record({
  id: fc.uuid(),
  type: anyText,
  data: jsonObject,
  metadata: jsonObject,
})
const newEvents = fc.uniqueArray(newEvent, { minLength: 1, maxLength: 8, selector: ({ id }) => id })
const expectedRevision: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  fc.constantFrom('no-stream', 'stream-exists', 'any'),
)
const limits = { maxAppendBytes: 1024 * 1024, maxRequestBytes: 600 }
const correlationId = '01234567-89ab-4def-8123-456789abcdef'

describe('a batch append', () => {
  test.prop([anyText, newEvents, expectedRevision])(
    'is read by others as what was given, over all its requests',
    (stream, events, expected) => {
      const { batches } = proposeEvents(stream, events, expected, limits)
      const target = { stream, expectedRevision: expected }
      const deadline = { kind: 'time', ms: 1_700_000_000_123 } as const
      const requests = batchAppendRequests(correlationId, target, deadline, batches).map((bytes) =>
        streams.BatchAppendReq.deserializeBinary(bytes),
      )
      expect(requests.map((request) => request.getCorrelationId()?.getString())).toEqual(
        batches.map(() => correlationId),
      )
      expect(requests.map((request) => request.hasOptions())).toEqual(
        batches.map((_, index) => index === 0),
      )
      expect(requests.map((request) => request.getIsFinal())).toEqual(
        batches.map((_, index) => index === batches.length - 1),
      )
      const options = requests[0]?.getOptions()
      expect(nameIn(options?.getStreamIdentifier())).toBe(Buffer.from(stream).toString())
      expect(expectationIn(options)).toBe(expected)
      expect(options?.getDeadline()?.toObject()).toEqual({
        seconds: 1_700_000_000,
        nanos: 123_000_000,
      })
      const messages = requests.flatMap((request) => request.getProposedMessagesList())
      expect(messages.map(contentOf)).toEqual(events.map(asStored))
    },
  )

  it('tells a deadline as a duration to servers that know it', () => {
    const deadline = { kind: 'duration', ms: 2_500 } as const
    const target = { stream: 's', expectedRevision: 'any' } as const
    const [request] = batchAppendRequests(correlationId, target, deadline, [Buffer.alloc(0)])
    // google.protobuf.Duration in field 7: 2 s and 500,000,000 ns.
    expect(request?.toString('hex')).toContain('3a0808021080cab5ee01')
  })
})

describe('a classic append', () => {
  test.prop([anyText, newEvents, expectedRevision])(
    'is read by others as what was given',
    (stream, events, expected) => {
      const { batches } = proposeEvents(stream, events, expected, limits)
      const target = { stream, expectedRevision: expected }
      const [first, ...rest] = [...classicAppendRequests(target, batches)].map((bytes) =>
        streams.AppendReq.deserializeBinary(bytes),
      )
      expect(nameIn(first?.getOptions()?.getStreamIdentifier())).toBe(
        Buffer.from(stream).toString(),
      )
      const messages = rest.map((request) => request.getProposedMessage())
      expect(messages.map(contentOf)).toEqual(events.map(asStored))
    },
  )

  test.prop([uint64, uint64])('has its answers read', (revision, commit) => {
    const success = new streams.AppendResp.Success()
    success.setCurrentRevision(String(revision))
    const position = new streams.AppendResp.Position()
    position.setCommitPosition(String(commit))
    success.setPosition(position)
    const stored = new streams.AppendResp().setSuccess(success)
    expect(readClassicAppendResponse(bytesOf(stored))).toEqual({
      kind: 'stored',
      revision,
      position: commit,
    })
    const wrong = new streams.AppendResp.WrongExpectedVersion()
    wrong.setCurrentRevision(String(revision))
    wrong.setExpectedRevision('3')
    expect(
      readClassicAppendResponse(bytesOf(new streams.AppendResp().setWrongExpectedVersion(wrong))),
    ).toEqual({ kind: 'wrong-expected-revision', actual: revision })
    expect(() => readClassicAppendResponse(Buffer.alloc(0))).toThrow(MalformedMessageError)
  })
})

describe('the answer to a batch append', () => {
  test.prop([fc.uuid(), uint64, fc.option(uint64)])('is read: stored', (id, revision, commit) => {
    const success = new streams.BatchAppendResp.Success()
    success.setCurrentRevision(String(revision))
    if (commit !== null) {
      const position = new shared.AllStreamPosition()
      position.setCommitPosition(String(commit))
      success.setPosition(position)
    }
    const response = readBatchAppendResponse(bytesOf(replyTo(id).setSuccess(success)))
    expect(response).toEqual({
      correlationId: id,
      outcome: { kind: 'stored', revision, position: commit ?? undefined },
    })
  })

  test.prop([fc.uuid()])('is read when its id comes as two numbers', (id) => {
    const bits = Buffer.from(id.replaceAll('-', ''), 'hex')
    const structured = new shared.UUID.Structured()
    structured.setMostSignificantBits(String(bits.readBigInt64BE(0)))
    structured.setLeastSignificantBits(String(bits.readBigInt64BE(8)))
    const uuid = new shared.UUID()
    uuid.setStructured(structured)
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('1')
    const reply = new streams.BatchAppendResp().setCorrelationId(uuid).setSuccess(success)
    expect(readBatchAppendResponse(bytesOf(reply)).correlationId).toBe(id)
  })

  test.prop([uint64])('is read: wrong expected revision', (actual) => {
    const details = new shared.WrongExpectedVersion()
    details.setCurrentStreamRevision(String(actual))
    expect(outcomeOf('WrongExpectedVersion', details)).toEqual({
      kind: 'wrong-expected-revision',
      actual,
    })
    const none = new shared.WrongExpectedVersion()
    none.setExpectedStreamPosition('4')
    expect(outcomeOf('WrongExpectedVersion', none)).toMatchObject({ actual: undefined })
  })

  it('is read: refused, by the name of what was wrong', () => {
    const size = new shared.MaximumAppendSizeExceeded()
    size.setMaxappendsize(1_048_576)
    const refusals = [
      outcomeOf('MaximumAppendSizeExceeded', size),
      outcomeOf('StreamDeleted', new shared.StreamDeleted()),
      outcomeOf('AccessDenied', new shared.AccessDenied()),
      outcomeOf('BadRequest', new shared.BadRequest()),
    ]
    expect(refusals).toEqual([
      { kind: 'refused', reason: 'larger than the 1048576 bytes it takes' },
      { kind: 'refused', reason: 'stream told was deleted for good' },
      { kind: 'refused', reason: 'access denied' },
      { kind: 'refused', reason: 'BadRequest: told' },
    ])
  })

  it.each(['Timeout', 'Unknown', 'NeverHeardOf'])('is read: undecided (%s)', (type) => {
    expect(outcomeOf(type, new shared.Timeout())).toEqual({ kind: 'undecided', reason: 'told' })
  })

  test.prop([fc.uint8Array({ maxLength: 80 })])('of any bytes is read or refused', (bytes) => {
    try {
      readBatchAppendResponse(Buffer.from(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedMessageError)
    }
  })

  it('is read with fields that are not known, and refused when it is cut off', () => {
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('7')
    const known = bytesOf(replyTo(correlationId).setSuccess(success))
    const unknown = new MessageWriter(2 + 5)
    unknown.varintField(14, 9)
    unknown.bytesField(15, Buffer.from('new'))
    const bytes = Buffer.concat([unknown.finish(), known])
    expect(readBatchAppendResponse(bytes).outcome).toMatchObject({ revision: 7n })
    expect(() => readBatchAppendResponse(known.subarray(0, -1))).toThrow(MalformedMessageError)
  })
})

function nameIn(identifier: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()
}

function expectationIn(options: streams.BatchAppendReq.Options | undefined) {
  if (options?.hasNoStream() === true) return 'no-stream'
  if (options?.hasAny() === true) return 'any'
  if (options?.hasStreamExists() === true) return 'stream-exists'
  return BigInt(options?.getStreamPosition() ?? -1)
}

type Proposed = streams.BatchAppendReq.ProposedMessage | streams.AppendReq.ProposedMessage

function contentOf(message: Proposed | undefined) {
  return {
    id: message?.getId()?.getString(),
    properties: Object.fromEntries(message?.getMetadataMap().toObject() ?? []),
    data: Buffer.from(message?.getData_asU8() ?? []).toString(),
    metadata: Buffer.from(message?.getCustomMetadata_asU8() ?? []).toString(),
  }
}

function asStored({ id, type, data, metadata }: NewEvent): ReturnType<typeof contentOf> {
  return {
    id,
    properties: { type: Buffer.from(type).toString(), 'content-type': 'application/json' },
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  }
}

function bytesOf(message: { serializeBinary(): Uint8Array }): Buffer {
  return Buffer.from(message.serializeBinary())
}

function replyTo(id: string): streams.BatchAppendResp {
  const uuid = new shared.UUID()
  uuid.setString(id)
  const stream = new shared.StreamIdentifier()
  stream.setStreamName(Buffer.from('told').toString('base64'))
  return new streams.BatchAppendResp().setCorrelationId(uuid).setStreamIdentifier(stream)
}

function outcomeOf(type: string, details: { serializeBinary(): Uint8Array }) {
  const any = new anyPb.Any()
  any.pack(details.serializeBinary(), `event_store.client.${type}`)
  const error = new status.Status()
  error.setMessage('told')
  error.setDetails(any)
  return readBatchAppendResponse(bytesOf(replyTo(correlationId).setError(error))).outcome
}
