import { ACCOUNT_STREAM_PREFIX } from '../../../domain/index.ts'
import type {
  EventStore,
  Json,
  JsonObject,
  RecordedEvent,
} from '../../../infrastructure/event-store/index.ts'
import { DEPOSIT_MINOR, STAKE_MINOR } from '../sizes.ts'

/** An event as it is stored. */
export type AccountEvent = Pick<RecordedEvent, 'stream' | 'type' | 'data'>

/** What the streams say in the end. */
export interface Verified {
  readonly accounts: number
  readonly bets: number
  /** What is left of all deposits, in minor units. */
  readonly leftMinor: bigint
}

/**
 * Checks the events of all accounts, with no help of the ledger: each bet is there once, every
 * balance follows from the one before it, and what is left is the deposits less the stakes.
 *
 * @throws Error naming what does not add up
 */
export async function verifyAccounts(events: AsyncIterable<AccountEvent>): Promise<Verified> {
  const cash = new Map<string, bigint>()
  const transactions = new Set<string>()
  for await (const event of events) {
    if (event.type === 'DepositSettled') cash.set(event.stream, minorOf(event, 'after'))
    if (event.type !== 'BetPlaced') continue
    const { stream } = event
    const id = textAt(event.data, 'transaction', 'id')
    if (transactions.has(id)) throw new Error(`${id} took effect twice`)
    transactions.add(id)
    const before = minorOf(event, 'before')
    if (before !== cash.get(stream)) throw new Error(`${id}: the balance before it is another`)
    const after = minorOf(event, 'after')
    if (after !== before - STAKE_MINOR) throw new Error(`${id}: the balance after it is wrong`)
    cash.set(stream, after)
  }
  const leftMinor = [...cash.values()].reduce((sum, minor) => sum + minor, 0n)
  const expected = BigInt(cash.size) * DEPOSIT_MINOR - BigInt(transactions.size) * STAKE_MINOR
  if (leftMinor !== expected) throw new Error(`${leftMinor} minor units are left of ${expected}`)
  return { accounts: cash.size, bets: transactions.size, leftMinor }
}

/** All events of accounts, in their order. @throws Error when the event store is lost */
export async function* accountEvents(eventStore: EventStore): AsyncGenerator<AccountEvent> {
  const { signal } = new AbortController()
  const streamPrefixes = [ACCOUNT_STREAM_PREFIX]
  for await (const item of eventStore.subscribeToAll({ streamPrefixes, signal })) {
    if (item.kind === 'caught-up') return
    if (item.kind === 'lost') throw new Error(`the subscription was lost: ${item.reason}`)
    yield item.event
  }
}

function minorOf({ data }: AccountEvent, when: 'before' | 'after'): bigint {
  return BigInt(textAt(data, 'balance', when, 'cash'))
}

function textAt(data: JsonObject, ...path: readonly string[]): string {
  let value: Json | undefined = data
  for (const name of path) value = (value as JsonObject | undefined)?.[name]
  if (typeof value !== 'string') throw new Error(`no text at ${path.join('.')}`)
  return value
}
