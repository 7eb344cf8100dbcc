import type { Logger } from 'pino'
import { insecureAccess } from './access/insecure-access.ts'
import { createGrpcServer } from './grpc-server.ts'
import { http1Connections } from './http/http-server.ts'
import { createPortListener } from './http/port-listener.ts'
import { httpRoutes } from './http/routes.ts'
import type { NodeOptions } from './options.ts'
import { advertisedHost, clusterMember } from './services/cluster-member.ts'
import { OpenCalls } from './services/open-calls.ts'
import { openDataFolder } from './storage/data-folder.ts'
import { openStore } from './storage/store.ts'
import { unavailable } from './wire/rpc-error.ts'

/** A node that serves. */
export interface RunningNode {
  readonly address: string
  readonly port: number
  readonly folder: string
  /** Ends in order: answers the appends in flight, ends subscriptions, closes the store. */
  stop(): Promise<void>
}

const SHUTDOWN_GRACE_MS = 1_000

/** Opens the data folder and serves it. Throws when the folder or the port is in use. */
export async function startNode(options: NodeOptions, logger: Logger): Promise<RunningNode> {
  const { nodeIp, appendBytesMax, keepAlive } = options
  const dataFolder = openDataFolder(options.db)
  const store = await openStore({
    folder: dataFolder.path,
    isDurable: !dataFolder.isTemporary,
    nowMs: Date.now,
  })
  const closeStore = async (): Promise<void> => {
    await store.close()
    dataFolder.close()
  }
  const access = insecureAccess
  const openCalls = new OpenCalls()
  const advertised = { host: advertisedHost(nodeIp, undefined), port: options.nodePort }
  const member = clusterMember(store, advertised)
  const grpc = createGrpcServer({
    store,
    access,
    logger,
    openCalls,
    member,
    appendBytesMax,
    keepAlive,
  })
  let isLive = true
  const listener = createPortListener(undefined, {
    http2: grpc.connect,
    http1: http1Connections(httpRoutes({ access, member, logger, isLive: () => isLive })),
  })
  try {
    advertised.port = await listener.listen(nodeIp, options.nodePort)
  } catch (error) {
    await closeStore()
    throw new Error(`cannot listen on ${addressText(nodeIp, options.nodePort)}: ${reason(error)}`)
  }
  return {
    address: nodeIp,
    port: advertised.port,
    folder: dataFolder.path,
    async stop() {
      isLive = false
      listener.stopAccepting()
      await store.writer.close()
      openCalls.endAll(unavailable('the node is shutting down'))
      await grpc.stop(SHUTDOWN_GRACE_MS)
      listener.destroyConnections()
      await closeStore()
    },
  }
}

function addressText(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
