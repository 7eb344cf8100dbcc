import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Access } from './access/access.ts'
import type { KeepAlive } from './options/index.ts'
import type { ClusterMember } from './services/cluster-member.ts'
import { gossipService } from './services/gossip.ts'
import type { OpenCalls } from './services/open-calls.ts'
import { persistentSubscriptionsService } from './services/persistent-subscriptions/persistent-subscriptions-service.ts'
import type { Subscriptions } from './services/persistent-subscriptions/subscriptions.ts'
import { serverFeaturesService } from './services/server-features.ts'
import { AppendBudget, readWithin } from './services/streams/append-budget.ts'
import { streamsService } from './services/streams/streams-service.ts'
import { endLateCalls } from './services/timely-call.ts'
import type { Store } from './storage/store.ts'
import { gossipGrpc, serverFeaturesGrpc } from './wire/codecs.ts'
import { streamsDefinition } from './wire/streams-definition.ts'
import { persistentGrpc } from './wire/persistent-codecs.ts'

/** What the services work with. */
export interface ServiceParts {
  readonly store: Store
  readonly access: Access
  readonly logger: Logger
  readonly openCalls: OpenCalls
  readonly member: ClusterMember
  readonly subscriptions: Subscriptions
  readonly appendBytesMax: number
  readonly keepAlive: KeepAlive
}

/** The gRPC services, without a port of their own. */
export interface GrpcServer {
  /** Takes over a connection that speaks HTTP/2. */
  readonly connect: (socket: Socket) => void
  /**
   * Tells clients to go away (GOAWAY), waits for their calls to end, and cuts off those that have
   * not by then.
   */
  stop(graceMs: number): Promise<void>
}

/** Room for an append at its limit and what surrounds it in a message. */
const RECEIVE_BYTES_MAX = 17 * 1_048_576
/** Clients wait with more, unless these end. */
const CALLS_PER_CONNECTION_MAX = 2_000

/** Sets up all services. */
export function createGrpcServer(parts: ServiceParts): GrpcServer {
  const appendBudget = new AppendBudget()
  const server = new Server({
    // The first one is the nearest to the connection.
    interceptors: [endLateCalls, readWithin(appendBudget)],
    'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': CALLS_PER_CONNECTION_MAX,
    'grpc.keepalive_time_ms': parts.keepAlive.intervalMs,
    'grpc.keepalive_timeout_ms': parts.keepAlive.timeoutMs,
  })
  server.addService(serverFeaturesGrpc.ServerFeaturesService, serverFeaturesService())
  server.addService(gossipGrpc.GossipService, gossipService(parts))
  server.addService(streamsDefinition, streamsService({ ...parts, appendBudget }))
  server.addService(
    persistentGrpc.PersistentSubscriptionsService,
    persistentSubscriptionsService(parts),
  )
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return {
    connect(socket) {
      injector.injectConnection(socket)
    },
    async stop(graceMs) {
      await Promise.race([shutDown(server), setTimeout(graceMs, undefined, { ref: false })])
      server.forceShutdown()
    },
  }
}

/** Resolves when the calls in progress have ended. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => {
      resolve()
    })
  })
}
