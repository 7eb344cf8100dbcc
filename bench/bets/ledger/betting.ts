import { randomUUID } from 'node:crypto'
import type { AccountCommand } from '../../../domain/index.ts'
import type { Ledger, Outcome } from '../../../ledger/index.ts'
import { acceptedOnce, betOf, type Player } from './players.ts'

/** Of a hundred commands so many are sent twice at the same moment, and as many again later. */
const TWICE_AT_ONCE = 0.05
const TWICE_LATER = 0.05
/** How far back a command may lie that is sent again. */
const REMEMBERED_MAX = 2_000

/** Places bets, each once or some of them twice. */
export class Betting {
  readonly #ledger: Ledger
  readonly #players: readonly Player[]
  readonly #remembered: AccountCommand[] = []
  #bets = 0

  constructor(ledger: Ledger, players: readonly Player[]) {
    this.#ledger = ledger
    this.#players = players
  }

  /** Bets placed so far. */
  get bets(): number {
    return this.#bets
  }

  /** Places one bet. @throws Error when it is refused */
  async placeOnce(): Promise<void> {
    acceptedOnce(await this.#execute(this.#nextBet()))
  }

  /**
   * Places one bet; now and then its command is sent twice at once, or an earlier one once more.
   * @throws Error when one of two equal commands is not the repetition of the other
   */
  async placeWithRepetitions(): Promise<void> {
    const chance = Math.random()
    const bet = this.#nextBet()
    if (chance < TWICE_AT_ONCE) await this.#placeTwiceAtOnce(bet)
    else if (chance < TWICE_AT_ONCE + TWICE_LATER) await this.#placeAndRepeatEarlier(bet)
    else acceptedOnce(await this.#execute(bet))
    this.#remember(bet)
  }

  async #placeTwiceAtOnce(bet: AccountCommand): Promise<void> {
    const outcomes = await Promise.all([this.#execute(bet), this.#execute(bet)])
    if (outcomes.filter(isRepetition).length !== 1)
      throw new Error('two equal commands had not one effect')
  }

  async #placeAndRepeatEarlier(bet: AccountCommand): Promise<void> {
    const earlier = this.#remembered[Math.floor(Math.random() * this.#remembered.length)]
    const [placed, repeated] = await Promise.all([
      this.#execute(bet),
      earlier && this.#execute(earlier),
    ])
    acceptedOnce(placed)
    if (repeated && !isRepetition(repeated))
      throw new Error('a command sent again was not recognized')
  }

  #nextBet(): AccountCommand {
    this.#bets += 1
    return betOf(this.#players, this.#bets)
  }

  #execute(command: AccountCommand): Promise<Outcome> {
    return this.#ledger.execute(command, { actor: 'provider:acme', correlationId: randomUUID() })
  }

  #remember(bet: AccountCommand): void {
    if (this.#remembered.length < REMEMBERED_MAX) this.#remembered.push(bet)
    else this.#remembered[this.#bets % REMEMBERED_MAX] = bet
  }
}

function isRepetition(outcome: Outcome): boolean {
  return outcome.status === 'accepted' && outcome.replayed
}
