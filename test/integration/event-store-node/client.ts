import { EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client'
import type { EventStoreNode } from '../../support/event-store-node.ts'

export { collect, revisions, userEvents } from '../../support/collect-events.ts'

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

/** The error a call fails with. */
export async function failure(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call should have failed')
}
