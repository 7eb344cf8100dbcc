import { type Account, type Transaction, transactionKey } from './account.ts'
import type { Archive, Context } from './capability.ts'
import { recall } from './key-window.ts'
import { reject, type Rejection } from '../rejection.ts'
import type { Answer } from './account.ts'

/** Idempotency: one (issuer, transaction id), one effect, for ever. */

/** A transaction the account has seen, from its window or else from the archive. */
export function transactionOf(
  account: Account,
  archive: Archive,
  key: string,
): Transaction | undefined {
  return recall(account.transactions, key) ?? archive.transactions.get(key)
}

/** The command is a repetition: it gets the answer its first coming got. */
export interface Replay {
  readonly replayed: Answer
}

/**
 * Judges a transaction id before anything else: undefined when it is new, the stored answer when the
 * same request came before, a refusal when the id stands for another request or for a tombstone.
 */
export function replayOrConflict(
  account: Account,
  commandType: string,
  { transaction, archive }: Context,
): Replay | Rejection | undefined {
  const seen = transactionOf(account, archive, transactionKey(transaction))
  if (seen === undefined) return undefined
  const conflict = reject('TRANSACTION_CONFLICT', { transactionId: transaction.id })
  switch (seen.kind) {
    case 'tombstone':
      return commandType === 'PlaceBet' ? reject('BET_TOMBSTONED') : conflict
    case 'rolled-back bet':
      return commandType === 'PlaceBet' ? reject('BET_ROLLED_BACK') : conflict
    case 'bet':
    case 'other':
      return seen.digest === transaction.digest ? { replayed: seen.answer } : conflict
  }
}
