import type { EventStore, NewEvent } from '../../../infrastructure/event-store/index.ts'

/** What went to the event store, in calls of the port: one is a round trip, as long as nothing is lost. */
export interface Calls {
  appends: number
  reads: number
}

/** Gets every append that was stored. */
export type OnAppend = (events: readonly NewEvent[]) => void

/** The event store, with its appends and reads counted. */
export function counting(eventStore: EventStore, calls: Calls, onAppend: OnAppend): EventStore {
  return {
    append: async (stream, events, expectedRevision, signal) => {
      calls.appends += 1
      const result = await eventStore.append(stream, events, expectedRevision, signal)
      if (result.status === 'appended') onAppend(events)
      return result
    },
    readStream: (stream, options) => {
      calls.reads += 1
      return eventStore.readStream(stream, options)
    },
    readAll: (options) => eventStore.readAll(options),
    subscribeToAll: (options) => eventStore.subscribeToAll(options),
    ready: (timeoutMs) => eventStore.ready(timeoutMs),
    close: () => eventStore.close(),
  }
}
