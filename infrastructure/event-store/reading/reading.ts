import { readAllRequest, readStreamRequest } from '../codec/read-request.ts'
import {
  ReadRefused,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../port.ts'
import { EventIterator, type Reading } from './event-iterator.ts'

const UINT64_MAX = 2n ** 64n - 1n

/** Reads a stream as the port says. */
export function readOneStream(
  reading: Reading,
  stream: string,
  options: ReadStreamOptions,
): AsyncIterable<RecordedEvent> {
  const { fromRevision, direction = 'forwards', maxCount = Number.MAX_SAFE_INTEGER } = options
  const backwards = direction === 'backwards'
  return new EventIterator(reading, {
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
): AsyncIterable<RecordedEvent> {
  return new EventIterator(reading, {
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

function checkBounds(name: string, start: bigint | undefined, maxCount: number): void {
  if (start !== undefined && (start < 0n || start > UINT64_MAX))
    throw new ReadRefused(`${name}: must be from 0 to 2^64 - 1`)
  if (!Number.isSafeInteger(maxCount) || maxCount < 0)
    throw new ReadRefused('maxCount: must be a whole number, 0 or more')
}
