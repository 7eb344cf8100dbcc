import { EventStoreDb, type EventStoreSettings } from './event-store-db.ts'

export * from './port.ts'
export type { EventStoreDb, EventStoreSettings, EventStoreStatistics } from './event-store-db.ts'
export type { EventStoreLog } from './log.ts'

/**
 * Opens the event store behind an EventStoreDB connection string (`esdb://host:port?tls=false`,
 * `esdb+discover://...`). Returns at once; the connection is made when it is first needed, so
 * that `ready` tells whether the server is there.
 *
 * @throws TypeError when the connection string or a limit is malformed
 */
export function connectEventStore(settings: EventStoreSettings): EventStoreDb {
  return new EventStoreDb(settings)
}
