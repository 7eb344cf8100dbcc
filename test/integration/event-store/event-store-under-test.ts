import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { startEventStoreNode } from '../../support/event-store-node.ts'

export interface EventStoreUnderTest {
  readonly store: EventStore
  readonly connectionString: string
  stop(): Promise<void>
}

/** The server that EVENTSTORE_URL names, or else a node that is started for the test. */
export async function eventStoreUnderTest(): Promise<EventStoreUnderTest> {
  const url = process.env['EVENTSTORE_URL']
  const node = url === undefined ? await startEventStoreNode() : undefined
  const connectionString = url ?? node?.connectionString ?? ''
  const store = connectEventStore({ connectionString })
  return {
    store,
    connectionString,
    stop: async () => {
      await store.close()
      await node?.stop()
    },
  }
}
