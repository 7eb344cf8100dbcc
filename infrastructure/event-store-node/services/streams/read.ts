import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js'
import { type MayRead, type Resolve, resolveLink, unresolved } from '../../reading/links.ts'
import type { streams } from '../../wire/codecs.ts'
import { readOptionsIn } from '../../wire/read-request.ts'
import { ResponseStream } from '../response-stream.ts'
import { readAll } from './read-all.ts'
import type { ReadResponses } from './read-responses.ts'
import { readStream } from './read-stream.ts'
import type { StreamsParts } from './streams-parts.ts'
import { subscribeToAll } from './subscribe-to-all.ts'
import { subscribeToStream } from './subscribe-to-stream.ts'
import { toRpcError } from './to-rpc-error.ts'

type ReadCall = ServerWritableStream<streams.ReadReq, Buffer>
export type ReadHandler = handleServerStreamingCall<streams.ReadReq, Buffer>

/** Every way to read: a stream or `$all`, once or as a subscription. */
export async function read(parts: StreamsParts, call: ReadCall): Promise<void> {
  const responses = new ResponseStream<Buffer>(call, parts.openCalls)
  try {
    await serve(parts, call, responses)
    responses.end()
  } catch (error) {
    responses.fail(toRpcError(error, parts.logger))
  }
}

async function serve(
  { store, access }: StreamsParts,
  call: ReadCall,
  responses: ReadResponses,
): Promise<void> {
  const asked = readOptionsIn(call.request)
  const principal = await access.authenticate(call.metadata)
  responses.belongsTo(principal)
  access.checkStream(principal, 'read', 'streamName' in asked ? asked.streamName : '$all')
  const mayRead: MayRead = (streamName) => access.mayRead(principal, streamName)
  const resolve: Resolve = (record) => resolveLink(store, record, mayRead)
  const options = { ...asked, resolve: asked.resolveLinks ? resolve : unresolved }
  switch (options.kind) {
    case 'read-stream':
      return readStream(store, options, responses)
    case 'read-all':
      return readAll(store, options, responses)
    case 'subscribe-to-stream':
      return subscribeToStream(store, options, responses)
    case 'subscribe-to-all':
      return subscribeToAll(store, options, responses)
  }
}
