import { addressOf } from '../../storage/stream-name.ts'
import type { Writer } from '../../storage/writer.ts'
import type { streams } from '../../wire/codecs.ts'
import { expectedRevisionOf } from '../../wire/expected-revision.ts'
import { invalidArgument, streamDeleted, wrongExpectedVersion } from '../../wire/rpc-error.ts'
import { writableStreamNameIn } from '../../wire/stream-identifier.ts'

type RemovalOptions = streams.DeleteReq.Options | streams.TombstoneReq.Options

const REQUEST_BYTES = 256

/** Deletes or tombstones a stream as a request says; gives the position of the record that says so. */
export async function removeStream(
  writer: Writer,
  kind: 'soft-delete' | 'tombstone',
  options: RemovalOptions | undefined,
): Promise<number> {
  if (options === undefined) throw invalidArgument('options are required')
  const streamName = writableStreamNameIn(options.getStreamIdentifier())
  const expectedRevision = expectedRevisionOf({
    exact: options.hasRevision() ? options.getRevision() : undefined,
    isAny: options.hasAny(),
    isNoStream: options.hasNoStream(),
    isStreamExists: options.hasStreamExists(),
  })
  if (addressOf(streamName).side === 1) {
    throw invalidArgument(`'${streamName}' is a metastream, which cannot be deleted by itself`)
  }
  const outcome = await writer.submit({
    kind,
    streamName,
    expectedRevision,
    events: [],
    sizeBytes: REQUEST_BYTES,
  })
  switch (outcome.kind) {
    case 'written':
      return outcome.position
    case 'wrong-expected-revision':
      throw wrongExpectedVersion(streamName, expectedRevision, outcome.currentRevision)
    case 'stream-deleted':
      throw streamDeleted(streamName)
  }
}
