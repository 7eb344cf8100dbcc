import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import type { streamsGrpc } from '../../wire/codecs.ts'
import { append } from './append.ts'
import { batchAppend } from './batch-append.ts'
import { deleteStream } from './delete.ts'
import { read } from './read.ts'
import type { StreamsParts } from './streams-parts.ts'
import { tombstoneStream } from './tombstone.ts'

/** The Streams service, one file per operation. */
export function streamsService(parts: StreamsParts): UntypedServiceImplementation {
  const service: streamsGrpc.IStreamsServer = {
    read: (call) => void read(parts, call),
    append: (call, callback) => void append(parts, call, callback),
    batchAppend: (call) => void batchAppend(parts, call),
    delete: (call, callback) => void deleteStream(parts, call, callback),
    tombstone: (call, callback) => void tombstoneStream(parts, call, callback),
  }
  return service
}
