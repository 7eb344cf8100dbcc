import { leaderOf, readFailure } from '../call-failure.ts'
import { readAllRequest, readStreamRequest } from '../codec/read-request.ts'
import type { Connection } from '../connection.ts'
import type { Lifetime } from '../lifetimes.ts'
import {
  EventStoreUnavailable,
  ReadRefused,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../port.ts'
import { isSystemEvent, recordedEvent } from './recorded-event.ts'
import { Responses } from './responses.ts'

const UINT64_MAX = 2n ** 64n - 1n

export interface Reading {
  readonly connection: Connection
  readonly idleTimeoutMs: number
  /** Called when the read begins, which is when its first event is asked for. */
  readonly begin: () => Lifetime
}

/** Reads a stream as the port says. */
export function readOneStream(
  reading: Reading,
  stream: string,
  options: ReadStreamOptions,
): AsyncGenerator<RecordedEvent> {
  const { fromRevision, direction = 'forwards', maxCount = Number.MAX_SAFE_INTEGER } = options
  const backwards = direction === 'backwards'
  return events(reading, {
    check: () => {
      if (stream === '') throw new ReadRefused('stream: must not be empty')
      checkBounds('fromRevision', fromRevision, maxCount)
    },
    request: () =>
      readStreamRequest({
        stream,
        from: fromRevision ?? (backwards ? 'end' : 'start'),
        backwards,
        count: maxCount,
      }),
    maxCount,
    withSystemEvents: true,
    endsByItself: true,
  })
}

/** Reads all streams as the port says; the server cannot leave out its own events in a read. */
export function readAllStreams(
  reading: Reading,
  { from, maxCount = Number.MAX_SAFE_INTEGER }: ReadAllOptions,
): AsyncGenerator<RecordedEvent> {
  return events(reading, {
    check: () => {
      checkBounds('from', from, maxCount)
    },
    request: () => readAllRequest(from),
    from,
    maxCount,
    withSystemEvents: false,
    endsByItself: false,
  })
}

interface Wanted {
  readonly check: () => void
  readonly request: () => Buffer
  readonly from?: bigint | undefined
  readonly maxCount: number
  readonly withSystemEvents: boolean
  /**
   * Whether the server ends the read at what was asked for. Such a read is never cancelled just
   * before its end: that would be a reset, and servers cut off clients that send many of those.
   */
  readonly endsByItself: boolean
}

async function* events(reading: Reading, wanted: Wanted): AsyncGenerator<RecordedEvent> {
  wanted.check()
  const { maxCount, from, withSystemEvents, endsByItself } = wanted
  if (maxCount === 0) return
  const { connection, idleTimeoutMs } = reading
  const { signal, end } = reading.begin()
  const client = connection.current()
  let responses: Responses | undefined
  try {
    responses = await Responses.open(client, wanted.request(), idleTimeoutMs, signal)
    let count = 0
    do {
      for (let item = responses.take(); item !== undefined; item = responses.take()) {
        if (typeof item === 'string' || (!withSystemEvents && isSystemEvent(item))) continue
        if (count === maxCount) continue
        const event = recordedEvent(item)
        if (from !== undefined && event.position < from) continue
        yield event
        count += 1
        if (count >= maxCount && !endsByItself) return
      }
    } while (await responses.more(idleTimeoutMs))
  } catch (error) {
    const failure = readFailure(error)
    if (failure instanceof EventStoreUnavailable && !signal.aborted)
      connection.replace(client, leaderOf(error))
    throw failure
  } finally {
    responses?.release()
    end()
  }
}

function checkBounds(name: string, start: bigint | undefined, maxCount: number): void {
  if (start !== undefined && (start < 0n || start > UINT64_MAX))
    throw new ReadRefused(`${name}: must be from 0 to 2^64 - 1`)
  if (!Number.isSafeInteger(maxCount) || maxCount < 0)
    throw new ReadRefused('maxCount: must be a whole number, 0 or more')
}
