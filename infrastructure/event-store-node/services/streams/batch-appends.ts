import { MalformedMessageError } from '../../../protobuf/index.ts'
import type { Principal } from '../../access/principal.ts'
import type { ProposedEvent } from '../../storage/record.ts'
import { WriterClosedError } from '../../storage/writer.ts'
import type { WriteOutcome } from '../../storage/write-request.ts'
import {
  type Deadline,
  decodeAppendOptions,
  type ExpectedRevision,
} from '../../wire/append-options.ts'
import type { BatchAppendRequest } from '../../wire/batch-append-request.ts'
import { type BatchAppendReference, encodeBatchSuccess } from '../../wire/batch-append-success.ts'
import { decodeUuid } from '../../wire/encoded-uuid.ts'
import { expectedRevisionIn } from '../../wire/expected-revision.ts'
import { decodeProposedEvent } from '../../wire/proposed-event.ts'
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted } from '../../wire/rpc-error.ts'
import { decodeWritableStreamName } from '../../wire/stream-identifier.ts'
import { AppendSize } from './append-size.ts'
import { COLLECT_TIMEOUT_MS, collectTimeout } from './collect-timeout.ts'
import { encodeBatchError, encodeBatchWrongExpectedVersion } from './batch-append-refusal.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

const COLLECTING_MAX = 1_024
const NOTHING = Buffer.alloc(0)

/** An append of which more requests are to come. */
interface Collecting {
  readonly reference: BatchAppendReference
  readonly streamName: string
  readonly expected: ExpectedRevision | undefined
  readonly expectedRevision: number
  readonly events: ProposedEvent[]
  readonly size: AppendSize
  readonly timeoutMs: number
  timer: NodeJS.Timeout | undefined
}

/** How the call that the appends came by is answered. */
export interface BatchAppendReplies {
  answer(response: Buffer): void
  /** Ends the whole call: for what no answer can be made of. */
  fail(error: unknown): void
}

/** The appends of one BatchAppend call, put together by correlation id. */
export class BatchAppends {
  readonly #parts: StreamsParts
  readonly #principal: Principal
  readonly #replies: BatchAppendReplies
  readonly #collecting = new Map<string, Collecting>()
  #inFlight = 0
  #settled: (() => void) | undefined

  constructor(parts: StreamsParts, principal: Principal, replies: BatchAppendReplies) {
    this.#parts = parts
    this.#principal = principal
    this.#replies = replies
  }

  /**
   * Takes one request: the beginning, the middle or the end of an append, or all of it. Throws what
   * must end the whole call: a request that cannot be read, or not be answered.
   */
  receive(request: BatchAppendRequest): void {
    const correlationId = decodeUuid(request.correlationId, 'correlation id').toString('latin1')
    let append = this.#collecting.get(correlationId)
    try {
      append ??= this.#begin(request)
      if (append === undefined) return
      this.#collect(append, request)
      if (!request.isFinal) {
        this.#awaitMore(correlationId, append)
        return
      }
      this.#forget(correlationId, append)
      this.#submit(append)
    } catch (error) {
      this.#forget(correlationId, append)
      append?.size.release()
      if (error instanceof MalformedMessageError) throw error
      this.#refuse(append?.reference ?? referenceIn(request), error)
    }
  }

  /** Resolves when every append received in full is answered. */
  async settled(): Promise<void> {
    if (this.#inFlight === 0) return
    await new Promise<void>((resolve) => {
      this.#settled = resolve
    })
  }

  /** Drops what is incomplete; the client has gone. */
  abandon(): void {
    for (const { timer, size } of this.#collecting.values()) {
      clearTimeout(timer)
      size.release()
    }
    this.#collecting.clear()
  }

  /** Undefined for the rest of an append that has been refused already. */
  #begin(request: BatchAppendRequest): Collecting | undefined {
    if (request.options === undefined) return undefined
    const { streamIdentifier, expected, deadline } = decodeAppendOptions(request.options)
    const streamName = decodeWritableStreamName(streamIdentifier)
    this.#parts.access.checkStream(this.#principal, 'write', streamName)
    return {
      reference: referenceIn(request, streamIdentifier),
      streamName,
      expected,
      expectedRevision: expectedRevisionIn(expected),
      events: [],
      size: new AppendSize(this.#parts.appendBytesMax, this.#parts.appendBudget),
      timeoutMs: timeoutMsOf(deadline, this.#parts.store.nowMs()),
      timer: undefined,
    }
  }

  #collect(append: Collecting, request: BatchAppendRequest): void {
    if (append.timeoutMs <= 0) throw collectTimeout()
    for (const message of request.proposedMessages) {
      const event = decodeProposedEvent(message)
      if (!append.size.add(event)) throw maximumAppendSizeExceeded(this.#parts.appendBytesMax)
      append.events.push(event)
    }
  }

  #awaitMore(correlationId: string, append: Collecting): void {
    if (append.timer !== undefined) return
    if (this.#collecting.size >= COLLECTING_MAX) {
      throw invalidArgument(`no more than ${COLLECTING_MAX} appends may be incomplete at a time`)
    }
    this.#collecting.set(correlationId, append)
    append.timer = setTimeout(() => {
      this.#giveUp(correlationId, append)
    }, append.timeoutMs)
  }

  #giveUp(correlationId: string, append: Collecting): void {
    this.#collecting.delete(correlationId)
    append.size.release()
    try {
      this.#refuse(append.reference, collectTimeout())
    } catch (error) {
      this.#replies.fail(error)
    }
  }

  #forget(correlationId: string, append: Collecting | undefined): void {
    clearTimeout(append?.timer)
    this.#collecting.delete(correlationId)
  }

  #submit(append: Collecting): void {
    const { streamName, expectedRevision, events, size } = append
    this.#inFlight += 1
    const written = this.#parts.store.writer.submit({
      kind: 'append',
      streamName,
      expectedRevision,
      events,
      sizeBytes: size.memoryBytes,
    })
    void written
      .then(
        (outcome) => {
          this.#replies.answer(toResponse(append, outcome))
        },
        (error: unknown) => {
          this.#refuse(append.reference, error)
        },
      )
      .finally(() => {
        this.#done(append)
      })
      .catch((error: unknown) => {
        this.#replies.fail(error)
      })
  }

  #done({ size }: Collecting): void {
    size.release()
    this.#inFlight -= 1
    if (this.#inFlight === 0) this.#settled?.()
  }

  #refuse(reference: BatchAppendReference, error: unknown): void {
    // The shutdown ends the whole call as unavailable, which says more than an answer could.
    if (error instanceof WriterClosedError) return
    this.#replies.answer(encodeBatchError(reference, toRpcError(error, this.#parts.logger)))
  }
}

function toResponse(
  { reference, streamName, expected, expectedRevision }: Collecting,
  outcome: WriteOutcome,
): Buffer {
  switch (outcome.kind) {
    case 'written':
      return encodeBatchSuccess(reference, outcome.lastRevision, outcome.position)
    case 'wrong-expected-revision':
      return encodeBatchWrongExpectedVersion(reference, {
        streamName,
        expected: expected ?? expectedRevision,
        current: outcome.currentRevision,
      })
    case 'stream-deleted':
      return encodeBatchError(reference, streamDeleted(streamName))
  }
}

function referenceIn(
  { correlationId }: BatchAppendRequest,
  streamIdentifier?: Buffer,
): BatchAppendReference {
  return {
    correlationId: correlationId ?? NOTHING,
    streamIdentifier: streamIdentifier ?? NOTHING,
  }
}

/** What is left of the client's deadline, but no more than the node's own. */
function timeoutMsOf(deadline: Deadline | undefined, nowMs: number): number {
  if (deadline === undefined) return COLLECT_TIMEOUT_MS
  const leftMs = deadline.kind === 'after' ? deadline.ms : deadline.ms - nowMs
  return Math.min(leftMs, COLLECT_TIMEOUT_MS)
}
