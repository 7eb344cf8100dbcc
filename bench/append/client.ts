import { ANY, EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { connectEventStore, type NewEvent } from '../../infrastructure/event-store/index.ts'

export type ClientKind = 'official' | 'ours'

/** What is compared: an append of events to a stream in whatever state it is. */
export interface AppendClient {
  append(stream: string, events: readonly NewEvent[]): Promise<unknown>
  close(): Promise<void>
}

export function connect(kind: ClientKind, connectionString: string): AppendClient {
  return kind === 'official' ? official(connectionString) : ours(connectionString)
}

/** As its documentation shows it: events made by `jsonEvent`, expectation `ANY`, else its defaults. */
function official(connectionString: string): AppendClient {
  const client = EventStoreDBClient.connectionString`${connectionString}`
  return {
    append: (stream, events) =>
      client.appendToStream(stream, events.map(asOfficial), { expectedRevision: ANY }),
    close: () => client.dispose(),
  }
}

/** The very objects: copies would be a cost that nobody need have. */
function asOfficial({ id, type, data, metadata }: NewEvent) {
  return jsonEvent({ id, type, data, metadata })
}

function ours(connectionString: string): AppendClient {
  const eventStore = connectEventStore({ connectionString })
  return {
    append: async (stream, events) => {
      const { status } = await eventStore.append(stream, events, 'any')
      if (status !== 'appended') throw new Error(`an append was answered ${status}`)
    },
    close: () => eventStore.close(),
  }
}
