import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { newToken } from '../access-tokens.ts'
import type { Party } from './requests.ts'

/** Those who call the API, with their tokens. */
export interface Cast {
  /** Registers players, settles deposits, pays out. */
  readonly site: Party
  /** Two or more, each with a game. */
  readonly providers: readonly [Party, Party, ...Party[]]
  /** May see every player and change nothing. */
  readonly reader: Party
  readonly tokens: readonly PartyToken[]
  readonly tokenOf: (party: Party) => string
}

export interface PartyToken extends Party {
  readonly token: string
}

/** The tokens cannot be used; the message says what is missing. */
export class UnusableTokens extends Error {
  override readonly name = 'UnusableTokens'
}

/** A cast with fresh tokens, for an API that is started with them. */
export function newCast(): Cast {
  return castOf([
    { role: 'operator', name: 'site', token: newToken() },
    { role: 'provider', name: 'reels', token: newToken() },
    { role: 'provider', name: 'wheels', token: newToken() },
    { role: 'analyst', name: 'analyst', token: newToken() },
    { role: 'regulator', name: 'regulator', token: newToken() },
  ])
}

const tokensFile = z
  .array(
    z.strictObject({
      role: z.enum(['operator', 'provider', 'analyst', 'regulator']),
      name: z.string().min(1),
      token: z.string().min(1),
    }),
  )
  .max(100)

/**
 * The cast of an API that runs already: a JSON array of role, name and token.
 * @throws UnusableTokens
 */
export async function readCast(file: string): Promise<Cast> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read'
    throw new UnusableTokens(`${file}: ${reason}`, { cause })
  }
  const parsed = tokensFile.safeParse(json)
  if (parsed.success) return castOf(parsed.data)
  // Only paths and rules: what stands in the file is secret.
  const rules = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new UnusableTokens(`${file}: ${rules.join('; ')}`)
}

function castOf(tokens: readonly PartyToken[]): Cast {
  const [site] = withRole(tokens, 'operator')
  const [first, second, ...others] = withRole(tokens, 'provider')
  const [regulator] = withRole(tokens, 'regulator')
  if (site === undefined || first === undefined || second === undefined) {
    throw new UnusableTokens('tokens of an operator and of two providers are needed')
  }
  const byParty = new Map(tokens.map(({ role, name, token }) => [`${role}:${name}`, token]))
  return {
    site,
    providers: [first, second, ...others],
    reader: regulator ?? site,
    tokens,
    tokenOf: ({ role, name }) => byParty.get(`${role}:${name}`) ?? '',
  }
}

function withRole(tokens: readonly PartyToken[], wanted: Party['role']): readonly Party[] {
  return tokens.filter(({ role }) => role === wanted).map(({ role, name }) => ({ role, name }))
}
