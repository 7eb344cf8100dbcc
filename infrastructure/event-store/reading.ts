import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  StreamNotFoundError,
  type ResolvedEvent,
} from '@eventstore/db-client'
import type { Connection } from './connection.ts'
import { readFailure } from './errors.ts'
import type { GuardedClient } from './guarded-client.ts'
import {
  EventStoreUnavailable,
  ReadRefused,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from './port.ts'
import { pull, type ObjectStream } from './pull.ts'
import { isSystemEvent, recordedEvent } from './recorded-event.ts'

export interface Reading {
  readonly connection: Connection
  readonly idleTimeoutMs: number
  /** Ends the read with the signal's reason. */
  readonly signal: AbortSignal
}

/** A read as the client gives it. */
interface ClientRead extends ObjectStream {
  cancel(): Promise<void>
  destroy(): unknown
}

/** Reads a stream as the port says. */
export async function* readOneStream(
  reading: Reading,
  stream: string,
  options: ReadStreamOptions,
): AsyncGenerator<RecordedEvent> {
  if (stream === '') throw new ReadRefused('stream: must not be empty')
  const { fromRevision, direction = 'forwards', maxCount } = checked(options)
  if (maxCount === 0) return
  const backwards = direction === 'backwards'
  const found = resolvedEvents(reading, ({ api }) =>
    api.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: fromRevision ?? (backwards ? END : START),
      ...(maxCount === undefined ? {} : { maxCount }),
    }),
  )
  for await (const resolved of found) yield recordedEvent(resolved)
}

/** Reads all streams as the port says; the server cannot leave out its own events in a read. */
export async function* readAllStreams(
  reading: Reading,
  options: ReadAllOptions,
): AsyncGenerator<RecordedEvent> {
  const { from, maxCount = Infinity } = checked(options)
  if (maxCount === 0) return
  const found = resolvedEvents(reading, ({ api }) =>
    api.readAll({
      direction: FORWARDS,
      fromPosition: from === undefined ? START : { commit: from, prepare: from },
    }),
  )
  let count = 0
  for await (const resolved of found) {
    if (isSystemEvent(resolved)) continue
    const event = recordedEvent(resolved)
    if (from !== undefined && event.position < from) continue
    yield event
    count += 1
    if (count >= maxCount) return
  }
}

async function* resolvedEvents(
  { connection, idleTimeoutMs, signal }: Reading,
  start: (client: GuardedClient) => ClientRead,
): AsyncGenerator<ResolvedEvent> {
  const client = connection.current()
  const read = start(client)
  try {
    yield* pull<ResolvedEvent>(read, { firstTimeoutMs: idleTimeoutMs, idleTimeoutMs, signal })
  } catch (error) {
    if (error instanceof StreamNotFoundError) return
    const failure = readFailure(error)
    if (failure instanceof EventStoreUnavailable && !signal.aborted) connection.replace(client)
    throw failure
  } finally {
    release(read)
  }
}

/** Cancels the call on the server, if it still goes on. */
function release(read: ClientRead): void {
  // It can only fail as the read did, which has been told already.
  read.cancel().catch(() => undefined)
  read.destroy()
}

function checked<T extends { readonly maxCount?: number }>(options: T): T {
  const { maxCount } = options
  if (maxCount !== undefined && (!Number.isSafeInteger(maxCount) || maxCount < 0))
    throw new ReadRefused('maxCount: must be a whole number, 0 or more')
  return options
}
