import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { credentials } from '@grpc/grpc-js'
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js'
import { randomUUID } from 'node:crypto'
import { type Attempt, dataOf, type Outcome, type Sender } from './attempt.ts'

const UNKNOWN: Outcome = { kind: 'unknown' }

/**
 * Appends over one BatchAppend call, by the protocol's own messages: an acknowledgement is recorded
 * as it comes off the wire, and no client stands in between that retries, hides or loses answers.
 * (The published client would end the process on an answer that comes late.)
 */
export function batchSender(port: number): Sender {
  const client = new streamsGrpc.StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure())
  const call = client.batchAppend()
  const waiting = new Map<string, (outcome: Outcome) => void>()
  let isOver = false

  call.on('data', (response: streams.BatchAppendResp) => {
    const id = response.getCorrelationId()?.getString() ?? ''
    waiting.get(id)?.(outcomeOf(response))
    waiting.delete(id)
  })
  call.on('error', () => undefined)
  // Comes after all that has been received, whether the call ended well or not.
  call.on('end', () => {
    isOver = true
    for (const settle of waiting.values()) settle(UNKNOWN)
    waiting.clear()
  })

  return {
    path: 'batch',
    send(attempt) {
      if (isOver) return Promise.resolve(UNKNOWN)
      const id = randomUUID()
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        call.write(requestOf(attempt, id))
      })
    },
    close() {
      call.cancel()
      client.close()
      return Promise.resolve()
    },
  }
}

function outcomeOf(response: streams.BatchAppendResp): Outcome {
  const success = response.getSuccess()
  if (success === undefined) return { kind: 'refused' }
  return {
    kind: 'acknowledged',
    lastRevision: Number(success.getCurrentRevision()),
    position: BigInt(success.getPosition()?.getCommitPosition() ?? 0),
  }
}

function requestOf(attempt: Attempt, correlationId: string): streams.BatchAppendReq {
  const request = new streams.BatchAppendReq()
  request.setCorrelationId(uuid(correlationId))
  request.setOptions(optionsOf(attempt))
  request.setProposedMessagesList(attempt.ids.map((id) => messageOf(id, attempt.bytes)))
  request.setIsFinal(true)
  return request
}

function optionsOf({ stream, expected }: Attempt): streams.BatchAppendReq.Options {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  const options = new streams.BatchAppendReq.Options()
  options.setStreamIdentifier(identifier)
  if (expected === 'any') options.setAny(new protobufEmpty.Empty())
  else if (expected < 0) options.setNoStream(new protobufEmpty.Empty())
  else options.setStreamPosition(String(expected))
  return options
}

function messageOf(id: string, bytes: number): streams.BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(uuid(id))
  message.getMetadataMap().set('type', 'Recorded').set('content-type', 'application/json')
  message.setData(Buffer.from(JSON.stringify(dataOf(id, bytes))))
  return message
}

function uuid(text: string): shared.UUID {
  const message = new shared.UUID()
  message.setString(text)
  return message
}
