import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from '@grpc/grpc-js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { EagerCall } from '../../infrastructure/event-store-node/services/eager-call.ts'
import { serveTasks } from '../harness/index.ts'
import { NullReplies } from './null-replies.ts'

/**
 * An event store that keeps nothing: it takes batch appends and acknowledges them at once. What a
 * client reaches here is what client, gRPC and the machine allow at best. Messages pass through as
 * the bytes they came in, only what a reply needs is looked at, and replies leave as they do from the
 * node: many in one packet.
 */
const tasks = {
  listen: (): Promise<string> => {
    const server = new Server({
      'grpc.max_receive_message_length': 17 * 2 ** 20,
      interceptors: [(_method, call) => new EagerCall(call)],
    })
    server.addService(featuresGrpc.ServerFeaturesService, { getSupportedMethods })
    server.addService({ batchAppend: batchAppendOfBytes() }, { batchAppend })
    return new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error)
        else resolve(`esdb://127.0.0.1:${port}?tls=false`)
      })
    })
  },
}
export type NullServerTasks = typeof tasks

serveTasks(tasks)

function passThrough(bytes: Buffer): Buffer {
  return bytes
}

function batchAppendOfBytes() {
  return {
    ...streamsGrpc.StreamsService.batchAppend,
    requestDeserialize: passThrough,
    responseSerialize: passThrough,
  }
}

function batchAppend(call: ServerDuplexStream<Buffer, Buffer>): void {
  const replies = new NullReplies()
  call.on('data', (request: Buffer) => {
    const reply = replies.to(request)
    if (reply !== undefined) call.write(reply)
  })
  call.on('end', () => {
    call.end()
  })
}

function getSupportedMethods(
  _call: unknown,
  callback: sendUnaryData<features.SupportedMethods>,
): void {
  const method = new features.SupportedMethod()
  method.setServiceName('event_store.client.streams.streams')
  method.setMethodName('batchappend')
  method.setFeaturesList(['deadline_duration'])
  const supported = new features.SupportedMethods()
  supported.setEventStoreServerVersion('24.6.0')
  supported.addMethods(method)
  callback(null, supported)
}
