import { join } from 'node:path'
import { startEmbeddedPostgres } from '../infrastructure/postgres/index.ts'
import {
  type Part,
  type ProcessGivenUp,
  type ProcessLogger,
  startEmbeddedNode,
  stopInOrder,
  type SupervisedProcess,
} from '../infrastructure/processes/index.ts'

export interface StackOptions {
  /** Servers that run already; what is not given is started here. */
  readonly eventStoreUrl?: string | undefined
  readonly databaseUrl?: string | undefined
  /** Where what is started here keeps its data. */
  readonly dataFolder: string
  readonly logger: ProcessLogger
  /** Called when a server of ours died too often to be started again. */
  readonly onGivenUp: (error: ProcessGivenUp) => void
}

/** The servers countroom stands on. */
export interface Stack {
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  /** The processes started here, kept running until they are stopped. */
  readonly processes: readonly SupervisedProcess<unknown>[]
  stop(): Promise<void>
}

/**
 * Starts the event-store node and the Postgres that are not given by an address.
 * @throws when one of them cannot be started; the other is stopped again
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataFolder, logger, onGivenUp } = options
  let { eventStoreUrl, databaseUrl } = options
  const processes: (SupervisedProcess<unknown> & Part)[] = []
  const stop = () => stopInOrder(processes, logger)
  try {
    if (eventStoreUrl === undefined) {
      const folder = join(dataFolder, 'event-store')
      const node = await startEmbeddedNode({ dataFolder: folder, logger, onGivenUp })
      processes.push(node)
      eventStoreUrl = node.connectionString
    }
    if (databaseUrl === undefined) {
      const folder = join(dataFolder, 'postgres')
      const postgres = await startEmbeddedPostgres({ dataFolder: folder, logger, onGivenUp })
      processes.push(postgres)
      databaseUrl = postgres.url
    }
    return { eventStoreUrl, databaseUrl, processes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
