import type { Archive, ArchiveQuestion } from '../domain/index.ts'

/**
 * Looks up keys that an account has dropped from its windows, in the read models.
 * Undefined when the read models do not yet cover the account's events up to `coveredThrough`:
 * their silence about a key would then prove nothing.
 */
export interface ArchiveReader {
  find(playerId: string, question: ArchiveQuestion): Promise<Archive | undefined>
}
