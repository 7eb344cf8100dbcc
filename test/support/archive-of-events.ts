import {
  type AccountEvent,
  type Archive,
  type ArchiveQuestion,
  type Answer,
  type RoundEnd,
  type Transaction,
} from '../../domain/index.ts'

type Balance = Answer['balance']

interface Fact<Value> {
  readonly revision: bigint
  readonly value: Value
}

/**
 * What read models say of one account, worked out from its events alone. It answers as of the very
 * revision a question demands and not later, so a question that demands too little gets a wrong
 * answer and a test that fails.
 */
export class ArchiveOfEvents {
  readonly #transactions = new Map<string, Fact<Transaction>[]>()
  readonly #rounds = new Map<string, Fact<RoundEnd>[]>()
  readonly #standingBets = new Map<string, Set<string>>()
  #balance: Balance = { cash: 0n, held: 0n }
  #revision = -1n

  record(event: AccountEvent): void {
    this.#revision += 1n
    if ('balance' in event.data) this.#balance = event.data.balance.after
    this.#recordPlay(event)
    const { issuer, id, digest } = event.data.transaction
    const answer: Answer = { result: resultOf(event), balance: this.#balance }
    const place = event.type === 'BetPlaced' ? keyOfRound(event.data) : undefined
    this.#transaction(
      `${issuer} ${id}`,
      place === undefined
        ? { kind: 'other', digest, answer }
        : { kind: 'bet', digest, answer, roundKey: place },
    )
  }

  /** Whether any event so far has used the id. */
  hasTransaction({ issuer, id }: { issuer: string; id: string }): boolean {
    return this.#transactions.has(`${issuer} ${id}`)
  }

  /** Whether the round has ever closed. */
  hasClosedRound(round: { provider: string; roundId: string }): boolean {
    return this.#rounds.has(keyOfRound(round))
  }

  answer({ transactions, rounds, coveredThrough }: ArchiveQuestion): Archive {
    const keys = transactions.map(({ issuer, id }) => `${issuer} ${id}`)
    return {
      transactions: asOf(this.#transactions, keys, coveredThrough),
      rounds: asOf(this.#rounds, rounds.map(keyOfRound), coveredThrough),
    }
  }

  #recordPlay(event: AccountEvent): void {
    switch (event.type) {
      case 'BetPlaced': {
        const round = keyOfRound(event.data)
        const standing = this.#standingBets.get(round) ?? new Set()
        this.#standingBets.set(round, standing.add(event.data.transaction.id))
        return
      }
      case 'RoundEnded':
        this.#round(keyOfRound(event.data), 'ended')
        return
      case 'BetTombstoned':
        this.#transaction(keyOfBet(event.data), { kind: 'tombstone' })
        return
      case 'BetRolledBack': {
        this.#transaction(keyOfBet(event.data), { kind: 'rolled-back bet' })
        const standing = this.#standingBets.get(keyOfRound(event.data))
        standing?.delete(event.data.betTransactionId)
        if (standing?.size === 0) this.#round(keyOfRound(event.data), 'cancelled')
        return
      }
      default:
    }
  }

  #transaction(key: string, value: Transaction): void {
    append(this.#transactions, key, { revision: this.#revision, value })
  }

  #round(key: string, value: RoundEnd): void {
    append(this.#rounds, key, { revision: this.#revision, value })
  }
}

function append<Value>(facts: Map<string, Fact<Value>[]>, key: string, fact: Fact<Value>): void {
  const known = facts.get(key)
  if (known === undefined) facts.set(key, [fact])
  else known.push(fact)
}

function asOf<Value>(
  facts: ReadonlyMap<string, readonly Fact<Value>[]>,
  keys: readonly string[],
  through: bigint,
): ReadonlyMap<string, Value> {
  return new Map(
    keys.flatMap((key) => {
      const last = facts.get(key)?.findLast(({ revision }) => revision <= through)
      return last === undefined ? [] : [[key, last.value] as const]
    }),
  )
}

function keyOfRound({ provider, roundId }: { provider: string; roundId: string }): string {
  return `${provider} ${roundId}`
}

function keyOfBet(data: { transaction: { issuer: string }; betTransactionId: string }): string {
  return `${data.transaction.issuer} ${data.betTransactionId}`
}

function resultOf(event: AccountEvent): Answer['result'] {
  if (event.type === 'BetRolledBack') return 'ROLLED_BACK'
  if (event.type === 'BetTombstoned') return 'TOMBSTONED'
  return event.type === 'RollbackRepeated' ? event.data.result : 'DONE'
}
