import { z } from 'zod'

/** An id given by a caller (transaction, round, game, session): 1 to 128 visible ASCII characters. */
export const externalId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')

/** An id of ours. */
export const uuid = z.uuid('must be a UUID')

/** A short name from the configuration: of a provider, a gateway, a site. */
export const partyName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9 and -')

/** Who gave a transaction its id, and that id: together the idempotency key of a command. */
export interface TransactionKey {
  /** Such as provider:acme, gateway:psp or operator:site. */
  readonly issuer: string
  readonly id: string
}

/** The key, with the digest of the canonical request that first used it. */
export const transactionReference = z.object({
  issuer: z.string().max(80),
  id: externalId,
  digest: z.string().max(64),
})
export type TransactionReference = z.output<typeof transactionReference>

/** A wish to change an account. */
export interface CommandOf<Type extends string, Data> {
  readonly type: Type
  readonly playerId: string
  readonly transaction: TransactionKey
  readonly data: Data
}

export interface CommandDefinition<Type extends string, Shape extends z.ZodRawShape> {
  readonly type: Type
  readonly schema: z.ZodObject<Shape>
}

/** Defines a command; its schema checks and converts what a caller sends. */
export function command<const Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
): CommandDefinition<Type, Shape> {
  return { type, schema: z.strictObject(shape) }
}

/** The command a CommandDefinition describes. */
export type CommandFrom<Definition> =
  Definition extends CommandDefinition<infer Type, infer Shape>
    ? CommandOf<Type, z.output<z.ZodObject<Shape>>>
    : never
