import { randomUUID } from 'node:crypto'
import type {
  JsonObject,
  NewEvent,
  RecordedEvent,
} from '../../../infrastructure/event-store/index.ts'

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

/** All parts of an event as fields, so that a comparison looks at each. */
export function plain(event: RecordedEvent): RecordedEvent {
  const { stream, revision, position, id, type, data, metadata, recordedAt } = event
  return { stream, revision, position, id, type, data, metadata, recordedAt }
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What a promise is rejected with; it may be looked at later, without being called unhandled. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not rejected')
}

/** Takes items one at a time; nothing when there is no more. */
export function oneByOne<T>(items: AsyncIterable<T>): { next(): Promise<T | undefined> } {
  const iterator: AsyncIterator<T, unknown> = items[Symbol.asyncIterator]()
  return {
    next: async () => {
      const { done, value } = await iterator.next()
      return done === true ? undefined : value
    },
  }
}
