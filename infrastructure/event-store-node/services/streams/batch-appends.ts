import type { Principal } from '../../access/principal.ts'
import type { ProposedEvent } from '../../storage/record.ts'
import { WriterClosedError } from '../../storage/writer.ts'
import type { WriteOutcome } from '../../storage/write-request.ts'
import type { streams } from '../../wire/codecs.ts'
import { expectedRevisionOf } from '../../wire/expected-revision.ts'
import { proposedEventIn } from '../../wire/proposed-event.ts'
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted } from '../../wire/rpc-error.ts'
import { writableStreamNameIn } from '../../wire/stream-identifier.ts'
import { AppendSize } from './append-size.ts'
import { COLLECT_TIMEOUT_MS, collectTimeout } from './collect-timeout.ts'
import { uuidBytesIn } from '../../wire/uuid.ts'
import { batchError, batchSuccess, batchWrongExpectedVersion } from './batch-append-response.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

const COLLECTING_MAX = 1_024

/** An append of which more requests are to come. */
interface Collecting {
  readonly first: streams.BatchAppendReq
  readonly streamName: string
  readonly expectedRevision: number
  readonly events: ProposedEvent[]
  readonly size: AppendSize
  readonly timeoutMs: number
  timer: NodeJS.Timeout | undefined
}

/** The appends of one BatchAppend call, put together by correlation id. */
export class BatchAppends {
  readonly #parts: StreamsParts
  readonly #principal: Principal
  readonly #answer: (response: streams.BatchAppendResp) => void
  readonly #collecting = new Map<string, Collecting>()
  #inFlight = 0
  #settled: (() => void) | undefined

  constructor(
    parts: StreamsParts,
    principal: Principal,
    answer: (response: streams.BatchAppendResp) => void,
  ) {
    this.#parts = parts
    this.#principal = principal
    this.#answer = answer
  }

  /** Takes one request: the beginning, the middle or the end of an append, or all of it. */
  receive(request: streams.BatchAppendReq): void {
    const correlationId = correlationIdOf(request)
    let append = this.#collecting.get(correlationId)
    try {
      append ??= this.#begin(request)
      if (append === undefined) return
      this.#collect(append, request)
      if (!request.getIsFinal()) {
        this.#awaitMore(correlationId, append)
        return
      }
      this.#forget(correlationId, append)
      void this.#submit(append)
    } catch (error) {
      this.#forget(correlationId, append)
      append?.size.release()
      this.#refuse(append?.first ?? request, error)
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
  #begin(request: streams.BatchAppendReq): Collecting | undefined {
    const options = request.getOptions()
    if (options === undefined) return undefined
    const streamName = writableStreamNameIn(options.getStreamIdentifier())
    this.#parts.access.checkStream(this.#principal, 'write', streamName)
    return {
      first: request,
      streamName,
      expectedRevision: expectedRevisionOf({
        exact: options.hasStreamPosition() ? options.getStreamPosition() : undefined,
        isAny: options.hasAny(),
        isNoStream: options.hasNoStream(),
        isStreamExists: options.hasStreamExists(),
      }),
      events: [],
      size: new AppendSize(this.#parts.appendBytesMax, this.#parts.appendBudget),
      timeoutMs: timeoutMsOf(options, this.#parts.store.nowMs()),
      timer: undefined,
    }
  }

  #collect(append: Collecting, request: streams.BatchAppendReq): void {
    if (append.timeoutMs <= 0) throw collectTimeout()
    for (const message of request.getProposedMessagesList()) {
      const event = proposedEventIn(message)
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
      this.#collecting.delete(correlationId)
      append.size.release()
      this.#refuse(append.first, collectTimeout())
    }, append.timeoutMs)
  }

  #forget(correlationId: string, append: Collecting | undefined): void {
    clearTimeout(append?.timer)
    this.#collecting.delete(correlationId)
  }

  async #submit(append: Collecting): Promise<void> {
    const { first, streamName, expectedRevision, events, size } = append
    this.#inFlight += 1
    try {
      const outcome = await this.#parts.store.writer.submit({
        kind: 'append',
        streamName,
        expectedRevision,
        events,
        sizeBytes: size.memoryBytes,
      })
      this.#answer(toResponse(append, outcome))
    } catch (error) {
      this.#refuse(first, error)
    }
    size.release()
    this.#inFlight -= 1
    if (this.#inFlight === 0) this.#settled?.()
  }

  #refuse(first: streams.BatchAppendReq, error: unknown): void {
    // The shutdown ends the whole call as unavailable, which says more than an answer could.
    if (error instanceof WriterClosedError) return
    this.#answer(batchError(first, toRpcError(error, this.#parts.logger)))
  }
}

function toResponse(
  { first, streamName, expectedRevision }: Collecting,
  outcome: WriteOutcome,
): streams.BatchAppendResp {
  switch (outcome.kind) {
    case 'written':
      return batchSuccess(first, outcome.lastRevision, outcome.position)
    case 'wrong-expected-revision':
      return batchWrongExpectedVersion(first, {
        streamName,
        expectedRevision,
        current: outcome.currentRevision,
      })
    case 'stream-deleted':
      return batchError(first, streamDeleted(streamName))
  }
}

function correlationIdOf(request: streams.BatchAppendReq): string {
  return uuidBytesIn(request.getCorrelationId(), 'correlation id').toString('latin1')
}

/** What is left of the client's deadline, but no more than the node's own. */
function timeoutMsOf(options: streams.BatchAppendReq.Options, nowMs: number): number {
  const deadline = options.getDeadline()
  if (deadline === undefined) return COLLECT_TIMEOUT_MS
  const deadlineMs = deadline.getSeconds() * 1_000 + deadline.getNanos() / 1_000_000
  return Math.min(deadlineMs - nowMs, COLLECT_TIMEOUT_MS)
}
