import { jsonEvent, type EventData } from '@eventstore/db-client'
import { AppendRefused, type ExpectedRevision, type JsonObject, type NewEvent } from './port.ts'

/**
 * The most bytes of metadata, types and ids an append may carry besides its data: with it, a whole
 * append stays well below the 16 MiB that the server takes as one message.
 */
const MAX_OVERHEAD_BYTES = 8 * 1024 * 1024
/** About what the protocol itself adds to an event. */
const EVENT_FRAME_BYTES = 120

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const nilUuid = '00000000-0000-0000-0000-000000000000'

/** Events as the client takes them, and their weight on the wire. */
export interface ProposedEvents {
  readonly events: EventData[]
  readonly bytes: number
}

/**
 * Checks an append before anything is sent, so that one malformed append cannot break the
 * connection it would share with others, and turns its events into what the client takes.
 *
 * @throws AppendRefused naming the field and the rule
 */
export function proposeEvents(
  stream: string,
  events: readonly NewEvent[],
  expectedRevision: ExpectedRevision,
  maxAppendBytes: number,
): ProposedEvents {
  if (stream === '') refuse('stream: must not be empty')
  if (stream.startsWith('$')) refuse("stream: names that begin with $ are the system's")
  if (typeof expectedRevision === 'bigint' && expectedRevision < 0n)
    refuse('expectedRevision: must not be negative')
  if (events.length === 0) refuse('events: an append needs at least one')
  const ids = new Set(events.map((event) => event.id))
  if (ids.size !== events.length) refuse('events: two of them have the same id')

  let dataBytes = 0
  let overheadBytes = 0
  const proposed = events.map((event, index) => {
    const at = `events[${index}]`
    checkNames(event, at)
    const metadata = new TextEncoder().encode(toJson(event.metadata, `${at}.metadata`))
    dataBytes += Buffer.byteLength(toJson(event.data, `${at}.data`))
    overheadBytes += metadata.length + Buffer.byteLength(event.type) + EVENT_FRAME_BYTES
    return jsonEvent({ id: event.id, type: event.type, data: event.data, metadata })
  })
  if (dataBytes > maxAppendBytes)
    refuse(`events: their data has ${dataBytes} bytes, more than ${maxAppendBytes}`)
  if (overheadBytes > MAX_OVERHEAD_BYTES)
    refuse(`events: their metadata has ${overheadBytes} bytes, more than ${MAX_OVERHEAD_BYTES}`)
  return { events: proposed, bytes: dataBytes + overheadBytes }
}

function checkNames(event: NewEvent, at: string): void {
  if (!uuid.test(event.id) || event.id === nilUuid) refuse(`${at}.id: must be a UUID, not nil`)
  if (event.type === '') refuse(`${at}.type: must not be empty`)
  if (event.type.startsWith('$')) refuse(`${at}.type: types that begin with $ are the system's`)
}

function toJson(value: JsonObject, at: string): string {
  // Callers are typed; what came through a cast is still refused here and not by a crash later.
  const given: unknown = value
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    refuse(`${at}: must be a JSON object`)
  try {
    return JSON.stringify(given)
  } catch {
    return refuse(`${at}: holds a value that JSON cannot express`)
  }
}

function refuse(rule: string): never {
  throw new AppendRefused(rule)
}
