import type { ReceivedEvent } from '../codec/read-response.ts'
import { ReadRefused, StoredEventUnreadable, type JsonObject, type RecordedEvent } from '../port.ts'

/** Whether the server wrote the event for its own ends, and not one of its users. */
export function isSystemEvent({ stream, type }: ReceivedEvent): boolean {
  return stream.startsWith('$') || type.startsWith('$')
}

/**
 * Turns an event as it came into the port's. Of its data and metadata only the outline is looked
 * at, whether they are JSON objects; they are parsed when somebody asks for them.
 *
 * @throws StoredEventUnreadable naming stream and revision when data or metadata is no JSON object
 */
export function recordedEvent(received: ReceivedEvent): RecordedEvent {
  const { position } = received
  if (position === undefined) throw new ReadRefused(`${nameOf(received)} came without its position`)
  const event = new LazyEvent(received, position)
  if (!received.isJson) throw unreadable(event, 'data', 'is binary, not JSON')
  if (!looksLikeObject(received.data)) parse(event, 'data', received.data)
  if (received.metadata !== '' && !looksLikeObject(received.metadata))
    parse(event, 'metadata', received.metadata)
  return event
}

const TICKS_PER_MS_DIGITS = 4

class LazyEvent implements RecordedEvent {
  readonly stream: string
  readonly revision: bigint
  readonly position: bigint
  readonly id: string
  readonly type: string
  readonly #created: string
  #data: string | JsonObject
  #metadata: string | JsonObject

  constructor(received: ReceivedEvent, position: bigint) {
    this.stream = received.stream
    this.revision = received.revision
    this.position = position
    this.id = received.id
    this.type = received.type
    this.#created = received.created
    this.#data = received.data
    this.#metadata = received.metadata === '' ? {} : received.metadata
  }

  get data(): JsonObject {
    if (typeof this.#data === 'string') this.#data = parse(this, 'data', this.#data)
    return this.#data
  }

  get metadata(): JsonObject {
    if (typeof this.#metadata === 'string') this.#metadata = parse(this, 'metadata', this.#metadata)
    return this.#metadata
  }

  get recordedAt(): Date {
    return new Date(Number(this.#created.slice(0, -TICKS_PER_MS_DIGITS)))
  }

  /** What a getter holds is part of the event for JSON too. */
  toJSON(): object {
    const { stream, revision, position, id, type, data, metadata, recordedAt } = this
    return { stream, revision, position, id, type, data, metadata, recordedAt }
  }
}

/** A text that is JSON and looks so is an object; any other may still be one. */
function looksLikeObject(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}')
}

function parse(event: LazyEvent, field: 'data' | 'metadata', text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw unreadable(event, field, 'is not a JSON object')
  }
  if (!isJsonObject(value)) throw unreadable(event, field, 'is not a JSON object')
  return value
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(event: LazyEvent, field: 'data' | 'metadata', fault: string): Error {
  return new StoredEventUnreadable(`${field} of ${nameOf(event)} ${fault}`, event)
}

function nameOf({ stream, revision }: { stream: string; revision: bigint }): string {
  return `event ${revision} of stream ${stream}`
}
