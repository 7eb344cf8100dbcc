import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { Client, credentials } from '@grpc/grpc-js'
import { correlationOf, PreparedAppend } from './prepared-append.ts'

/** Appends over one BatchAppend call. */
export interface Appender {
  /** Appends events to a stream; resolves when they are durable. */
  append(stream: number): Promise<void>
  close(): void
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const { path } = streamsGrpc.StreamsService.batchAppend

/** All ids of a run are different ones, whichever appender they come from. */
let nextId = 1

/** Connects to a node; each append holds so many events. */
export function connectAppender(port: number, eventsPerAppend: number): Appender {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  const call = client.makeBidiStreamRequest<Buffer, streams.BatchAppendResp>(
    path,
    (message) => message,
    (bytes) => streams.BatchAppendResp.deserializeBinary(bytes),
  )
  const prepared = new PreparedAppend(eventsPerAppend)
  const waiting = new Map<number, Waiting>()
  let correlation = 0

  call.on('data', (response: streams.BatchAppendResp) => {
    const id = correlationOf(response.getCorrelationId()?.getString() ?? '')
    const append = waiting.get(id)
    waiting.delete(id)
    if (response.hasSuccess()) append?.resolve()
    else append?.reject(new Error(`refused: ${response.getError()?.getMessage() ?? ''}`))
  })
  call.on('error', (error: Error) => {
    for (const append of waiting.values()) append.reject(error)
    waiting.clear()
  })

  return {
    append(stream) {
      correlation += 1
      const id = correlation
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        call.write(prepared.message(stream, id, nextId))
        nextId += eventsPerAppend
      })
    },
    close() {
      call.cancel()
      client.close()
    },
  }
}
