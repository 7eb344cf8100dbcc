import type {
  AllStreamRecordedEvent,
  AllStreamResolvedEvent,
  ResolvedEvent,
} from '@eventstore/db-client'

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
export async function userEvents(client: {
  readAll(): AsyncIterable<AllStreamResolvedEvent>
}): Promise<AllStreamRecordedEvent[]> {
  return (await collect(client.readAll()))
    .map(({ event }) => event)
    .filter((event) => event !== undefined)
    .filter((event) => !event.type.startsWith('$'))
}
