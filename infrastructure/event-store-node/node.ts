import type { SecureContextOptions } from 'node:tls'
import type { Logger } from 'pino'
import { openAccess } from './access/open-access.ts'
import { createGrpcServer } from './grpc-server.ts'
import { loadCertificate } from './http/certificate.ts'
import { http1Connections } from './http/http-server.ts'
import { createPortListener, type PortListener } from './http/port-listener.ts'
import { httpRoutes } from './http/routes.ts'
import type { NodeOptions, Security } from './options/index.ts'
import { advertisedHost, clusterMember } from './services/cluster-member.ts'
import { OpenCalls } from './services/open-calls.ts'
import { Subscriptions } from './services/persistent-subscriptions/subscriptions.ts'
import { openDataFolder } from './storage/data-folder.ts'
import { openStore, type Store } from './storage/store.ts'
import { unauthenticated, unavailable } from './wire/rpc-error.ts'

/** A node that serves. */
export interface RunningNode {
  readonly address: string
  readonly port: number
  readonly folder: string
  readonly isSecure: boolean
  /** Reads the certificate again; keeps the one it has when that cannot be used. */
  reload(): void
  /** Ends in order: answers the appends in flight, ends subscriptions, closes the store. */
  stop(): Promise<void>
}

const SHUTDOWN_GRACE_MS = 1_000

/**
 * Opens the data folder and serves it. Throws when the folder or the port is in use, or when the
 * certificate or the users file cannot be used.
 */
export async function startNode(options: NodeOptions, logger: Logger): Promise<RunningNode> {
  const certificate = certificateOf(options.security, logger)
  const dataFolder = openDataFolder(options.db)
  const store = await openStore({
    folder: dataFolder.path,
    isDurable: !dataFolder.isTemporary,
    nowMs: Date.now,
  })
  const close = async (): Promise<void> => {
    await store.close()
    dataFolder.close()
  }
  try {
    const served = await serve(options, store, dataFolder.path, certificate, logger)
    return {
      address: options.nodeIp,
      port: served.port,
      folder: dataFolder.path,
      isSecure: certificate !== undefined,
      reload() {
        reload(options.security, served.listener, logger)
      },
      async stop() {
        await served.stop()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Serves an open store. */
async function serve(
  options: NodeOptions,
  store: Store,
  folder: string,
  certificate: SecureContextOptions | undefined,
  logger: Logger,
) {
  const { nodeIp, nodePort, appendBytesMax, keepAlive, advertiseHost, advertisePort } = options
  const openCalls = new OpenCalls()
  const access = await openAccess(options.security, store, folder, logger, (userNames) => {
    openCalls.endOf(userNames, unauthenticated())
  })
  const endPoint = { host: advertisedHost(nodeIp, advertiseHost), port: advertisePort ?? nodePort }
  const member = clusterMember(store, endPoint)
  const subscriptions = new Subscriptions(store, logger)
  const parts = { store, access, logger, openCalls, member, appendBytesMax, keepAlive }
  const grpc = createGrpcServer({ ...parts, subscriptions })
  let isLive = true
  const http1 = http1Connections(httpRoutes({ access, member, logger, isLive: () => isLive }))
  const listener = createPortListener(certificate, { http2: grpc.connect, http1 })
  const port = await listenOrSay(listener, nodeIp, nodePort)
  endPoint.port = advertisePort ?? port
  subscriptions.start()
  return {
    listener,
    port,
    async stop() {
      isLive = false
      listener.stopAccepting()
      await subscriptions.stop()
      await store.writer.close()
      openCalls.endAll(unavailable('the node is shutting down'))
      await grpc.stop(SHUTDOWN_GRACE_MS)
      listener.destroyConnections()
    },
  }
}

function certificateOf(security: Security, logger: Logger): SecureContextOptions | undefined {
  if (security.kind === 'insecure') return undefined
  const { context, validUntil } = loadCertificate(security.certificate)
  if (validUntil !== undefined && validUntil < new Date()) {
    logger.warn({ validUntil }, 'the certificate is no longer valid')
  }
  return context
}

function reload(security: Security, listener: PortListener, logger: Logger): void {
  try {
    const certificate = certificateOf(security, logger)
    if (certificate !== undefined) listener.setCertificate(certificate)
    logger.info('certificate read again')
  } catch (error) {
    logger.error({ err: error }, 'the certificate stays as it was')
  }
}

async function listenOrSay(listener: PortListener, ip: string, port: number): Promise<number> {
  try {
    return await listener.listen(ip, port)
  } catch (error) {
    const address = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot listen on ${address}: ${reason}`, { cause: error })
  }
}
