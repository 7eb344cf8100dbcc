import type { RecordedEvent as ClientEvent, ResolvedEvent } from '@eventstore/db-client'
import { ReadRefused, type JsonObject, type RecordedEvent } from './port.ts'

/** Whether the server wrote the event for its own ends, and not one of its users. */
export function isSystemEvent({ event }: ResolvedEvent): boolean {
  return event !== undefined && (event.streamId.startsWith('$') || event.type.startsWith('$'))
}

/**
 * Turns an event as the client reads it into the port's.
 *
 * @throws ReadRefused naming stream and revision when its data or metadata is not a JSON object
 */
export function recordedEvent({ event, commitPosition }: ResolvedEvent): RecordedEvent {
  if (event === undefined) throw new ReadRefused('the server sent an event without content')
  const at = `event ${event.revision} of stream ${event.streamId}`
  const position = event.position?.commit ?? commitPosition
  if (position === undefined) throw new ReadRefused(`${at} came without its position`)
  return {
    stream: event.streamId,
    revision: event.revision,
    position,
    id: event.id,
    type: event.type,
    data: dataOf(event, at),
    metadata: event.metadata === undefined ? {} : jsonObject(event.metadata, `metadata of ${at}`),
    recordedAt: event.created,
  }
}

function dataOf(event: ClientEvent, at: string): JsonObject {
  if (!event.isJson) throw new ReadRefused(`data of ${at} is binary, not JSON`)
  return jsonObject(event.data, `data of ${at}`)
}

/** The client leaves text that is no JSON a string, and such metadata bytes. */
function jsonObject(value: unknown, what: string): JsonObject {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    value instanceof Uint8Array
  )
    throw new ReadRefused(`${what} is not a JSON object`)
  return value as JsonObject
}
