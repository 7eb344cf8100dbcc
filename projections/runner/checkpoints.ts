import { type Kysely, sql, type Transaction } from 'kysely'
import type { ProjectedEvent, Projector } from '../projector.ts'
import type { Schema } from '../schema.ts'

/** The last event of which a projector has stored the rows. */
export interface Checkpoint {
  readonly position: bigint
  readonly eventId: string
}

/** The rows of a projector are those of another version of it: they must be rebuilt first. */
export class ProjectorVersionMismatch extends Error {
  override readonly name = 'ProjectorVersionMismatch'

  constructor(projector: Projector, stored: number) {
    super(
      `projector ${projector.name} is of version ${projector.version}, but its rows are of version ` +
        `${stored}: run the release that made them, or rebuild this read model`,
    )
  }
}

/** Somebody else has moved the checkpoint: this runner's batch counts for nothing. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
}

/**
 * Gives each projector a checkpoint if it has none.
 * @throws ProjectorVersionMismatch
 */
export async function registerProjectors(
  db: Kysely<Schema>,
  projectors: readonly Projector[],
): Promise<void> {
  await db
    .insertInto('projection_checkpoints')
    .values(
      projectors.map(({ name, version }) => ({ name, version, position: null, event_id: null })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await readCheckpoints(db, projectors)
}

/**
 * Where each projector stands; undefined before its first event.
 * @throws ProjectorVersionMismatch
 */
export async function readCheckpoints<Of extends Projector>(
  db: Kysely<Schema>,
  projectors: readonly Of[],
): Promise<ReadonlyMap<Of, Checkpoint | undefined>> {
  const rows = await db.selectFrom('projection_checkpoints').selectAll().execute()
  const byName = new Map(rows.map((row) => [row.name, row]))
  return new Map(
    projectors.map((projector) => {
      const row = byName.get(projector.name)
      if (row === undefined) throw new Error(`projector ${projector.name} has no checkpoint`)
      if (row.version !== projector.version) {
        throw new ProjectorVersionMismatch(projector, row.version)
      }
      return [projector, checkpointOf(row)] as const
    }),
  )
}

function checkpointOf(row: {
  readonly position: bigint | null
  readonly event_id: string | null
}): Checkpoint | undefined {
  const { position, event_id: eventId } = row
  return position === null || eventId === null ? undefined : { position, eventId }
}

/**
 * Moves a checkpoint on to an event, in the transaction of the rows up to it. The row stays locked
 * until the transaction ends, so of two runners at the same place one waits here and then fails,
 * before it has touched anything.
 *
 * @throws CheckpointMoved when it does not stand at `from`
 */
export async function moveCheckpoint(
  tx: Transaction<Schema>,
  { name, version }: Projector,
  from: bigint | undefined,
  { position, eventId }: ProjectedEvent,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update projection_checkpoints set position = ${position}, event_id = ${eventId}
    where name = ${name} and version = ${version}
      and position is not distinct from ${from ?? null}::numeric`.execute(tx)
  if (numAffectedRows !== 1n) {
    throw new CheckpointMoved(`the checkpoint of ${name} does not stand at ${from ?? 'the start'}`)
  }
}
