import type { RecordedEvent as ClientEvent, ResolvedEvent } from '@eventstore/db-client'
import { ReadRefused, StoredEventUnreadable, type JsonObject, type RecordedEvent } from './port.ts'

/** Whether the server wrote the event for its own ends, and not one of its users. */
export function isSystemEvent({ event }: ResolvedEvent): boolean {
  return event !== undefined && (event.streamId.startsWith('$') || event.type.startsWith('$'))
}

/**
 * Turns an event as the client reads it into the port's.
 *
 * @throws StoredEventUnreadable naming stream and revision when its data or metadata is not a JSON
 * object
 */
export function recordedEvent({ event, commitPosition }: ResolvedEvent): RecordedEvent {
  if (event === undefined) throw new ReadRefused('the server sent an event without content')
  const at = `event ${event.revision} of stream ${event.streamId}`
  const position = event.position?.commit ?? commitPosition
  if (position === undefined) throw new ReadRefused(`${at} came without its position`)
  const fault = unreadable(event, at)
  if (fault !== undefined) throw new StoredEventUnreadable(fault, { position, id: event.id })
  return {
    stream: event.streamId,
    revision: event.revision,
    position,
    id: event.id,
    type: event.type,
    data: event.data as JsonObject,
    metadata: (event.metadata ?? {}) as JsonObject,
    recordedAt: event.created,
  }
}

/** What is wrong with the contents of an event; undefined when nothing is. */
function unreadable({ isJson, data, metadata }: ClientEvent, at: string): string | undefined {
  if (!isJson) return `data of ${at} is binary, not JSON`
  if (!isJsonObject(data)) return `data of ${at} is not a JSON object`
  if (metadata !== undefined && !isJsonObject(metadata))
    return `metadata of ${at} is not a JSON object`
  return undefined
}

/** The client leaves text that is no JSON a string, and such metadata bytes. */
function isJsonObject(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null
  return isObject && !Array.isArray(value) && !(value instanceof Uint8Array)
}
