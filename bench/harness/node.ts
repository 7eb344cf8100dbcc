import { type EmbeddedNode, startEmbeddedNode } from '../../infrastructure/processes/index.ts'
import type { Parts } from './parts.ts'

/**
 * Starts the embedded event-store node as a process of its own on a temporary folder, where every
 * append is on disk (fsync) before it is acknowledged.
 */
export async function startNode(parts: Parts): Promise<EmbeddedNode> {
  const dataFolder = await parts.folder('node')
  return parts.start(
    'event-store-node',
    () => startEmbeddedNode({ dataFolder, logger: parts.logger, restartPolicy: neverAgain }),
    (node) => node.stop(),
  )
}

/** A node that dies in a bench makes it fail: its figures would be those of a restart. */
const neverAgain = { delayMs: 0, delayMsMax: 0, deathsMax: 0, windowMs: 1_000 }
