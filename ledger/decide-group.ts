import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Account,
  type AccountCommand,
  type AccountEvent,
  answerOf,
  type Archive,
  archiveQuestion,
  type ArchiveQuestion,
  type Context,
  decide,
  emptyArchive,
  encodeEvent,
  evolve,
  type JurisdictionCode,
  type JurisdictionRules,
  reject,
  type Rejection,
  type TransactionReference,
} from '../domain/index.ts'
import type { JsonObject, NewEvent } from '../infrastructure/event-store/index.ts'
import type { ArchiveReader } from './archive.ts'
import { digestOf } from './digest.ts'
import { asFailure } from './failure.ts'
import { createdIdFor, eventIdFor } from './ids.ts'
import type { CommandOrigin } from './ledger.ts'
import type { PaymentClaim } from './payments.ts'
import { type Accepted, type AccountBalance, type Rejected, TryAgain } from './outcome.ts'

/** What decisions need beside accounts and commands. */
export interface Deciding {
  readonly archive: ArchiveReader
  readonly rules: Readonly<Record<JurisdictionCode, JurisdictionRules>>
  readonly now: () => Date
  /** Assigns a gateway's payment to a player; false when it is another player's. */
  readonly claimPayment: (claim: PaymentClaim) => Promise<boolean>
}

/** A command with its origin. */
export interface Order {
  readonly command: AccountCommand
  readonly origin: CommandOrigin
}

/** What a command's outcome will be once the group's events are durable. */
export type Verdict = Omit<Accepted, 'position'> | Rejected | Error

export interface DecidedGroup {
  readonly events: readonly NewEvent[]
  /** One for each command decided, in order; commands beyond them wait for the next group. */
  readonly verdicts: readonly Verdict[]
  /** The account with the events folded in. */
  readonly account: Account
}

/** So many events, and those of the command that reaches the number, stay far below an append's limit. */
const GROUP_EVENTS_MAX = 256

const ARCHIVE_TIMEOUT_MS = 3_000

/** Decides commands one after the other, each upon what those before it have brought about. */
export async function decideGroup(
  account: Account,
  orders: readonly Order[],
  deciding: Deciding,
): Promise<DecidedGroup> {
  const events: NewEvent[] = []
  const verdicts: Verdict[] = []
  let current = account
  for (const order of orders) {
    const decided = await decideOrFail(current, order, deciding)
    current = decided.account
    events.push(...decided.events)
    verdicts.push(decided.verdict)
    if (events.length >= GROUP_EVENTS_MAX) break
  }
  return { events, verdicts, account: current }
}

/** A command that fails leaves the others of its group alone. */
async function decideOrFail(
  account: Account,
  order: Order,
  deciding: Deciding,
): Promise<DecidedOne> {
  try {
    return await decideOne(account, order, deciding)
  } catch (error) {
    return { account, events: [], verdict: asFailure(error) }
  }
}

interface DecidedOne {
  readonly account: Account
  readonly events: readonly NewEvent[]
  readonly verdict: Verdict
}

async function decideOne(
  account: Account,
  order: Order,
  { archive, rules, now, claimPayment }: Deciding,
): Promise<DecidedOne> {
  const { command, origin } = order
  const unchanged = (verdict: Verdict): DecidedOne => ({ account, events: [], verdict })

  const jurisdiction = jurisdictionOf(account, command)
  if (jurisdiction === undefined) {
    return unchanged(rejected(account, reject('PLAYER_NOT_FOUND', { playerId: command.playerId })))
  }
  const question = archiveQuestion(account, command)
  const lookedUp =
    question === undefined ? emptyArchive : await lookUp(command.playerId, question, archive)
  if (lookedUp instanceof TryAgain) return unchanged(lookedUp)

  const id = createdIdFor(command.playerId, command.transaction)
  const transaction = { ...command.transaction, digest: digestOf(command) }
  const context: Context = { transaction, id, rules: rules[jurisdiction], archive: lookedUp }
  const decision = decide(account, command, context)

  if ('rejected' in decision) return unchanged(rejected(account, decision))
  if ('replayed' in decision) {
    const { result, balance } = decision.replayed
    const answered = { ...balance, currency: currencyOf(account) }
    return unchanged({ status: 'accepted', replayed: true, result, id, balance: answered })
  }
  const stamp = { jurisdiction, decidedAt: now().toISOString() }
  if (command.type === 'SettleDeposit') {
    const { playerId, transaction: payment } = command
    const isOurs = await claimPayment({ playerId, transaction: payment, origin, ...stamp })
    if (!isOurs) return unchanged(rejected(account, conflictOf(command)))
  }
  const evolved = decision.reduce(evolve, account)
  return {
    account: evolved,
    events: decision.map((event, nth) => toNewEvent(order, transaction, event, nth, stamp)),
    verdict: accepted(evolved, decision, id),
  }
}

function conflictOf({ transaction }: AccountCommand): Rejection {
  return reject('TRANSACTION_CONFLICT', { transactionId: transaction.id })
}

/** The market whose rules hold; undefined for a command on an account that does not exist. */
function jurisdictionOf(
  { identity }: Account,
  command: AccountCommand,
): JurisdictionCode | undefined {
  if (identity !== undefined) return identity.jurisdiction
  return command.type === 'RegisterPlayer' ? command.data.jurisdiction : undefined
}

async function lookUp(
  playerId: string,
  question: ArchiveQuestion,
  archive: ArchiveReader,
): Promise<Archive | TryAgain> {
  try {
    const found = await within(ARCHIVE_TIMEOUT_MS, archive.find(playerId, question))
    return found ?? new TryAgain('ARCHIVE_BEHIND', 1_000)
  } catch (cause) {
    return new TryAgain('UNAVAILABLE', 1_000, { cause })
  }
}

/** Bounds a wait, as those behind the command wait as well. @throws Error when it takes longer */
async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  const late = new AbortController()
  const timeout = sleep(timeoutMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer in ${timeoutMs} ms`)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    late.abort()
    await timeout.catch(() => undefined) // aborted, or already told
  }
}

function toNewEvent(
  { command, origin }: Order,
  transaction: TransactionReference,
  event: AccountEvent,
  nth: number,
  stamp: { readonly jurisdiction: JurisdictionCode; readonly decidedAt: string },
): NewEvent {
  const { actor, correlationId } = origin
  return {
    id: eventIdFor(command.playerId, transaction, nth),
    type: event.type,
    data: encodeEvent(event) as JsonObject,
    metadata: {
      schemaVersion: event.version,
      actor,
      correlationId,
      causationId: `${transaction.issuer} ${transaction.id}`,
      ...stamp,
    },
  }
}

function accepted(account: Account, events: readonly AccountEvent[], id: string): Verdict {
  const last = events.at(-1)
  if (last === undefined) throw new Error('a decision without events is not an acceptance')
  const { result } = answerOf(account, last)
  const balance = { ...account.balance, currency: currencyOf(account) }
  return { status: 'accepted', replayed: false, result, id, balance }
}

function rejected({ identity, balance }: Account, rejection: Rejection): Rejected {
  if (identity === undefined) return { status: 'rejected', rejection }
  const actual: AccountBalance = { ...balance, currency: identity.currency }
  return { status: 'rejected', rejection, balance: actual }
}

function currencyOf({ identity }: Account): string {
  if (identity === undefined) throw new Error('an account with money has an identity')
  return identity.currency
}
