import { connectEventStore } from '../../infrastructure/event-store/index.ts'
import type { BenchContext } from '../harness/index.ts'
import type { Candidates } from './candidates.ts'
import { accountEvents, verifyAccounts } from './ledger/verify.ts'
import { DEPOSIT_MINOR, STAKE_MINOR } from './sizes.ts'
import type { SqlTotals } from './sql/sql-ledger.ts'

/** Bets that were acknowledged, and those that are stored. */
export interface Checked {
  readonly ledgerBets: { readonly acknowledged: number; readonly stored: number }
  readonly sqlBets: { readonly acknowledged: number; readonly stored: number }
}

/** @throws Error when a bet is missing, took effect twice, or money does not add up */
export async function check(
  { parts }: BenchContext,
  { connectionString, ledger, sql }: Candidates,
  players: number,
): Promise<Checked> {
  const eventStore = await parts.start(
    'event store',
    () => Promise.resolve(connectEventStore({ connectionString })),
    (store) => store.close(),
  )
  const acknowledged = await ledger.run('betsPlaced')
  const { accounts, bets } = await verifyAccounts(accountEvents(eventStore))
  if (accounts !== players) throw new Error(`${accounts} accounts are stored of ${players}`)
  if (bets !== acknowledged) throw new Error(`${bets} bets are stored of ${acknowledged}`)

  const totals = await sql.run('totals')
  checkSql(totals, players)
  return {
    ledgerBets: { acknowledged, stored: bets },
    sqlBets: { acknowledged: totals.placed, stored: totals.transfers },
  }
}

function checkSql(totals: SqlTotals, players: number): void {
  const { placed, transfers, entries, playersMinor, houseMinor } = totals
  if (transfers !== placed) throw new Error(`${transfers} transfers are stored of ${placed}`)
  if (entries !== 2 * placed) throw new Error(`${entries} entries are stored of ${2 * placed}`)
  const staked = BigInt(placed) * STAKE_MINOR
  if (houseMinor !== staked) throw new Error(`the house has ${houseMinor} of ${staked}`)
  if (playersMinor !== BigInt(players) * DEPOSIT_MINOR - staked)
    throw new Error(`the players have ${playersMinor}, which is not what is left of deposits`)
}
