import {
  type handleClientStreamingCall,
  type sendUnaryData,
  type ServerReadableStream,
  status,
} from '@grpc/grpc-js'
import { setImmediate } from 'node:timers/promises'
import type { ProposedEvent } from '../../storage/record.ts'
import { ANY, NO_STREAM, revisionText, STREAM_EXISTS } from '../../storage/revision.ts'
import type { WriteOutcome } from '../../storage/write-request.ts'
import { decodeAppendOptions } from '../../wire/append-options.ts'
import type { AppendRequest } from '../../wire/append-request.ts'
import { shared, streams } from '../../wire/codecs.ts'
import { expectedRevisionIn } from '../../wire/expected-revision.ts'
import { decodeProposedEvent } from '../../wire/proposed-event.ts'
import {
  invalidArgument,
  maximumAppendSizeExceeded,
  RpcError,
  streamDeleted,
} from '../../wire/rpc-error.ts'
import { decodeWritableStreamName } from '../../wire/stream-identifier.ts'
import { AppendSize } from './append-size.ts'
import { COLLECT_TIMEOUT_MS, collectTimeout } from './collect-timeout.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

type AppendCall = ServerReadableStream<AppendRequest, streams.AppendResp>

export type AppendHandler = handleClientStreamingCall<AppendRequest, streams.AppendResp>

interface AppendTarget {
  readonly streamName: string
  readonly expectedRevision: number
}

/** The classic append: one call is one append, its first message says where to. */
export async function append(
  parts: StreamsParts,
  call: AppendCall,
  callback: sendUnaryData<streams.AppendResp>,
): Promise<void> {
  const size = new AppendSize(parts.appendBytesMax, parts.appendBudget)
  try {
    const principal = await parts.access.authenticate(call.metadata)
    const { target, events } = await collectInTime(call, size, parts.appendBytesMax)
    parts.access.checkStream(principal, 'write', target.streamName)
    const outcome = await parts.store.writer.submit({
      kind: 'append',
      ...target,
      events,
      sizeBytes: size.memoryBytes,
    })
    callback(null, toResponse(target, outcome))
  } catch (error) {
    callback(toRpcError(error, parts.logger))
  } finally {
    size.release()
  }
}

/** A call that stays open longer than an append may take to arrive is ended. */
async function collectInTime(call: AppendCall, size: AppendSize, appendBytesMax: number) {
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort()
    call.destroy()
  }, COLLECT_TIMEOUT_MS)
  try {
    const collected = await collect(call, size, appendBytesMax)
    if (await isCutOff(call)) throw new RpcError(status.CANCELLED, 'the client has gone')
    return collected
  } catch (error) {
    if (late.signal.aborted) throw collectTimeout()
    throw call.cancelled ? new RpcError(status.CANCELLED, 'the client has gone') : error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Some clients cancel by ending the call and resetting it right after: the end alone looks like that
 * of a complete append. The reset, when it comes with the end, is known one turn later.
 */
async function isCutOff(call: AppendCall): Promise<boolean> {
  await setImmediate()
  return call.cancelled
}

async function collect(call: AppendCall, size: AppendSize, appendBytesMax: number) {
  const events: ProposedEvent[] = []
  let target: AppendTarget | undefined
  for await (const { options, proposedMessage } of call as AsyncIterable<AppendRequest>) {
    if (options !== undefined) target ??= targetIn(options)
    if (proposedMessage === undefined) continue
    if (target === undefined) throw invalidArgument('the first message must hold the options')
    const event = decodeProposedEvent(proposedMessage)
    if (!size.add(event)) throw maximumAppendSizeExceeded(appendBytesMax)
    events.push(event)
  }
  if (target === undefined) throw invalidArgument('an append must begin with its options')
  return { target, events }
}

function targetIn(encodedOptions: Buffer): AppendTarget {
  const { streamIdentifier, expected } = decodeAppendOptions(encodedOptions)
  return {
    streamName: decodeWritableStreamName(streamIdentifier),
    expectedRevision: expectedRevisionIn(expected),
  }
}

function toResponse(target: AppendTarget, outcome: WriteOutcome): streams.AppendResp {
  const response = new streams.AppendResp()
  switch (outcome.kind) {
    case 'written':
      response.setSuccess(toSuccess(outcome.lastRevision, outcome.position))
      return response
    case 'wrong-expected-revision':
      response.setWrongExpectedVersion(
        toWrongExpectedVersion(target.expectedRevision, outcome.currentRevision),
      )
      return response
    case 'stream-deleted':
      throw streamDeleted(target.streamName)
  }
}

function toSuccess(lastRevision: number, position: number): streams.AppendResp.Success {
  const success = new streams.AppendResp.Success()
  if (lastRevision < 0) success.setNoStream(new shared.Empty())
  else success.setCurrentRevision(revisionText(lastRevision))
  const place = new streams.AppendResp.Position()
  place.setCommitPosition(String(position))
  place.setPreparePosition(String(position))
  success.setPosition(place)
  return success
}

function toWrongExpectedVersion(
  expected: number,
  current: number,
): streams.AppendResp.WrongExpectedVersion {
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  if (current < 0) wrong.setCurrentNoStream(new shared.Empty())
  else wrong.setCurrentRevision(revisionText(current))
  if (expected === ANY) wrong.setExpectedAny(new shared.Empty())
  else if (expected === STREAM_EXISTS) wrong.setExpectedStreamExists(new shared.Empty())
  else if (expected === NO_STREAM) wrong.setExpectedNoStream(new shared.Empty())
  else wrong.setExpectedRevision(revisionText(expected))
  return wrong
}
