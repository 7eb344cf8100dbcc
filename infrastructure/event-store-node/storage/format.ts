import type { Tables } from './tables.ts'

export const FORMAT_PROPERTY = Buffer.from('format')
export const FORMAT = 'countroom-event-store-2'

/** Had one more table, which indexed every event id. */
const FORMAT_WITH_EVENT_IDS = 'countroom-event-store-1'

/**
 * Makes sure that a folder has the present format: a new one gets it, one of the earlier format is
 * brought to it. Throws when it has another one.
 */
export async function ensureFormat(tables: Tables): Promise<void> {
  const format = tables.properties.get(FORMAT_PROPERTY)?.toString()
  if (format === FORMAT) return
  if (format === FORMAT_WITH_EVENT_IDS)
    await tables.environment.openDB({ name: 'event-ids' }).drop()
  else if (format !== undefined) {
    throw new Error(`the data folder has the unknown format '${format}'`)
  }
  await tables.properties.put(FORMAT_PROPERTY, Buffer.from(FORMAT))
}
