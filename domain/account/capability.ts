import type { CommandDefinition, TransactionReference } from '../command.ts'
import type { EventDefinition } from '../event.ts'
import type { Money } from '../money/money.ts'
import type { Rejection } from '../rejection.ts'
import type { JurisdictionRules } from '../rules.ts'
import type { z } from 'zod'
import type { Account, RoundEnd, Transaction } from './account.ts'

/** What a decision depends on beside the account and the command. */
export interface Context {
  readonly transaction: TransactionReference
  /** A UUID derived from the account and the transaction: names what the command creates. */
  readonly id: string
  /** The rules of the account's market; for a registration, of the market it names. */
  readonly rules: JurisdictionRules
  /** What the read models say of keys the account has dropped from its windows. */
  readonly archive: Archive
}

/** Facts about dropped keys, looked up before the decision. A key that is absent was never used. */
export interface Archive {
  readonly transactions: ReadonlyMap<string, Transaction>
  readonly rounds: ReadonlyMap<string, RoundEnd>
}

export const emptyArchive: Archive = { transactions: new Map(), rounds: new Map() }

/** What gates may look at. */
export interface Gated {
  readonly bet: {
    readonly provider: string
    readonly sessionId: string
    readonly roundId: string
    readonly amount: Money
  }
  readonly deposit: { readonly amount: Money }
  readonly withdrawal: { readonly amount: Money }
}

/** A predicate that may refuse; nothing is changed by it. */
export type Gate<Kind extends keyof Gated> = (
  account: Account,
  data: Gated[Kind],
  context: Context,
) => Rejection | undefined

export type Gates = { readonly [Kind in keyof Gated]?: Gate<Kind> }

type AnyCommand = CommandDefinition<string, z.ZodRawShape>
type CommandData<Definition> =
  Definition extends CommandDefinition<string, infer Shape> ? z.output<z.ZodObject<Shape>> : never
type EventData<Definition> =
  Definition extends EventDefinition<string, infer Shape> ? z.output<z.ZodObject<Shape>> : never
type NamedEvent = { readonly type: string }

/**
 * One capability of the account, one file: `decide` answers each of its commands with events or a
 * refusal, `evolve` folds each of its events into the account.
 */
export interface Capability<
  Commands extends Record<string, AnyCommand>,
  Events extends Record<string, NamedEvent>,
> {
  readonly decide: {
    readonly [Type in keyof Commands]: (
      account: Account,
      data: CommandData<Commands[Type]>,
      context: Context,
    ) => readonly EventsMade<Events>[] | Rejection
  }
  readonly evolve: {
    readonly [Type in keyof Events]: (account: Account, data: EventData<Events[Type]>) => Account
  }
  /** Restrictions on bets, deposits and withdrawals, run in the order of `capabilities`. */
  readonly gates?: Gates
}

type EventsMade<Events> = {
  [Type in keyof Events]: Events[Type] extends (...args: never) => infer Made ? Made : never
}[keyof Events]

/** Declares a capability, so that its commands and events are checked against its handlers. */
export function capability<
  Commands extends Record<string, AnyCommand>,
  Events extends Record<string, NamedEvent>,
>(
  commands: Commands,
  events: Events,
  handlers: Capability<Commands, Events>,
): Capability<Commands, Events> & { readonly commands: Commands; readonly events: Events } {
  return { commands, events, ...handlers }
}
