import {
  type Account,
  type Answer,
  emptyAccount,
  roundKey,
  type Transaction,
  transactionKey,
} from './account.ts'
import { type AccountEvent, evolutions } from './capabilities.ts'
import { remember } from './key-window.ts'

/** Folds one event into the account: what its capability makes of it, and the transaction it is from. */
export function evolve(account: Account, event: AccountEvent): Account {
  const handler = evolutions[event.type] as (
    account: Account,
    data: AccountEvent['data'],
  ) => Account
  const evolved = handler(account, event.data)
  const revision = account.revision + 1n
  return {
    ...evolved,
    revision,
    transactions: remember(
      evolved.transactions,
      transactionKey(event.data.transaction),
      transactionFrom(event, evolved),
      revision,
    ),
  }
}

/** Folds a history. */
export function fold(events: Iterable<AccountEvent>, account: Account = emptyAccount): Account {
  let folded = account
  for (const event of events) folded = evolve(folded, event)
  return folded
}

/** The answer of a command that brought about these events on this account. */
export function answerOf({ balance }: Account, event: AccountEvent): Answer {
  return { result: resultOf(event), balance }
}

function resultOf(event: AccountEvent): Answer['result'] {
  switch (event.type) {
    case 'BetRolledBack':
      return 'ROLLED_BACK'
    case 'BetTombstoned':
      return 'TOMBSTONED'
    case 'RollbackRepeated':
      return event.data.result
    default:
      return 'DONE'
  }
}

function transactionFrom(event: AccountEvent, account: Account): Transaction {
  const { digest } = event.data.transaction
  const answer = answerOf(account, event)
  if (event.type !== 'BetPlaced') return { kind: 'other', digest, answer }
  const { provider, roundId } = event.data
  return { kind: 'bet', digest, answer, roundKey: roundKey(provider, roundId) }
}
