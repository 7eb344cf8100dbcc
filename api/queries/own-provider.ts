import type { Caller } from '../access/caller.ts'
import { forbidden } from '../errors.ts'

/**
 * Whose rounds a caller may see: a provider its own alone, everybody else those asked for.
 * @throws GraphQLError FORBIDDEN when a provider asks for another's
 */
export function providerSeen({ role, name }: Caller, asked: string | undefined) {
  if (role !== 'provider') return asked
  if (asked === undefined || asked === name) return name
  throw forbidden('A provider may see its own rounds only')
}
