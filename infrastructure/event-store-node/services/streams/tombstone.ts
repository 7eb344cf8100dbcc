import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'
import { streams } from '../../wire/codecs.ts'
import { expectedRevisionOf } from '../../wire/expected-revision.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { writableStreamNameIn } from '../../wire/stream-identifier.ts'
import { removeStream } from './remove-stream.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

/** Deletes a stream for ever: its name cannot be used again. */
export async function tombstoneStream(
  parts: StreamsParts,
  call: ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>,
  callback: sendUnaryData<streams.TombstoneResp>,
): Promise<void> {
  try {
    const options = call.request.getOptions()
    if (options === undefined) throw invalidArgument('options are required')
    const positionOfTombstone = await removeStream(parts.store.writer, {
      kind: 'tombstone',
      streamName: writableStreamNameIn(options.getStreamIdentifier()),
      expectedRevision: expectedRevisionOf({
        exact: options.hasRevision() ? options.getRevision() : undefined,
        isAny: options.hasAny(),
        isNoStream: options.hasNoStream(),
        isStreamExists: options.hasStreamExists(),
      }),
    })
    const position = new streams.TombstoneResp.Position()
    position.setCommitPosition(String(positionOfTombstone))
    position.setPreparePosition(String(positionOfTombstone))
    const response = new streams.TombstoneResp()
    response.setPosition(position)
    callback(null, response)
  } catch (error) {
    callback(toRpcError(error, parts.logger))
  }
}
