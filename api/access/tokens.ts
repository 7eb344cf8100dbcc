import { createHash } from 'node:crypto'
import { z } from 'zod'
import { partyName } from '../../domain/index.ts'
import { type Caller, roles } from './caller.ts'

/** Bearer tokens (RFC 6750). Only their hashes are known here. */

const TOKENS_MAX = 10_000

const accessToken = z.strictObject({
  role: z.enum(roles),
  name: partyName,
  /** Of the token, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'),
})

/** Who may call the API, as it stands in the configuration. */
export const accessTokens = z
  .array(accessToken)
  .max(TOKENS_MAX)
  .refine((tokens) => new Set(tokens.map(({ sha256 }) => sha256)).size === tokens.length, {
    message: 'must not hold the same token twice',
  })
export type AccessToken = z.output<typeof accessToken>

const BEARER_PATTERN = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i
const HEADER_LENGTH_MAX = 600

/**
 * Finds the caller an Authorization header stands for; undefined when it is missing, malformed or
 * unknown. The token is looked up by its hash, so the time it takes tells nothing about any token.
 */
export function callerLookup(
  tokens: readonly AccessToken[],
): (authorization: string | undefined) => Caller | undefined {
  const callers = new Map<string, Caller>(
    tokens.map(({ sha256, role, name }) => [sha256, { role, name }]),
  )
  return (authorization = '') => {
    if (authorization.length > HEADER_LENGTH_MAX) return undefined
    const [, token] = BEARER_PATTERN.exec(authorization) ?? []
    if (token === undefined) return undefined
    return callers.get(createHash('sha256').update(token).digest('hex'))
  }
}
