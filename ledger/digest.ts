import { createHash } from 'node:crypto'
import type { AccountCommand } from '../domain/index.ts'

/**
 * SHA-256 (base64url) of the canonical request: its type, player and data with sorted keys. Two requests
 * under one transaction id are the same when their digests are.
 */
export function digestOf({ type, playerId, data }: AccountCommand): string {
  return createHash('sha256')
    .update(canonical([type, playerId, data]))
    .digest('base64url')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
