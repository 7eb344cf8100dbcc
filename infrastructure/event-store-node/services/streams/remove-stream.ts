import { addressOf } from '../../storage/stream-name.ts'
import type { WriteRequest } from '../../storage/write-request.ts'
import type { Writer } from '../../storage/writer.ts'
import { invalidArgument, streamDeleted, wrongExpectedVersion } from '../../wire/rpc-error.ts'

type Removal = Pick<WriteRequest, 'streamName' | 'expectedRevision'> & {
  readonly kind: 'soft-delete' | 'tombstone'
}

const REQUEST_BYTES = 256

/** Deletes or tombstones a stream; gives the position of the record that says so. */
export async function removeStream(writer: Writer, removal: Removal): Promise<number> {
  const { streamName, expectedRevision } = removal
  if (addressOf(streamName).side === 1) {
    throw invalidArgument(`'${streamName}' is a metastream, which cannot be deleted by itself`)
  }
  const outcome = await writer.submit({ ...removal, events: [], sizeBytes: REQUEST_BYTES })
  switch (outcome.kind) {
    case 'written':
      return outcome.position
    case 'wrong-expected-revision':
      throw wrongExpectedVersion(streamName, expectedRevision, outcome.currentRevision)
    case 'stream-deleted':
      throw streamDeleted(streamName)
  }
}
