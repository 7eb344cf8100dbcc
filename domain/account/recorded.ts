import { z } from 'zod'
import { type AccountEvent, events } from './capabilities.ts'

/** An event whose type or data this release does not understand: the reader must stop, not guess. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

/** The JSON an event is stored as. */
export function encodeEvent(event: AccountEvent): Record<string, unknown> {
  const definition: { schema: z.ZodType } = events[event.type]
  return z.encode(definition.schema, event.data) as Record<string, unknown>
}

/**
 * The event that stored JSON stands for. All types are at their first version yet; the day one has a
 * second, the older is upcast here.
 * @throws UnreadableEvent for an unknown type, a newer version, or data that does not fit
 */
export function decodeEvent(type: string, version: number, data: unknown): AccountEvent {
  if (!isEventType(type)) throw new UnreadableEvent(`unknown event type ${type.slice(0, 80)}`)
  const definition: { version: number; schema: z.ZodType } = events[type]
  if (version !== definition.version) {
    throw new UnreadableEvent(`${type} has version ${version}, known is ${definition.version}`)
  }
  const decoded = z.safeDecode(definition.schema, data)
  if (!decoded.success) throw new UnreadableEvent(`${type}: ${z.prettifyError(decoded.error)}`)
  return { type, version, data: decoded.data } as AccountEvent
}

function isEventType(type: string): type is keyof typeof events {
  return Object.hasOwn(events, type)
}
