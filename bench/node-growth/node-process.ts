import {
  ownProgram,
  type RunningProcess,
  startChildProcess,
} from '../../infrastructure/processes/index.ts'
import type { Parts } from '../harness/index.ts'

interface Ready {
  readonly port: number
}

export type NodeProcess = RunningProcess<Ready>

/** Starts a node on a folder that may have been used before; it is stopped with the bench. */
export function startNodeOn(folder: string, parts: Parts): Promise<NodeProcess> {
  return parts.start(
    'event-store-node',
    () => launch(folder, parts),
    (node) => node.stop(),
  )
}

function launch(folder: string, { logger }: Parts): Promise<NodeProcess> {
  const flags = ['--db', folder, '--node-port', '0', '--insecure', '--exit-with-parent']
  return startChildProcess<Ready>({
    name: 'event-store-node',
    command: ownProgram('../../infrastructure/event-store-node/main', import.meta.url, flags),
    logger,
    readyWhen,
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 30_000,
  })
}

function readyWhen(line: string): Ready | undefined {
  return line.startsWith('{"ready":true') ? (JSON.parse(line) as Ready) : undefined
}
