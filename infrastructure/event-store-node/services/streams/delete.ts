import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'
import { streams } from '../../wire/codecs.ts'
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
    const positionOfDelete = await removeStream(parts, 'soft-delete', call)
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
