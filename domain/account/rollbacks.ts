import { z } from 'zod'
import { command, externalId, partyName, transactionReference, uuid } from '../command.ts'
import { event } from '../event.ts'
import { money } from '../money/money.ts'
import { reject } from '../rejection.ts'
import {
  type Account,
  balanceChange,
  rollbackResults,
  roundKey,
  type Transaction,
  transactionKey,
  withEntry,
  withoutEntry,
} from './account.ts'
import { capability } from './capability.ts'
import { remember } from './key-window.ts'
import { closeRound, placeOf } from './rounds.ts'
import { transactionOf } from './transactions.ts'
import { moved } from './wallet.ts'

/**
 * A provider takes a bet back. A bet that never came gets a durable tombstone, so that it is refused
 * when it comes late. A bet stays once its round has ended or has brought a win after it.
 */

export const RollbackBet = command('RollbackBet', {
  provider: partyName,
  /** The provider's transaction id of the bet. */
  betTransactionId: externalId,
})

const rollback = {
  transaction: transactionReference,
  provider: partyName,
  betTransactionId: externalId,
}
export const BetRolledBack = event('BetRolledBack', 1, {
  ...rollback,
  gameId: externalId,
  sessionId: uuid,
  roundId: externalId,
  amount: money,
  balance: balanceChange,
})
export const BetTombstoned = event('BetTombstoned', 1, rollback)
/** A further rollback of the same bet under another id: no effect, but its id is taken. */
export const RollbackRepeated = event('RollbackRepeated', 1, {
  ...rollback,
  result: z.enum(rollbackResults).exclude(['ROLLED_BACK']),
})

export const rollbacks = capability(
  { RollbackBet },
  { BetRolledBack, BetTombstoned, RollbackRepeated },
  {
    decide: {
      RollbackBet(account, { provider, betTransactionId }, { transaction, archive }) {
        const named = { transaction, provider, betTransactionId }
        if (betTransactionId === transaction.id) {
          return reject('TRANSACTION_CONFLICT', { transactionId: transaction.id })
        }
        const bet = transactionOf(account, archive, betKey(named))
        if (bet === undefined) return [BetTombstoned(named)]
        if (bet.kind === 'tombstone') return [RollbackRepeated({ ...named, result: 'TOMBSTONED' })]
        if (bet.kind === 'rolled-back bet') {
          return [RollbackRepeated({ ...named, result: 'ALREADY_ROLLED_BACK' })]
        }
        if (bet.kind !== 'bet') return reject('NOT_A_BET', { betTransactionId })
        const round = account.rounds.get(bet.roundKey)
        const standing = round?.bets.get(betKey(named))
        if (round === undefined || standing === undefined || standing.isSettled) {
          return reject('BET_SETTLED', { betTransactionId })
        }
        const amount = { minor: standing.minor, currency: account.identity?.currency ?? '' }
        const balance = moved(account, { cash: standing.minor })
        return [BetRolledBack({ ...named, ...placeOf(round), amount, balance })]
      },
    },

    evolve: {
      BetRolledBack: (account, { balance, ...data }) => {
        const key = roundKey(data.provider, data.roundId)
        const noted = note(account, betKey(data), { kind: 'rolled-back bet' })
        return withoutBet({ ...noted, balance: balance.after }, key, betKey(data))
      },
      BetTombstoned: (account, data) => note(account, betKey(data), { kind: 'tombstone' }),
      RollbackRepeated: (account) => account,
    },
  },
)

function withoutBet(account: Account, key: string, bet: string): Account {
  const round = account.rounds.get(key)
  if (round === undefined) return account
  const bets = withoutEntry(round.bets, bet)
  if (bets.size === 0) return closeRound(account, key, 'cancelled')
  return { ...account, rounds: withEntry(account.rounds, key, { ...round, bets }) }
}

function note(account: Account, key: string, transaction: Transaction): Account {
  const revision = account.revision + 1n
  return { ...account, transactions: remember(account.transactions, key, transaction, revision) }
}

/** Bets and their rollbacks come from the same issuer, so a provider cannot touch another's bets. */
function betKey(data: { transaction: { issuer: string }; betTransactionId: string }): string {
  return transactionKey({ issuer: data.transaction.issuer, id: data.betTransactionId })
}
