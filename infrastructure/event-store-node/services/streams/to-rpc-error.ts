import { status } from '@grpc/grpc-js'
import type { Logger } from 'pino'
import { MalformedMessageError } from '../../../protobuf/index.ts'
import { CorruptRecordError } from '../../storage/record.ts'
import { WriteFailedError, WriterClosedError } from '../../storage/writer.ts'
import { RpcError, unavailable } from '../../wire/rpc-error.ts'

/** A request that is no message of the protocol ends its call, as gRPC itself does it. */
function malformedRequest(): RpcError {
  return new RpcError(status.INTERNAL, 'Error deserializing request')
}

/** The error a client may see; what only concerns the operator goes to the log. */
export function toRpcError(error: unknown, logger: Logger): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof MalformedMessageError) return malformedRequest()
  if (error instanceof WriterClosedError) return unavailable(error.message)
  logger.error({ err: error }, 'request failed')
  if (error instanceof WriteFailedError) return unavailable(error.message)
  if (error instanceof CorruptRecordError) return new RpcError(status.DATA_LOSS, error.message)
  return new RpcError(status.UNKNOWN, 'Unexpected error, see the log of the node.')
}
