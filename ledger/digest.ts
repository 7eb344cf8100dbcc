import { hash } from 'node:crypto'
import type { AccountCommand } from '../domain/index.ts'

/**
 * SHA-256 (base64url) of the canonical request: its type, player and data with sorted keys. Two requests
 * under one transaction id are the same when their digests are.
 */
export function digestOf({ type, playerId, data }: AccountCommand): string {
  return hash('sha256', `["${type}",${JSON.stringify(playerId)},${canonical(data)}]`, 'base64url')
}

/** The value as JSON with sorted keys, a big integer as the string of its digits and an `n`. */
function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}n"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
  return `{${members.join(',')}}`
}
