import type { SupportedMethods as SupportedMethodsType } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import serverFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams, {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js'
import {
  Metadata,
  Server,
  ServerCredentials,
  status as grpcStatus,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type UntypedHandleCall,
} from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'
import anyPb from 'google-protobuf/google/protobuf/any_pb.js'

export type AppendCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>
export type ReadCall = ServerWritableStream<ReadReq, ReadResp>

export type ClassicAppendCall = ServerReadableStream<AppendReq, AppendResp>

/** What the server does instead of storing anything; what is not given is not answered. */
export interface Script {
  readonly features?: (answer: sendUnaryData<SupportedMethodsType>) => void
  readonly batchAppend?: (call: AppendCall) => void
  readonly append?: (call: ClassicAppendCall, answer: sendUnaryData<AppendResp>) => void
  readonly read?: (call: ReadCall) => void
}

export interface ScriptedServer {
  readonly connectionString: string
  readonly port: number
  stop(): void
}

/** Takes a call and says nothing. */
const silent: UntypedHandleCall = () => undefined

/**
 * A server that speaks the protocol and misbehaves as it is told: for faults that a real server
 * cannot be asked to have. It listens on a free port of 127.0.0.1.
 */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const server = new Server()
  server.addService(serverFeaturesGrpc.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethodsType>) => {
      if (script.features) script.features(answer)
      else answer(null, batchAppendOnly())
    },
  })
  server.addService(streamsGrpc.StreamsService, {
    batchAppend: script.batchAppend ?? silent,
    read: script.read ?? silent,
    append: script.append ?? silent,
    delete: silent,
    tombstone: silent,
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error)
      else resolve(bound)
    })
  })
  return {
    port,
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    stop: () => {
      server.forceShutdown()
    },
  }
}

export function batchAppendOnly(): SupportedMethodsType {
  const method = new serverFeatures.SupportedMethod()
  method.setServiceName('event_store.client.streams.streams')
  method.setMethodName('batchappend')
  const methods = new serverFeatures.SupportedMethods()
  methods.setEventStoreServerVersion('24.6.0')
  methods.addMethods(method)
  return methods
}

/** The end of a call at a node that is not the leader, and names it. */
export function notLeader(leader: { readonly port: number }): object {
  const metadata = new Metadata()
  metadata.set('exception', 'not-leader')
  metadata.set('leader-endpoint-host', '127.0.0.1')
  metadata.set('leader-endpoint-port', String(leader.port))
  return { code: grpcStatus.NOT_FOUND, details: 'Leader info available', metadata }
}

/** The reply that the append was stored, as the last event at this revision and position. */
export function stored(request: BatchAppendReq, revision: number, position = 77): BatchAppendResp {
  const success = new streams.BatchAppendResp.Success()
  success.setCurrentRevision(String(revision))
  const at = new shared.AllStreamPosition()
  at.setCommitPosition(String(position))
  at.setPreparePosition(String(position))
  success.setPosition(at)
  return replyTo(request).setSuccess(success)
}

/** What a server can reply that is not success, by the name of its type. */
const failures = {
  AccessDenied: () => new shared.AccessDenied(),
  BadRequest: () => new shared.BadRequest(),
  StreamDeleted: () => new shared.StreamDeleted(),
  Timeout: () => new shared.Timeout(),
}

export function failed(request: BatchAppendReq, type: keyof typeof failures): BatchAppendResp {
  const details = new anyPb.Any()
  details.pack(failures[type]().serializeBinary(), `event_store.client.${type}`)
  const error = new status.Status()
  error.setMessage(`scripted ${type}`)
  error.setDetails(details)
  return replyTo(request).setError(error)
}

/** A reply to an append that nobody sent. */
export function replyToUnknown(request: BatchAppendReq): BatchAppendResp {
  const id = new shared.UUID()
  id.setString(randomUUID())
  return stored(request, 0).setCorrelationId(id)
}

function replyTo(request: BatchAppendReq): BatchAppendResp {
  return new streams.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(request.getOptions()?.getStreamIdentifier())
}

/** An event as the server sends it, at the position 10 times its revision. */
export function recorded(revision: number, data: string | Uint8Array): ReadResp {
  const id = new shared.UUID()
  id.setString(randomUUID())
  const stream = new shared.StreamIdentifier()
  stream.setStreamName(Buffer.from('scripted').toString('base64'))
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(id)
    .setStreamIdentifier(stream)
    .setStreamRevision(String(revision))
    .setCommitPosition(String(revision * 10))
    .setPreparePosition(String(revision * 10))
    .setData(Buffer.from(data).toString('base64'))
  event
    .getMetadataMap()
    .set('type', 'Scripted')
    .set('content-type', 'application/json')
    .set('created', '0')
  const read = new streams.ReadResp.ReadEvent()
  read.setEvent(event)
  read.setCommitPosition(String(revision * 10))
  return new streams.ReadResp().setEvent(read)
}

export function confirmation(): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation()
  confirmed.setSubscriptionId(randomUUID())
  return new streams.ReadResp().setConfirmation(confirmed)
}

export function caughtUp(): ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())
}
