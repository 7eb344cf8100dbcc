import { sql } from 'kysely'
import { type AccountEvent, type Balance, emptyAccount } from '../domain/index.ts'
import { ImpossibleEvent, type ProjectedEvent, type Projector } from './projector.ts'
import { columnList, type Columns, unnested } from './unnested.ts'

/** What a batch of events makes of an account. Null stands for what it leaves as it was. */
export interface AccountChange {
  readonly player_id: string
  readonly currency: string | null
  readonly jurisdiction: string | null
  readonly cash: bigint | null
  readonly held: bigint | null
  readonly registered_at: string | null
  readonly revision: bigint
  readonly position: bigint
  readonly updated_at: string
}

const columns: Columns<AccountChange> = {
  player_id: 'text',
  currency: 'text',
  jurisdiction: 'text',
  cash: 'numeric',
  held: 'numeric',
  registered_at: 'timestamptz',
  revision: 'bigint',
  position: 'numeric',
  updated_at: 'timestamptz',
}

/** The accounts as they stand: market, currency and balance of each player. */
export const balances: Projector = {
  name: 'balances',
  version: 1,

  async project(tx, events) {
    const changes = accountChanges(events)
    const registered = changes.filter((change) => change.registered_at !== null)
    const others = changes.filter((change) => change.registered_at === null)
    if (registered.length > 0) {
      const from = sql`select ${columnList(columns)} from ${unnested(columns, registered)}`
      await sql`insert into balances (${columnList(columns)}) ${from}`.execute(tx)
    }
    if (others.length > 0) {
      const { numAffectedRows } = await sql`
        update balances set
          cash = coalesce(given.cash, balances.cash),
          held = coalesce(given.held, balances.held),
          revision = given.revision,
          position = given.position,
          updated_at = given.updated_at
        from ${unnested(columns, others)}
        where balances.player_id = given.player_id`.execute(tx)
      if (numAffectedRows !== BigInt(others.length)) {
        throw new ImpossibleEvent('an account has events, but was never registered')
      }
    }
  },
}

/** One change a player: of each thing, the last word in the batch. */
export function accountChanges(events: readonly ProjectedEvent[]): AccountChange[] {
  const changes = new Map<string, AccountChange>()
  for (const event of events) {
    changes.set(event.playerId, changedBy(event, changes.get(event.playerId)))
  }
  return [...changes.values()]
}

function changedBy(
  { playerId, event, metadata, revision, position }: ProjectedEvent,
  before: AccountChange | undefined,
): AccountChange {
  const registered = event.type === 'PlayerRegistered' ? event.data : undefined
  const balance = registered ? emptyAccount.balance : balanceAfter(event)
  return {
    player_id: playerId,
    currency: registered?.currency ?? before?.currency ?? null,
    jurisdiction: registered?.jurisdiction ?? before?.jurisdiction ?? null,
    cash: balance?.cash ?? before?.cash ?? null,
    held: balance?.held ?? before?.held ?? null,
    registered_at: registered ? metadata.decidedAt : (before?.registered_at ?? null),
    revision,
    position,
    updated_at: metadata.decidedAt,
  }
}

function balanceAfter({ data }: AccountEvent): Balance | undefined {
  return 'balance' in data ? data.balance.after : undefined
}
