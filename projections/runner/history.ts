import type { EventStore } from '../../infrastructure/event-store/index.ts'
import type { Projector } from '../projector.ts'
import type { Checkpoint } from './checkpoints.ts'

/** Rows were made of events that this event store does not have. */
export class ForeignHistory extends Error {
  override readonly name = 'ForeignHistory'

  constructor(projector: Projector, { position, eventId }: Checkpoint) {
    super(
      `the rows of projector ${projector.name} end with event ${eventId} at position ${position}, ` +
        `which this event store does not have there: they were made of another event store, or of ` +
        `this one before an older copy of it was restored. Connect to the event store they belong ` +
        `to, or give countroom an empty database to make them anew`,
    )
  }
}

/**
 * Makes sure that the event with which the rows of a projector end is where they say, so that the
 * events after it are theirs too.
 *
 * @throws ForeignHistory when another event is there, or none
 * @throws EventStoreUnavailable, ReadRefused when it cannot be known
 */
export async function checkHistory(
  eventStore: EventStore,
  projector: Projector,
  checkpoint: Checkpoint | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (checkpoint === undefined) return
  const { position: from, eventId } = checkpoint
  const reading = eventStore.readAll({ from, maxCount: 1, ...(signal && { signal }) })
  for await (const { id, position } of reading) if (position === from && id === eventId) return
  throw new ForeignHistory(projector, checkpoint)
}
