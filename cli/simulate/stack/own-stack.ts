import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import {
  ownProgram,
  type ProcessGivenUp,
  type ProcessLogger,
  startChildProcess,
  superviseProcess,
  type SupervisedProcess,
} from '../../../infrastructure/processes/index.ts'
import { sha256 } from '../../access-tokens.ts'
import { startStack } from '../../stack.ts'
import type { PartyToken } from '../cast.ts'

/** A stack of the simulation's own, in a temporary folder that goes with it. */
export interface OwnStack {
  /** Where GraphQL is served. */
  readonly url: string
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  /** API, event-store node and Postgres, each kept running. */
  readonly processes: readonly SupervisedProcess<unknown>[]
  stop(): Promise<void>
}

export interface OwnStackOptions {
  readonly tokens: readonly PartyToken[]
  readonly logger: ProcessLogger
  /** Called when a process died too often to be started again. */
  readonly onGivenUp: (error: ProcessGivenUp) => void
}

const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000

/** The API fails to start while a server it needs is being restarted: that is no reason to give it up. */
const apiRestarts = { delayMs: 100, delayMsMax: 1_000, deathsMax: 100, windowMs: 60_000 }

/** Starts node, Postgres and API. @throws what kept one of them from starting; nothing is left */
export async function startOwnStack(options: OwnStackOptions): Promise<OwnStack> {
  const folder = await mkdtemp(join(tmpdir(), 'countroom-simulation-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const { logger, onGivenUp } = options
    const stack = await startStack({ dataFolder: folder, logger, onGivenUp })
    try {
      const api = await startApi(options, folder, stack)
      const { url } = await api.whenReady()
      const { eventStoreUrl, databaseUrl } = stack
      return {
        url,
        eventStoreUrl,
        databaseUrl,
        processes: [api, ...stack.processes],
        async stop() {
          await api.stop()
          await stack.stop()
          await removeFolder()
        },
      }
    } catch (error) {
      await stack.stop()
      throw error
    }
  } catch (error) {
    await removeFolder()
    throw error
  }
}

const readyLine = z.object({ ready: z.literal(true), url: z.url() })
type ReadyLine = z.output<typeof readyLine>

async function startApi(
  { tokens, logger, onGivenUp }: OwnStackOptions,
  folder: string,
  servers: { readonly eventStoreUrl: string; readonly databaseUrl: string },
): Promise<SupervisedProcess<ReadyLine>> {
  const tokensFile = join(folder, 'tokens.json')
  const entries = tokens.map(({ role, name, token }) => ({ role, name, sha256: sha256(token) }))
  await writeFile(tokensFile, JSON.stringify(entries), { mode: 0o600 })
  const environment = {
    EVENTSTORE_URL: servers.eventStoreUrl,
    DATABASE_URL: servers.databaseUrl,
    COUNTROOM_TOKENS_FILE: tokensFile,
    COUNTROOM_DATA: folder,
    COUNTROOM_LOG_LEVEL: process.env['COUNTROOM_LOG_LEVEL'] ?? 'warn',
    COUNTROOM_HOST: '127.0.0.1',
  }
  return superviseProcess<ReadyLine>({
    name: 'api',
    logger,
    onGivenUp,
    restartPolicy: apiRestarts,
    start: (previous) => {
      const port = previous === undefined ? '0' : new URL(previous.url).port
      const command = ownProgram('../../countroom', import.meta.url, [
        'start',
        '--json',
        '--exit-with-parent',
        '--port',
        port,
      ])
      return startChildProcess<ReadyLine>({
        name: 'api',
        command: { ...command, env: { ...command.env, ...environment } },
        logger,
        readyWhen: parseReadyLine,
        readyTimeoutMs: READY_TIMEOUT_MS,
        stopSignal: 'SIGTERM',
        stopTimeoutMs: STOP_TIMEOUT_MS,
      })
    },
  })
}

function parseReadyLine(line: string): ReadyLine | undefined {
  try {
    return readyLine.safeParse(JSON.parse(line)).data
  } catch {
    return undefined // not every line is JSON
  }
}
