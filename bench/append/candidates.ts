import { type Parts, startNode, startWorker, type Worker } from '../harness/index.ts'
import type { ClientKind } from './client.ts'
import type { ClientTasks } from './client-worker.ts'
import type { NullServerTasks } from './null-server.ts'

export type CandidateName = 'official' | 'ours' | 'oursToNull'

export interface Candidates {
  readonly workers: Readonly<Record<CandidateName, Worker<ClientTasks>>>
  /** Of the node that both clients append to. */
  readonly connectionString: string
}

/** Both clients to one node, and ours to a server that stores nothing; every client its own process. */
export async function startCandidates(parts: Parts): Promise<Candidates> {
  const { connectionString } = await startNode(parts)
  const nullServer = await startWorker<NullServerTasks>(
    parts,
    new URL('null-server.ts', import.meta.url),
  )
  const nowhere = await nullServer.run('listen')
  return {
    connectionString,
    workers: {
      official: await startClient(parts, 'official', connectionString),
      ours: await startClient(parts, 'ours', connectionString),
      oursToNull: await startClient(parts, 'ours', nowhere),
    },
  }
}

async function startClient(
  parts: Parts,
  kind: ClientKind,
  connectionString: string,
): Promise<Worker<ClientTasks>> {
  const worker = await startWorker<ClientTasks>(parts, new URL('client-worker.ts', import.meta.url))
  await worker.run('connect', { kind, connectionString })
  return worker
}
