import {
  EventStoreDBClient,
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  jsonEvent,
  type JSONEventData,
  type ResolvedEvent,
} from '@eventstore/db-client'
import type { EventStoreNode } from '../../support/event-store-node.ts'

/** The official client, unchanged, talking to the node. */
export function clientOf(node: EventStoreNode): EventStoreDBClient {
  return EventStoreDBClient.connectionString(node.connectionString)
}

/** Credentials per call make the client use the classic Append instead of BatchAppend. */
export const CLASSIC = { credentials: { username: 'admin', password: 'changeit' } } as const

/** Events numbered from `first` on; each has an id of its own unless it is given again. */
export function numbered(count: number, first = 0, type = 'Numbered'): JSONEventData[] {
  return Array.from({ length: count }, (_, index) =>
    jsonEvent({ type, data: { number: first + index } }),
  )
}

/** All that an async iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of source) all.push(item)
  return all
}

/** The revisions of the events read. */
export async function revisions(source: AsyncIterable<ResolvedEvent>): Promise<number[]> {
  return (await collect(source)).map(({ event }) => Number(event?.revision))
}

/** What is in `$all` besides system events. */
export async function userEvents(client: EventStoreDBClient): Promise<AllStreamRecordedEvent[]> {
  const all: AllStreamResolvedEvent[] = await collect(client.readAll())
  return all
    .map(({ event }) => event)
    .filter((event) => event !== undefined)
    .filter((event) => !event.type.startsWith('$'))
}

/** The error a call fails with. */
export async function failure(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call should have failed')
}
