import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js'
import type { BatchAppendRequest } from '../../wire/batch-append-request.ts'
import { ResponseStream } from '../response-stream.ts'
import { BatchAppends } from './batch-appends.ts'
import type { StreamsParts } from './streams-parts.ts'
import { toRpcError } from './to-rpc-error.ts'

type BatchAppendCall = ServerDuplexStream<BatchAppendRequest, Buffer>
export type BatchAppendHandler = handleBidiStreamingCall<BatchAppendRequest, Buffer>

/**
 * Many appends over one call, each answered by its correlation id when it is durable. While the
 * client does not read its answers, nothing more is read from it.
 */
export async function batchAppend(parts: StreamsParts, call: BatchAppendCall): Promise<void> {
  const responses = new ResponseStream<Buffer>(call, parts.openCalls)
  let isHeldBack = false

  try {
    const principal = await parts.access.authenticate(call.metadata)
    responses.belongsTo(principal)
    takeIn(new BatchAppends(parts, principal, { answer, fail }))
  } catch (error) {
    fail(error)
  }

  function fail(error: unknown): void {
    responses.fail(toRpcError(error, parts.logger))
  }

  function answer(response: Buffer): void {
    if (!responses.write(response)) void holdBack()
  }

  async function holdBack(): Promise<void> {
    if (isHeldBack) return
    isHeldBack = true
    call.pause()
    await responses.ready()
    isHeldBack = false
    call.resume()
  }

  function takeIn(appends: BatchAppends): void {
    call.on('data', (request: BatchAppendRequest) => {
      if (!responses.isOpen) return
      try {
        appends.receive(request)
      } catch (error) {
        fail(error)
      }
    })
    call.on('end', () => {
      void appends
        .settled()
        .then(() => {
          responses.end()
        })
        .catch(fail)
    })
    call.on('close', () => {
      appends.abandon()
    })
  }
}
