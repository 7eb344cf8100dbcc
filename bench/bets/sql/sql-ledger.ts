import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { DEPOSIT_MINOR, STAKE_MINOR } from '../sizes.ts'
import { HOUSE_ID, PLACE_BET, SCHEMA } from './schema.ts'

/** What the tables say in the end. */
export interface SqlTotals {
  /** Bets sent, each answered "placed". */
  readonly placed: number
  readonly transfers: number
  readonly entries: number
  readonly playersMinor: bigint
  readonly houseMinor: bigint
}

interface Player {
  readonly id: string
  readonly sessionId: string
}

/** The ledger in SQL: a bet is one call of one function, prepared once on each connection. */
export class SqlLedger {
  readonly #pool: Pool
  #players: readonly Player[] = []
  #bets = 0

  constructor(url: string, connections: number) {
    this.#pool = new Pool({ connectionString: url, max: connections, min: connections })
  }

  /** Makes tables, function and players with money. */
  async open(count: number): Promise<void> {
    this.#players = Array.from({ length: count }, () => ({
      id: randomUUID(),
      sessionId: randomUUID(),
    }))
    await this.#pool.query(SCHEMA + PLACE_BET)
    await this.#pool.query(
      'INSERT INTO account SELECT id, $2 FROM unnest($1::uuid[]) AS id UNION ALL SELECT $3, 0',
      [this.#players.map(({ id }) => id), DEPOSIT_MINOR, HOUSE_ID],
    )
    await this.#pool.query('VACUUM ANALYZE')
  }

  /** Places one bet of a player picked by chance. @throws Error when it is refused */
  async placeBet(): Promise<void> {
    const player = this.#players[Math.floor(Math.random() * this.#players.length)]
    this.#bets += 1
    const bet = `bet-${this.#bets.toString().padStart(16, '0')}`
    const { rows } = await this.#pool.query<{ status: string }>({
      name: 'place_bet',
      text: 'SELECT status, balance_after FROM place_bet($1, $2, $3, $4, $5, $6, $7, $8)',
      values: [
        player?.id,
        bet,
        'acme',
        player?.sessionId,
        `round-${this.#bets}`,
        STAKE_MINOR,
        'provider:acme',
        randomUUID(),
      ],
    })
    if (rows[0]?.status !== 'placed') throw new Error(`${bet} was answered ${rows[0]?.status}`)
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async totals(): Promise<SqlTotals> {
    const { rows } = await this.#pool.query<Record<string, string>>(
      `SELECT (SELECT count(*) FROM transfer) AS transfers,
              (SELECT count(*) FROM entry) AS entries,
              (SELECT sum(balance) FROM account WHERE id <> $1) AS players,
              (SELECT balance FROM account WHERE id = $1) AS house`,
      [HOUSE_ID],
    )
    const [{ transfers, entries, players = '', house = '' } = {}] = rows
    return {
      placed: this.#bets,
      transfers: Number(transfers),
      entries: Number(entries),
      playersMinor: BigInt(players),
      houseMinor: BigInt(house),
    }
  }
}
