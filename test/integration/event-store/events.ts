import { randomUUID } from 'node:crypto'
import type { JsonObject, NewEvent } from '../../../infrastructure/event-store/index.ts'

/** A new event with an id of its own. */
export function newEvent(data: JsonObject = {}, metadata: JsonObject = {}): NewEvent {
  return { id: randomUUID(), type: 'Tested', data, metadata }
}

export function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, number) => newEvent({ number }))
}

/** A stream name that no other test, run or process uses. */
export function newStream(prefix = 'test'): string {
  return `${prefix}-${randomUUID()}`
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
