import { z } from 'zod'
import type { EventStore, RecordedEvent } from '../../../../infrastructure/event-store/index.ts'
import type { SeenEvent } from '../seen.ts'

/** What stands in the event store, read by the auditor itself. */

const STREAM_PREFIX = 'account-'

const minor = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)
const balance = z.object({ cash: minor, held: minor })
const stored = z.looseObject({
  transaction: z.object({ issuer: z.string(), id: z.string() }),
  amount: z.object({ minor, currency: z.string() }).optional(),
  balance: z.object({ before: balance, after: balance }).optional(),
})

/** The events of these players, or of all when `strangersToo`, by player. */
export async function eventsByPlayer(
  store: EventStore,
  playerIds: readonly string[],
  strangersToo: boolean,
): Promise<ReadonlyMap<string, readonly SeenEvent[]>> {
  const events = new Map<string, SeenEvent[]>(playerIds.map((id) => [id, []]))
  const keep = (recorded: RecordedEvent) => {
    const playerId = recorded.stream.slice(STREAM_PREFIX.length)
    const ofPlayer = events.get(playerId)
    if (ofPlayer === undefined) events.set(playerId, [seenAs(recorded)])
    else ofPlayer.push(seenAs(recorded))
  }
  if (strangersToo) {
    for await (const recorded of store.readAll()) {
      if (recorded.stream.startsWith(STREAM_PREFIX)) keep(recorded)
    }
    return events
  }
  for (const playerId of playerIds) {
    for await (const recorded of store.readStream(STREAM_PREFIX + playerId)) keep(recorded)
  }
  return events
}

function seenAs({ id, type, revision, position, data }: RecordedEvent): SeenEvent {
  const { transaction, amount, balance: change, ...rest } = stored.parse(data)
  return {
    id,
    type,
    revision,
    position,
    data: rest,
    key: `${transaction.issuer} ${transaction.id}`,
    amount: amount?.minor,
    balance: change,
  }
}
