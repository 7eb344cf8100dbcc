import type { z } from 'zod'
import { externalId, uuid } from '../domain/index.ts'
import { badUserInput, type RefusedField } from './errors.ts'
import { kindOf, valueAt } from './received.ts'

/** How a command is identified beside its data: by the id its issuer gave it. */
export const byTransactionId = { transactionId: externalId, playerId: uuid }
export const byIdempotencyKey = { idempotencyKey: externalId, playerId: uuid }

/**
 * Checks and converts what a caller gave: all arguments of a field, or the one called `name`.
 * @throws GraphQLError BAD_USER_INPUT that names each field and the first rule it broke
 */
export function validInput<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  name?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const fields = new Map<string, RefusedField>()
  for (const { path: inner, message: rule } of parsed.error.issues) {
    const path = [...(name === undefined ? [] : [name]), ...inner].join('.')
    const received = kindOf(valueAt(given, inner))
    if (!fields.has(path)) fields.set(path, { path, rule, received })
  }
  const refused = [...fields.values()]
  throw badUserInput(refused.map(({ path, rule }) => `${path} ${rule}`).join('; '), refused)
}
