import type { ServerUnaryCall } from '@grpc/grpc-js'
import { addressOf } from '../../storage/stream-name.ts'
import type { streams } from '../../wire/codecs.ts'
import { expectedRevisionOf } from '../../wire/expected-revision.ts'
import { invalidArgument, streamDeleted, wrongExpectedVersion } from '../../wire/rpc-error.ts'
import { writableStreamNameIn } from '../../wire/stream-identifier.ts'
import type { StreamsParts } from './streams-parts.ts'

type RemovalCall =
  | ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>
  | ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>

const REQUEST_BYTES = 256

/** Deletes or tombstones a stream as a request says; gives the position of the record that says so. */
export async function removeStream(
  { store, access }: StreamsParts,
  kind: 'soft-delete' | 'tombstone',
  call: RemovalCall,
): Promise<number> {
  const options = call.request.getOptions()
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
  access.checkStream(await access.authenticate(call.metadata), 'delete', streamName)
  const outcome = await store.writer.submit({
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
