import type { AccountCommand } from '../../../domain/index.ts'

interface Round {
  readonly game: string | undefined
  state: 'open' | 'ended' | 'cancelled'
  wins: number
  standing: number
}

/**
 * An account as a short, naive program: plain maps that forget nothing, and nothing shared with the
 * domain but the commands. Two programs written apart must come to the same decisions and balances.
 */
export class ReferenceModel {
  cash = 0n
  held = 0n
  #currency: string | undefined
  readonly #answers = new Map<string, { content: string; answer: string }>()
  readonly #bets = new Map<string, { round: Round; stake: bigint; winsBefore: number }>()
  readonly #deadBets = new Map<string, 'ALREADY_ROLLED_BACK' | 'TOMBSTONED'>()
  readonly #sessions = new Map<string, { provider: string; game: string }>()
  readonly #rounds = new Map<string, Round>()
  readonly #withdrawals = new Map<string, bigint>()

  /** What becomes of a command, in words. `createdId` names the session or withdrawal it creates. */
  send(command: AccountCommand, createdId: string): string {
    const key = keyOf(command.transaction)
    const content = JSON.stringify([command.type, command.data], (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    if (this.#deadBets.has(key)) return 'refused'
    const known = this.#answers.get(key)
    if (known !== undefined) return known.content === content ? `again ${known.answer}` : 'refused'
    if (this.#currency === undefined && command.type !== 'RegisterPlayer') return 'refused'
    if ('amount' in command.data && command.data.amount.currency !== this.#currency)
      return 'refused'
    const result = this.#effect(command, key, createdId)
    if (result === undefined) return 'refused'
    const answer = `${result} with ${this.cash}`
    this.#answers.set(key, { content, answer })
    return answer
  }

  #effect(command: AccountCommand, key: string, createdId: string): string | undefined {
    switch (command.type) {
      case 'RegisterPlayer':
        if (this.#currency !== undefined) return undefined
        this.#currency = command.data.currency
        return 'DONE'
      case 'SettleDeposit':
        this.cash += command.data.amount.minor
        return 'DONE'
      case 'OpenGameSession': {
        const { provider, gameId } = command.data
        this.#sessions.set(createdId, { provider, game: gameId })
        return 'DONE'
      }
      case 'CloseGameSession': {
        const { sessionId, provider } = command.data
        if (this.#sessions.get(sessionId)?.provider !== provider) return undefined
        this.#sessions.delete(sessionId)
        return 'DONE'
      }
      case 'PlaceBet':
        return this.#bet(key, command.data)
      case 'CreditWin': {
        const round = this.#openRound(command.data)
        if (round === undefined) return undefined
        this.cash += command.data.amount.minor
        round.wins += 1
        if (command.data.endsRound) round.state = 'ended'
        return 'DONE'
      }
      case 'EndRound': {
        const round = this.#openRound(command.data)
        if (round === undefined) return undefined
        round.state = 'ended'
        return 'DONE'
      }
      case 'RollbackBet':
        return this.#rollBack(
          key,
          keyOf({ ...command.transaction, id: command.data.betTransactionId }),
        )
      case 'RequestWithdrawal': {
        const { minor } = command.data.amount
        if (minor > this.cash) return undefined
        this.cash -= minor
        this.held += minor
        this.#withdrawals.set(createdId, minor)
        return 'DONE'
      }
      case 'SettleWithdrawal':
      case 'CancelWithdrawal': {
        const minor = this.#withdrawals.get(command.data.withdrawalId)
        if (minor === undefined) return undefined
        this.#withdrawals.delete(command.data.withdrawalId)
        this.held -= minor
        if (command.type === 'CancelWithdrawal') this.cash += minor
        return 'DONE'
      }
    }
  }

  #bet(
    key: string,
    bet: { provider: string; sessionId: string; roundId: string; amount: { minor: bigint } },
  ): string | undefined {
    const session = this.#sessions.get(bet.sessionId)
    if (session?.provider !== bet.provider || bet.amount.minor > this.cash) return undefined
    const known = this.#rounds.get(`${bet.provider}/${bet.roundId}`)
    if (known?.state === 'ended') return undefined
    if (known?.state === 'open' && known.game !== session.game) return undefined
    const fresh: Round = { game: session.game, state: 'open', wins: 0, standing: 0 }
    const round = known?.state === 'open' ? known : fresh
    this.#rounds.set(`${bet.provider}/${bet.roundId}`, round)
    round.standing += 1
    this.cash -= bet.amount.minor
    this.#bets.set(key, { round, stake: bet.amount.minor, winsBefore: round.wins })
    return 'DONE'
  }

  #rollBack(key: string, betKey: string): string | undefined {
    if (key === betKey) return undefined
    const dead = this.#deadBets.get(betKey)
    if (dead !== undefined) return dead
    const bet = this.#bets.get(betKey)
    if (bet === undefined) {
      if (this.#answers.has(betKey)) return undefined
      this.#deadBets.set(betKey, 'TOMBSTONED')
      return 'TOMBSTONED'
    }
    if (bet.round.wins > bet.winsBefore || bet.round.state !== 'open') return undefined
    this.cash += bet.stake
    bet.round.standing -= 1
    if (bet.round.standing === 0) bet.round.state = 'cancelled'
    this.#deadBets.set(betKey, 'ALREADY_ROLLED_BACK')
    return 'ROLLED_BACK'
  }

  #openRound({ provider, roundId }: { provider: string; roundId: string }): Round | undefined {
    const round = this.#rounds.get(`${provider}/${roundId}`)
    return round?.state === 'open' ? round : undefined
  }
}

function keyOf({ issuer, id }: { issuer: string; id: string }): string {
  return JSON.stringify([issuer, id])
}
