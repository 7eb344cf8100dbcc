import {
  EventStoreDBClient,
  type ResolvedEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
import { connectEventStore, type RecordedEvent } from '../../infrastructure/event-store/index.ts'
import { STREAM_PREFIX } from './fill.ts'
import { Touch } from './touch.ts'

export const readerNames = [
  'officialRead',
  'oursReadParsed',
  'oursReadLazy',
  'officialSubscription',
  'oursSubscription',
] as const
export type ReaderName = (typeof readerNames)[number]

/** Reads so many events from the first on. */
export type Reader = (count: number) => Promise<Touch>

/** The ways to read $all from its first event to its last, each over a connection of its own. */
export function openReader(name: ReaderName, connectionString: string): Reader {
  switch (name) {
    case 'officialRead':
      return officialRead(connectionString)
    case 'officialSubscription':
      return officialSubscription(connectionString)
    case 'oursReadParsed':
      return oursRead(connectionString, true)
    case 'oursReadLazy':
      return oursRead(connectionString, false)
    case 'oursSubscription':
      return oursSubscription(connectionString)
  }
}

function officialRead(connectionString: string): Reader {
  const client = EventStoreDBClient.connectionString`${connectionString}`
  return async (count) => {
    const touch = new Touch()
    const read = client.readAll({ fromPosition: START })
    for await (const resolved of read) {
      touchOfficial(touch, resolved)
      if (touch.events === count) break
    }
    await read.cancel()
    return touch
  }
}

/** A read cannot leave out the server's own events; a subscription can. */
function officialSubscription(connectionString: string): Reader {
  const client = EventStoreDBClient.connectionString`${connectionString}`
  return async (count) => {
    const touch = new Touch()
    const filter = streamNameFilter({ prefixes: [STREAM_PREFIX] })
    const subscription = client.subscribeToAll({ fromPosition: START, filter })
    for await (const resolved of subscription) {
      touchOfficial(touch, resolved)
      if (touch.events === count) break
    }
    await subscription.unsubscribe()
    return touch
  }
}

/** The official client has parsed data and metadata before anybody asks. */
function touchOfficial(touch: Touch, { event }: ResolvedEvent): void {
  if (event?.streamId.startsWith(STREAM_PREFIX) !== true) return
  const { id, type, streamId, revision, data, metadata } = event
  touch.fields({ id, type, stream: streamId, revision })
  touch.contents(data as object, metadata as object)
}

function oursRead(connectionString: string, isParsed: boolean): Reader {
  const eventStore = connectEventStore({ connectionString })
  return async (count) => {
    const touch = new Touch()
    for await (const event of eventStore.readAll({ maxCount: count })) {
      touchOurs(touch, event, isParsed)
    }
    return touch
  }
}

function oursSubscription(connectionString: string): Reader {
  const eventStore = connectEventStore({ connectionString })
  return async (count) => {
    const touch = new Touch()
    const { signal } = new AbortController()
    const items = eventStore.subscribeToAll({ streamPrefixes: [STREAM_PREFIX], signal })
    for await (const item of items) {
      if (item.kind === 'lost') throw new Error(`the subscription was lost: ${item.reason}`)
      if (item.kind === 'event') touchOurs(touch, item.event, true)
      if (touch.events === count) break
    }
    return touch
  }
}

/** Ours parses data and metadata when they are asked for. */
function touchOurs(touch: Touch, event: RecordedEvent, isParsed: boolean): void {
  touch.fields(event)
  if (isParsed) touch.contents(event.data, event.metadata)
}
