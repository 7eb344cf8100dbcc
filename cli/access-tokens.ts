import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Role } from '../api/index.ts'

/** Callers a fresh installation starts with. */
const firstCallers: readonly { readonly role: Role; readonly name: string }[] = [
  { role: 'operator', name: 'house' },
  { role: 'provider', name: 'demo-games' },
  { role: 'analyst', name: 'analyst' },
  { role: 'regulator', name: 'regulator' },
]

/** Where the tokens of a fresh installation stand. */
export interface TokenFiles {
  /** Roles, names and SHA-256 of the tokens: all the server needs. */
  readonly configuration: string
  /** The tokens themselves as shell variables, for people. */
  readonly environment: string
  /** Whether this start has made them. */
  readonly areNew: boolean
}

/**
 * Makes a token for each role on the first start in a data folder; later starts find them. Both files
 * can be read by their owner alone.
 */
export async function ensureTokenFiles(dataFolder: string): Promise<TokenFiles> {
  const files = {
    configuration: join(dataFolder, 'tokens.json'),
    environment: join(dataFolder, 'tokens.env'),
  }
  if (await exists(files.configuration)) return { ...files, areNew: false }

  await mkdir(dataFolder, { recursive: true })
  const made = firstCallers.map(({ role, name }) => ({ role, name, token: newToken() }))
  const variables = made.map(({ role, token }) => `export ${role.toUpperCase()}_TOKEN=${token}`)
  const entries = made.map(({ role, name, token }) => ({ role, name, sha256: sha256(token) }))
  await writeWhole(files.environment, `${variables.join('\n')}\n`)
  await writeWhole(files.configuration, `${JSON.stringify(entries, null, 2)}\n`)
  return { ...files, areNew: true }
}

/** Writes a file that is there whole or not at all, whenever the process dies. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.draft`
  await writeFile(draft, content, { mode: 0o600, flush: true })
  await rename(draft, file)
}

/** A token nobody can guess: 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the configuration keeps of a token, in hex. */
export function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

async function exists(file: string): Promise<boolean> {
  try {
    await readFile(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
