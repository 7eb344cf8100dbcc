import { type Answer, keyOf, type Request } from '../requests.ts'

/** Counts what was sent and answered. */
export class Tally {
  bets = 0
  wins = 0
  rollbacks = 0
  tombstones = 0
  deposits = 0
  withdrawals = 0
  /** Definite answers, and those of them that acknowledge a first coming. */
  answers = 0
  acknowledged = 0
  /** Requests under an id that their issuer had sent for the player before. */
  duplicatesSent = 0
  givenUp = 0
  readonly #sent = new Set<string>()
  readonly #refusals = new Map<string, number>()
  readonly #witnessed = new Map<string, number>()

  /** Refusals by code, of business and of input. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals
  }
  /** How often each situation of a day has really come about. */
  get witnessed(): ReadonlyMap<string, number> {
    return this.#witnessed
  }

  witness(situation: string): void {
    add(this.#witnessed, situation)
  }

  sent(player: string, request: Request): void {
    const key = `${player} ${keyOf(request)}`
    if (this.#sent.has(key)) this.duplicatesSent += 1
    this.#sent.add(key)
  }

  answered(request: Request, answer: Answer): void {
    this.answers += 1
    if (answer.kind !== 'accepted') {
      add(this.#refusals, answer.code)
      return
    }
    if (answer.replayed) return
    this.acknowledged += 1
    if (request.kind === 'placeBet') this.bets += 1
    if (request.kind === 'creditWin') this.wins += 1
    if (request.kind === 'settleDeposit') this.deposits += 1
    if (request.kind === 'requestWithdrawal') this.withdrawals += 1
    if (answer.result === 'ROLLED_BACK') this.rollbacks += 1
    if (answer.result === 'TOMBSTONED') this.tombstones += 1
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
