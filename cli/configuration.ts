import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** The configuration of `countroom start`; each value from a flag, else the environment, else the file. */
const configuration = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port. */
  port: z.coerce.number().int().min(0).max(65_535).default(4000),
  /** Where the servers started here keep their data. */
  dataFolder: z.string().min(1).default('data'),
  eventStoreUrl: z.string().min(1).optional(),
  databaseUrl: z.string().min(1).optional(),
  /** Who may call the API; made in the data folder when not given and nothing else is either. */
  tokensFile: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('warn'),
})
export type Configuration = z.output<typeof configuration>

/** The environment variable of each value. */
export const environmentNames = {
  host: 'COUNTROOM_HOST',
  port: 'COUNTROOM_PORT',
  dataFolder: 'COUNTROOM_DATA',
  eventStoreUrl: 'EVENTSTORE_URL',
  databaseUrl: 'DATABASE_URL',
  tokensFile: 'COUNTROOM_TOKENS_FILE',
  logLevel: 'COUNTROOM_LOG_LEVEL',
} as const satisfies Record<keyof Configuration, string>

/** The configuration cannot be used; the message names the value and the rule. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration'
}

/**
 * Reads the configuration: flags before the environment before the file.
 * @throws InvalidConfiguration
 */
export async function readConfiguration(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  file?: string,
): Promise<Configuration> {
  const fromFile = file === undefined ? {} : await readJsonFile(file)
  const fromEnvironment = Object.fromEntries(
    Object.entries(environmentNames)
      .map(([name, variable]) => [name, environment[variable]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = configuration.safeParse({ ...fromFile, ...fromEnvironment, ...flags })
  if (parsed.success) return parsed.data
  throw new InvalidConfiguration(`configuration: ${z.prettifyError(parsed.error)}`)
}

/** The object a JSON file holds. @throws InvalidConfiguration */
async function readJsonFile(file: string): Promise<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidConfiguration(`${file} is no configuration: ${reason}`, { cause })
  }
}
