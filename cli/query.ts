import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Configuration, InvalidConfiguration } from './configuration.ts'

const TIMEOUT_MS = 30_000

/**
 * `countroom query`: sends one GraphQL request to a countroom that was started with the same
 * configuration, with the token of a role from its data folder, and prints the answer.
 * @returns whether the answer is without errors
 * @throws InvalidConfiguration when there is no token of that role; Error when nobody answers
 */
export async function query(
  { host, port, dataFolder }: Configuration,
  role: string,
  document: string,
): Promise<boolean> {
  const token = await tokenOf(role, dataFolder)
  const url = `http://${host}:${port}/graphql`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: document }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Error(`nobody answers at ${url}: is countroom started?`, { cause })
  })
  const answer = (await response.json()) as { readonly errors?: unknown }
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
  return answer.errors === undefined
}

async function tokenOf(role: string, dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'tokens.env')
  const variable = `${role.toUpperCase()}_TOKEN`
  const tokens = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidConfiguration(`${file} cannot be read: was countroom started here?`, { cause })
  })
  const token = parseEnv(tokens)[variable]
  if (token === undefined) throw new InvalidConfiguration(`as: ${file} has no ${variable}`)
  return token
}
