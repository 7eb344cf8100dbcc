import { randomUUID } from 'node:crypto'
import type { ProposedEvent } from '../../storage/record.ts'
import { ANY } from '../../storage/revision.ts'
import { addressOf, nameOf } from '../../storage/stream-name.ts'
import type { Store } from '../../storage/store.ts'
import { uuidBytes } from '../../storage/uuid.ts'
import type { WriteOutcome } from '../../storage/write-request.ts'

const OVERHEAD_BYTES = 256
const NOTHING = Buffer.alloc(0)

/** Only administrators may look at or change what groups keep of themselves. */
const ADMINS_ONLY = {
  $r: '$admins',
  $w: '$admins',
  $d: '$admins',
  $mr: '$admins',
  $mw: '$admins',
}

/** Makes an event that the node writes on its own behalf. */
export function jsonEvent(type: string, content: unknown): ProposedEvent {
  const data = Buffer.from(JSON.stringify(content))
  return { id: newId(), type, isJson: true, data, metadata: NOTHING }
}

export function newId(): Buffer {
  return uuidBytes(randomUUID())
}

/** Appends to a stream of the node's own, which no access list concerns. */
export function appendSystemEvent(
  store: Store,
  streamName: string,
  event: ProposedEvent,
): Promise<WriteOutcome> {
  return store.writer.submit({
    kind: 'append',
    streamName,
    expectedRevision: ANY,
    events: [event],
    sizeBytes: event.data.length + event.metadata.length + OVERHEAD_BYTES,
  })
}

/** Sets how much of a stream of the node's own is kept. */
export function writeSystemMetadata(
  store: Store,
  streamName: string,
  retention: Readonly<Record<string, number>>,
): Promise<WriteOutcome> {
  const metastream = nameOf({ ...addressOf(streamName), side: 1 })
  const metadata = jsonEvent('$metadata', { ...retention, $acl: ADMINS_ONLY })
  return appendSystemEvent(store, metastream, metadata)
}

/** Deletes a stream of the node's own, if it is there. */
export function deleteSystemStream(store: Store, streamName: string): Promise<WriteOutcome> {
  return store.writer.submit({
    kind: 'soft-delete',
    streamName,
    expectedRevision: ANY,
    events: [],
    sizeBytes: OVERHEAD_BYTES,
  })
}
