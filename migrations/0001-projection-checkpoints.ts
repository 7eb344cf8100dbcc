import { type Migration, sql } from 'kysely'

/** How far each projector has come; a row is written in the transaction of the rows it speaks of. */
export const projectionCheckpoints: Migration = {
  async up(db) {
    await sql`
      create table projection_checkpoints (
        name text collate "C" primary key,
        version integer not null,
        position numeric(20, 0),
        event_id uuid,
        check ((position is null) = (event_id is null))
      )`.execute(db)
  },
}
