import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'
import { streams } from '../../wire/codecs.ts'
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
    const positionOfTombstone = await removeStream(parts, 'tombstone', call)
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
