import { EventStoreDBClient } from '@eventstore/db-client'

/** An event as a reader of `$all` gets it. */
export interface Stored {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  /** The data names the id that it was written under. */
  readonly isItself: boolean
}

/** All that is stored, besides the node's own events, in the order of `$all`. */
export async function readBack(connectionString: string): Promise<Stored[]> {
  const client = EventStoreDBClient.connectionString(connectionString)
  const all: Stored[] = []
  for await (const { event } of client.readAll()) {
    if (event === undefined || event.type.startsWith('$')) continue
    const { id, streamId: stream, revision, position, data } = event
    const isItself = typeof data === 'object' && 'of' in data && data['of'] === id
    all.push({ id, stream, revision: Number(revision), position: position.commit, isItself })
  }
  await client.dispose()
  return all
}
