import { Server, ServerCredentials } from '@grpc/grpc-js'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { insecureAccess } from './access/insecure-access.ts'
import type { NodeOptions } from './options.ts'
import { OpenCalls } from './services/open-calls.ts'
import { serverFeaturesService } from './services/server-features.ts'
import { AppendBudget, readWithin } from './services/streams/append-budget.ts'
import { streamsService } from './services/streams/streams-service.ts'
import { openDataFolder } from './storage/data-folder.ts'
import { openStore } from './storage/store.ts'
import { serverFeaturesGrpc, streamsGrpc } from './wire/codecs.ts'
import { unavailable } from './wire/rpc-error.ts'

/** A node that serves. */
export interface RunningNode {
  readonly address: string
  readonly port: number
  readonly folder: string
  /** Ends in order: answers the appends in flight, ends subscriptions, closes the store. */
  stop(): Promise<void>
}

/** Room for an append at its limit and what surrounds it in a message. */
const RECEIVE_BYTES_MAX = 17 * 1_048_576
const SHUTDOWN_GRACE_MS = 1_000

/** Opens the data folder and serves it. Throws when the folder or the port is in use. */
export async function startNode(options: NodeOptions, logger: Logger): Promise<RunningNode> {
  const dataFolder = openDataFolder(options.db)
  const store = await openStore({
    folder: dataFolder.path,
    isDurable: !dataFolder.isTemporary,
    nowMs: Date.now,
  })
  const openCalls = new OpenCalls()
  const appendBudget = new AppendBudget()
  const server = new Server({
    interceptors: [readWithin(appendBudget)],
    'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
  })
  server.addService(serverFeaturesGrpc.ServerFeaturesService, serverFeaturesService())
  server.addService(
    streamsGrpc.StreamsService,
    streamsService({
      store,
      access: insecureAccess,
      logger,
      openCalls,
      appendBudget,
      appendBytesMax: options.appendBytesMax,
    }),
  )
  const close = async (): Promise<void> => {
    await store.close()
    dataFolder.close()
  }
  const port = await bindOr(close, server, options)
  return {
    address: options.nodeIp,
    port,
    folder: dataFolder.path,
    async stop() {
      const drained = shutDown(server)
      await store.writer.close()
      openCalls.endAll(unavailable('the node is shutting down'))
      await Promise.race([drained, setTimeout(SHUTDOWN_GRACE_MS, undefined, { ref: false })])
      server.forceShutdown()
      await close()
    },
  }
}

/** Listens, or cleans up and throws. */
async function bindOr(
  cleanUp: () => Promise<void>,
  server: Server,
  { nodeIp, nodePort }: NodeOptions,
): Promise<number> {
  try {
    return await bind(server, nodeIp, nodePort)
  } catch (error) {
    await cleanUp()
    throw error
  }
}

function bind(server: Server, ip: string, port: number): Promise<number> {
  const address = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort)
      else reject(new Error(`cannot listen on ${address}: ${error.message}`))
    })
  })
}

/** Stops accepting calls; resolves when those in progress have ended. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => {
      resolve()
    })
  })
}
