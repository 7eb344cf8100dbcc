import { reject, type Rejection } from '../rejection.ts'
import { type Account, roundKey, transactionKey } from './account.ts'
import { type AccountCommand, type AccountEvent, decisions, gates } from './capabilities.ts'
import type { Context } from './capability.ts'
import { isForgotten } from './key-window.ts'
import { type Replay, replayOrConflict } from './transactions.ts'

/**
 * Decides a command on an account: the events it brings about, the stored answer when it is a
 * repetition, or a refusal. Pure and total: the same arguments give the same decision.
 */
export function decide(
  account: Account,
  command: AccountCommand,
  context: Context,
): readonly AccountEvent[] | Replay | Rejection {
  return (
    replayOrConflict(account, command.type, context) ??
    notRegistered(account, command) ??
    stopped(account, command, context) ??
    decideByType(account, command, context)
  )
}

/** What must be looked up in the archive before a command is decided; nothing for nearly all commands. */
export interface ArchiveQuestion {
  readonly transactions: readonly { readonly issuer: string; readonly id: string }[]
  readonly rounds: readonly { readonly provider: string; readonly roundId: string }[]
  /** The archive must contain all events of the account up to this revision for its word to count. */
  readonly coveredThrough: bigint
}

/** Asks for the keys a command depends on which the account may have dropped from its windows. */
export function archiveQuestion(
  { transactions, closedRounds }: Account,
  { transaction, data }: AccountCommand,
): ArchiveQuestion | undefined {
  const keys = [transaction]
  if ('betTransactionId' in data) keys.push({ ...transaction, id: data.betTransactionId })
  const droppedKeys = keys.filter((key) => isForgotten(transactions, transactionKey(key)))
  const droppedRounds =
    'roundId' in data && isForgotten(closedRounds, roundKey(data.provider, data.roundId))
      ? [{ provider: data.provider, roundId: data.roundId }]
      : []
  if (droppedKeys.length === 0 && droppedRounds.length === 0) return undefined
  const { droppedThrough } = transactions
  const coveredThrough =
    droppedThrough > closedRounds.droppedThrough ? droppedThrough : closedRounds.droppedThrough
  return { transactions: droppedKeys, rounds: droppedRounds, coveredThrough }
}

function notRegistered({ identity }: Account, { type, playerId }: AccountCommand) {
  if (identity !== undefined || type === 'RegisterPlayer') return undefined
  return reject('PLAYER_NOT_FOUND', { playerId })
}

function stopped(account: Account, command: AccountCommand, context: Context) {
  for (const gate of gates) {
    const rejection = askGate(gate, account, command, context)
    if (rejection !== undefined) return rejection
  }
  return undefined
}

function askGate(
  gate: (typeof gates)[number],
  account: Account,
  command: AccountCommand,
  context: Context,
): Rejection | undefined {
  switch (command.type) {
    case 'PlaceBet':
      return gate.bet?.(account, command.data, context)
    case 'SettleDeposit':
      return gate.deposit?.(account, command.data, context)
    case 'RequestWithdrawal':
      return gate.withdrawal?.(account, command.data, context)
    default:
      return undefined
  }
}

function decideByType(account: Account, command: AccountCommand, context: Context) {
  const handler = decisions[command.type] as (
    account: Account,
    data: AccountCommand['data'],
    context: Context,
  ) => readonly AccountEvent[] | Rejection
  return handler(account, command.data, context)
}
