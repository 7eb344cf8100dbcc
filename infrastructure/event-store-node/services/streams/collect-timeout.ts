import { status } from '@grpc/grpc-js'
import { RpcError } from '../../wire/rpc-error.ts'

/** No append may take longer to arrive than this, whatever the client asks (WriteTimeoutMs). */
export const COLLECT_TIMEOUT_MS = 2_000

/** What an append that did not arrive in time is answered with. */
export function collectTimeout(): RpcError {
  return new RpcError(status.DEADLINE_EXCEEDED, 'Timeout')
}
