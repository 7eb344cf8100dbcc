import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type AccessToken, accessTokens } from '../api/index.ts'
import { ensureTokenFiles, type TokenFiles } from './access-tokens.ts'
import { startApplication } from './application.ts'
import { type Configuration, InvalidConfiguration } from './configuration.ts'
import type { Say } from './say.ts'
import { startStack } from './stack.ts'
import type { Stopping } from './stop-signals.ts'

/** The exit code of a program that a signal ended (128 and the number of SIGINT). */
const INTERRUPTED = 130

/**
 * `countroom start`: the servers that are not given, then ledger, projections and API; runs until it
 * is told to stop, then stops all of it in order.
 * @throws InvalidConfiguration, or what kept a part from starting; nothing is left running
 */
export async function start(
  configuration: Configuration,
  logger: Logger,
  say: Say,
  stopping: Stopping,
): Promise<void> {
  let isUp = false
  stopping.told.then(
    () => {
      // What was started so far stops in order by itself when its parent is gone.
      if (!isUp) process.exit(INTERRUPTED)
    },
    () => undefined, // awaited below
  )
  const dataFolder = resolve(configuration.dataFolder)
  const { eventStoreUrl, databaseUrl, host, port } = configuration
  const { tokens, files } = await readTokens(configuration, dataFolder)

  say.step('Starting the event store and the database')
  const stack = await startStack({
    eventStoreUrl,
    databaseUrl,
    dataFolder,
    logger,
    onGivenUp: stopping.fail,
  })
  try {
    say.step('Starting ledger, projections and API')
    const application = await startApplication({
      eventStoreUrl: stack.eventStoreUrl,
      databaseUrl: stack.databaseUrl,
      tokens,
      host,
      port,
      logger,
    })
    try {
      const ownServers = {
        eventStore: eventStoreUrl === undefined,
        database: databaseUrl === undefined,
      }
      isUp = true
      say.ready({ url: application.url, dataFolder, files, ownServers, stack })
      await stopping.told
      say.step('Stopping')
    } finally {
      await application.stop()
    }
  } finally {
    await stack.stop()
  }
  say.step('Stopped')
}

/** The tokens of the configuration; on our own servers, made on the first start. */
async function readTokens(
  { tokensFile, eventStoreUrl, databaseUrl }: Configuration,
  dataFolder: string,
): Promise<{ tokens: readonly AccessToken[]; files?: TokenFiles }> {
  if (tokensFile !== undefined) return { tokens: await readTokensFile(tokensFile) }
  if (eventStoreUrl !== undefined && databaseUrl !== undefined) {
    throw new InvalidConfiguration('tokensFile: is needed when both servers are given')
  }
  const files = await ensureTokenFiles(dataFolder)
  return { tokens: await readTokensFile(files.configuration), files }
}

async function readTokensFile(file: string): Promise<readonly AccessToken[]> {
  try {
    return accessTokens.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new InvalidConfiguration(`tokensFile ${file}: ${reason}`, { cause })
  }
}
