import type { handleUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { streams } from '../../wire/codecs.ts'
import { type AppendHandler, append } from './append.ts'
import { type BatchAppendHandler, batchAppend } from './batch-append.ts'
import { deleteStream } from './delete.ts'
import { type ReadHandler, read } from './read.ts'
import type { StreamsParts } from './streams-parts.ts'
import { tombstoneStream } from './tombstone.ts'

/** The Streams service of `streamsDefinition`, one file per operation. */
export interface StreamsHandlers extends UntypedServiceImplementation {
  read: ReadHandler
  append: AppendHandler
  batchAppend: BatchAppendHandler
  delete: handleUnaryCall<streams.DeleteReq, streams.DeleteResp>
  tombstone: handleUnaryCall<streams.TombstoneReq, streams.TombstoneResp>
}

/** The Streams service, one file per operation. */
export function streamsService(parts: StreamsParts): StreamsHandlers {
  return {
    read: (call) => void read(parts, call),
    append: (call, callback) => void append(parts, call, callback),
    batchAppend: (call) => void batchAppend(parts, call),
    delete: (call, callback) => void deleteStream(parts, call, callback),
    tombstone: (call, callback) => void tombstoneStream(parts, call, callback),
  }
}
