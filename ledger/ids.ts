import { v5 } from 'uuid'
import type { TransactionKey, TransactionReference } from '../domain/index.ts'

/** Namespace of all UUIDs derived here (RFC 9562 version 5). It must never change. */
const COUNTROOM_NAMESPACE = '5bd3f0f5-0c5e-4b0e-9d2a-6d1a54f3c9e7'

/** The id of the player a registration creates: a repeated registration names the same player. */
export function playerIdFor({ issuer, id }: TransactionKey): string {
  return v5(JSON.stringify(['player', issuer, id]), COUNTROOM_NAMESPACE)
}

/** The id of a gateway's payment, the same whoever it is settled for. */
export function paymentIdFor({ issuer, id }: TransactionKey): string {
  return v5(JSON.stringify(['payment', issuer, id]), COUNTROOM_NAMESPACE)
}

/** The id of what a command creates on an account. */
export function createdIdFor(playerId: string, { issuer, id }: TransactionKey): string {
  return v5(JSON.stringify(['created', playerId, issuer, id]), COUNTROOM_NAMESPACE)
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
  return v5(JSON.stringify(['event', playerId, issuer, id, digest, nth]), COUNTROOM_NAMESPACE)
}
