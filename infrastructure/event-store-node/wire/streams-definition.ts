import type { ServiceDefinition } from '@grpc/grpc-js'
import { decodeAppendRequest } from './append-request.ts'
import { decodeBatchAppendRequest } from './batch-append-request.ts'
import { streamsGrpc } from './codecs.ts'

/**
 * The Streams service with a codec of our own where many messages pass: what appends bring is read
 * without copying, and the answers to them and to reads are encoded already when they are written.
 */
export const streamsDefinition: ServiceDefinition = {
  ...streamsGrpc.StreamsService,
  read: { ...streamsGrpc.StreamsService.read, responseSerialize: asItIs },
  append: { ...streamsGrpc.StreamsService.append, requestDeserialize: decodeAppendRequest },
  batchAppend: {
    ...streamsGrpc.StreamsService.batchAppend,
    requestDeserialize: decodeBatchAppendRequest,
    responseSerialize: asItIs,
  },
}

function asItIs(encoded: Buffer): Buffer {
  return encoded
}
