import { resolve } from 'node:path'
import { z } from 'zod'
import { startChildProcess } from './child-process.ts'
import { ownProgram } from './own-program.ts'
import type { ProcessLogger } from './process-logger.ts'
import type { RestartPolicy } from './restart-policy.ts'
import { superviseProcess } from './supervised-process.ts'
import type { ProcessGivenUp, SupervisedProcess } from './supervised-process.ts'

export interface EmbeddedNodeOptions {
  readonly dataFolder: string
  readonly logger: ProcessLogger
  /** 0, the default, takes a free one and keeps it over restarts. */
  readonly port?: number
  readonly restartPolicy?: RestartPolicy
  readonly onGivenUp?: (error: ProcessGivenUp) => void
}

/** The node's own word that it is ready. */
const readyLine = z.object({ ready: z.literal(true), address: z.string(), port: z.int() })
type ReadyLine = z.infer<typeof readyLine>

export interface EmbeddedNode extends SupervisedProcess<ReadyLine> {
  /** For EventStoreDB clients; stays the same over restarts. */
  readonly connectionString: string
  readonly port: number
}

const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000

/**
 * Starts the embedded event-store node as a process of its own, on 127.0.0.1, and keeps it running.
 *
 * @throws ProcessNotStarted with the node's own words, when the folder is in use or the port is taken
 */
export async function startEmbeddedNode(options: EmbeddedNodeOptions): Promise<EmbeddedNode> {
  const { logger, restartPolicy, onGivenUp } = options
  const node = await superviseProcess<ReadyLine>({
    name: 'event-store-node',
    logger,
    start: (previous, signal) => startNode(options, previous?.port ?? options.port ?? 0, signal),
    ...(restartPolicy && { restartPolicy }),
    ...(onGivenUp && { onGivenUp }),
  })
  const { address, port } = await node.whenReady()
  const connectionString = `esdb://${address}:${port}?tls=false`
  return Object.assign(node, { connectionString, port })
}

function startNode({ dataFolder, logger }: EmbeddedNodeOptions, port: number, signal: AbortSignal) {
  const flags = ['--db', resolve(dataFolder), '--node-ip', '127.0.0.1', '--node-port', String(port)]
  return startChildProcess<ReadyLine>({
    name: 'event-store-node',
    command: ownProgram('../event-store-node/main', import.meta.url, [
      ...flags,
      '--insecure',
      '--exit-with-parent',
    ]),
    logger,
    readyWhen: parseReadyLine,
    readyTimeoutMs,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    signal,
    levelOf,
  })
}

/** The node logs JSON lines with pino's numbers for levels; what is no such line counts as news. */
function levelOf(line: string): 'debug' | 'info' | 'warn' | 'error' {
  const level = Number(/^\{"level":(\d+),/.exec(line)?.[1] ?? 30)
  if (level >= 50) return 'error'
  if (level >= 40) return 'warn'
  return level >= 30 ? 'info' : 'debug'
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return undefined // a log line that only begins like JSON
  }
  return readyLine.safeParse(json).data
}
