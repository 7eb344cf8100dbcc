import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { persistentGrpc } from '../../wire/persistent-codecs.ts'
import { toRpcError } from '../streams/to-rpc-error.ts'
import { create, remove, restartSubsystem, update } from './administration.ts'
import { getInfo, list } from './info.ts'
import type { PersistentParts } from './parts.ts'
import { read } from './read.ts'
import { replayParked } from './replay-parked.ts'

type Operation<Request, Response> = (
  parts: PersistentParts,
  call: ServerUnaryCall<Request, Response>,
) => Promise<Response>

/** The PersistentSubscriptions service. */
export function persistentSubscriptionsService(
  parts: PersistentParts,
): UntypedServiceImplementation {
  const service: persistentGrpc.IPersistentSubscriptionsServer = {
    create: unary(parts, create),
    update: unary(parts, update),
    delete: unary(parts, remove),
    read: (call) => void read(parts, call),
    getInfo: unary(parts, getInfo),
    replayParked: unary(parts, replayParked),
    list: unary(parts, list),
    restartSubsystem: unary(parts, restartSubsystem),
  }
  return service
}

function unary<Request, Response>(
  parts: PersistentParts,
  operation: Operation<Request, Response>,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  return (call, callback) => void answer(parts, operation, call, callback)
}

async function answer<Request, Response>(
  parts: PersistentParts,
  operation: Operation<Request, Response>,
  call: ServerUnaryCall<Request, Response>,
  callback: sendUnaryData<Response>,
): Promise<void> {
  try {
    callback(null, await operation(parts, call))
  } catch (error) {
    callback(toRpcError(error, parts.logger))
  }
}
