import { parse, v5 } from 'uuid'
import type { TransactionKey, TransactionReference } from '../domain/index.ts'

/** Namespace of all UUIDs derived here (RFC 9562 version 5). It must never change. */
const COUNTROOM_NAMESPACE = parse('5bd3f0f5-0c5e-4b0e-9d2a-6d1a54f3c9e7')

/** The id of the player a registration creates: a repeated registration names the same player. */
export function playerIdFor({ issuer, id }: TransactionKey): string {
  return derivedId(['player', issuer, id])
}

/** The id of a gateway's payment, the same whoever it is settled for. */
export function paymentIdFor({ issuer, id }: TransactionKey): string {
  return derivedId(['payment', issuer, id])
}

/** The id of what a command creates on an account. */
export function createdIdFor(playerId: string, { issuer, id }: TransactionKey): string {
  return derivedId(['created', playerId, issuer, id])
}

/**
 * The id of a command's nth event: a retry of the command is the same event. The digest is part of
 * it, or else the event store would take another request under the same transaction id, decided at
 * the same moment by another process, for a retry and acknowledge what was never stored.
 */
export function eventIdFor(
  playerId: string,
  { issuer, id, digest }: TransactionReference,
  nth: number,
): string {
  return derivedId(['event', playerId, issuer, id, digest, nth])
}

/** Both arguments go in as bytes: of texts the package makes bytes far more slowly. */
function derivedId(parts: readonly (string | number)[]): string {
  return v5(Buffer.from(JSON.stringify(parts)), COUNTROOM_NAMESPACE)
}
