import { PositionNotReached, projectors, waitForPosition } from '../../projections/index.ts'
import { tryAgain } from '../errors.ts'
import type { RequestContext } from '../schema/request-context.ts'

const RETRY_AFTER_MS = 1000
const readModels = projectors.map(({ name }) => name)

/**
 * Waits until the read models show everything up to a position that an answer gave.
 * @throws GraphQLError TRY_AGAIN when they do not reach it in time
 */
export async function waitFor(
  { database, minPositionTimeoutMs }: RequestContext,
  minPosition: bigint | null | undefined,
): Promise<void> {
  if (minPosition == null) return
  try {
    await waitForPosition(database, readModels, minPosition, minPositionTimeoutMs)
  } catch (error) {
    if (error instanceof PositionNotReached) throw tryAgain('READ_MODELS_BEHIND', RETRY_AFTER_MS)
    throw error
  }
}
