import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect, test } from 'vitest'
import { NullReplies } from '../../../bench/append/null-replies.ts'

const CORRELATION_ID = '6f1b5f0e-4a53-4c1e-9a0a-1f1d3c5b7a90'

interface Part {
  readonly correlationId?: string
  readonly stream?: string
  readonly isFinal: boolean
}

function request({ correlationId = CORRELATION_ID, stream, isFinal }: Part): Buffer {
  const id = new shared.UUID()
  id.setString(correlationId)
  const message = new streams.BatchAppendReq()
  message.setCorrelationId(id)
  message.setIsFinal(isFinal)
  const proposed = new streams.BatchAppendReq.ProposedMessage()
  proposed.setData(Buffer.from('{}'))
  message.addProposedMessages(proposed)
  if (stream !== undefined) {
    const identifier = new shared.StreamIdentifier()
    identifier.setStreamName(Buffer.from(stream).toString('base64'))
    const options = new streams.BatchAppendReq.Options()
    options.setStreamIdentifier(identifier)
    message.setOptions(options)
  }
  return Buffer.from(message.serializeBinary())
}

function decoded(reply: Buffer | undefined) {
  if (reply === undefined) throw new Error('no reply')
  const message = streams.BatchAppendResp.deserializeBinary(reply)
  return {
    correlationId: message.getCorrelationId()?.getString(),
    stream: Buffer.from(message.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    hasError: message.hasError(),
    revision: message.getSuccess()?.getCurrentRevision(),
    commit: message.getSuccess()?.getPosition()?.getCommitPosition(),
    prepare: message.getSuccess()?.getPosition()?.getPreparePosition(),
  }
}

test('an append is acknowledged with its correlation id, its stream, a revision and a position', () => {
  const replies = new NullReplies()
  const stored = { correlationId: CORRELATION_ID, stream: 'äccount-1', hasError: false }
  for (const count of ['1', '2']) {
    const reply = replies.to(request({ stream: 'äccount-1', isFinal: true }))
    const numbers = { revision: count, commit: count, prepare: count }
    expect(decoded(reply)).toEqual({ ...stored, ...numbers })
  }
})

test('positions of more than one byte are well formed', () => {
  const replies = new NullReplies()
  const append = request({ stream: 'a', isFinal: true })
  let reply: Buffer | undefined
  for (let count = 1; count <= 20_000; count += 1) {
    reply = replies.to(append)
  }
  expect(decoded(reply)).toMatchObject({ revision: '20000', commit: '20000', prepare: '20000' })
})

test('an append in several messages is acknowledged at its end, among others', () => {
  const replies = new NullReplies()
  const other = '00000000-4a53-4c1e-9a0a-1f1d3c5b7a90'
  expect(replies.to(request({ stream: 'a', isFinal: false }))).toBeUndefined()
  expect(replies.to(request({ isFinal: false }))).toBeUndefined()
  const between = replies.to(request({ correlationId: other, stream: 'b', isFinal: true }))
  expect(decoded(between)).toMatchObject({ correlationId: other, stream: 'b' })
  const last = replies.to(request({ isFinal: true }))
  expect(decoded(last)).toMatchObject({ correlationId: CORRELATION_ID, stream: 'a' })
  expect(() => replies.to(request({ isFinal: true }))).toThrow('without options')
})

test('what is no append is refused', () => {
  expect(() => new NullReplies().to(Buffer.alloc(0))).toThrow('without correlation id')
  expect(() => new NullReplies().to(Buffer.from([0xff, 0xff]))).toThrow('malformed')
})
