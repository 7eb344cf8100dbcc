import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'
import { streams } from '../../wire/codecs.ts'
import { expectedRevisionOf } from '../../wire/expected-revision.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { writableStreamNameIn } from '../../wire/stream-identifier.ts'
import { removeStream } from './remove-stream.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

/** Deletes a stream until something is appended to it again. */
export async function deleteStream(
  parts: StreamsParts,
  call: ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>,
  callback: sendUnaryData<streams.DeleteResp>,
): Promise<void> {
  try {
    const options = call.request.getOptions()
    if (options === undefined) throw invalidArgument('options are required')
    const positionOfDelete = await removeStream(parts.store.writer, {
      kind: 'soft-delete',
      streamName: writableStreamNameIn(options.getStreamIdentifier()),
      expectedRevision: expectedRevisionOf({
        exact: options.hasRevision() ? options.getRevision() : undefined,
        isAny: options.hasAny(),
        isNoStream: options.hasNoStream(),
        isStreamExists: options.hasStreamExists(),
      }),
    })
    const position = new streams.DeleteResp.Position()
    position.setCommitPosition(String(positionOfDelete))
    position.setPreparePosition(String(positionOfDelete))
    const response = new streams.DeleteResp()
    response.setPosition(position)
    callback(null, response)
  } catch (error) {
    callback(toRpcError(error, parts.logger))
  }
}
