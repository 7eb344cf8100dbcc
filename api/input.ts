import type { z } from 'zod'
import { externalId, uuid } from '../domain/index.ts'
import { badUserInput } from './errors.ts'
import { kindOf, valueAt } from './received.ts'

/** How a command is identified beside its data: by the id its issuer gave it. */
export const byTransactionId = { transactionId: externalId, playerId: uuid }
export const byIdempotencyKey = { idempotencyKey: externalId, playerId: uuid }

/**
 * Checks and converts what a caller gave: all arguments of a field, or the one called `name`.
 * @throws GraphQLError BAD_USER_INPUT that names each field and the rule it broke
 */
export function validInput<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  name?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: [...(name === undefined ? [] : [name]), ...path].join('.'),
    rule: message,
    received: kindOf(valueAt(given, path)),
  }))
  throw badUserInput(fields.map(({ path, rule }) => `${path} ${rule}`).join('; '), fields)
}
