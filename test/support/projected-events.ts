import { v5 } from 'uuid'
import type { AccountCommand, AccountEvent } from '../../domain/index.ts'
import type { ProjectedEvent } from '../../projections/index.ts'
import { history, PlayedAccount } from './given-when-then.ts'

/** Events as projectors get them, of one player, one second and ten positions apart. */
export function asProjected(
  events: readonly AccountEvent[],
  playerId = 'player-1',
): readonly ProjectedEvent[] {
  return events.map((event, index) => {
    const decidedAt = new Date(Date.UTC(2026, 0, 1) + index * 1_000)
    return {
      playerId,
      event,
      metadata: {
        schemaVersion: event.version,
        actor: event.data.transaction.issuer,
        correlationId: 'a-test',
        causationId: 'a-test',
        jurisdiction: 'MT',
        decidedAt: decidedAt.toISOString(),
      },
      eventId: v5(`${playerId} ${index}`, v5.URL),
      revision: BigInt(index),
      position: BigInt(10 * index),
      recordedAt: decidedAt,
    }
  })
}

/** The events of commands that are all accepted. */
export function projectedHistory(...commands: readonly AccountCommand[]) {
  return asProjected(history(...commands))
}

/** The events of those of the commands that are accepted. */
export function eventsOf(commands: readonly AccountCommand[]): readonly AccountEvent[] {
  const played = new PlayedAccount()
  for (const command of commands) played.execute(command)
  return played.events
}

/** Cuts events into batches whose lengths are given, over and over. */
export function inBatches<Item>(
  items: readonly Item[],
  lengths: readonly number[],
): readonly (readonly Item[])[] {
  const batches: (readonly Item[])[] = []
  for (let start = 0; start < items.length;) {
    const length = lengths[batches.length % lengths.length] ?? 1
    batches.push(items.slice(start, start + length))
    start += length
  }
  return batches
}
