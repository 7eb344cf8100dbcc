import { tryAgain } from '../errors.ts'
import type { RequestContext } from '../schema/request-context.ts'

const RETRY_AFTER_MS = 1000

/**
 * Waits until the read models show everything up to a position an answer gave.
 * @throws GraphQLError TRY_AGAIN when they do not reach it in time
 */
export async function waitFor({ reads }: RequestContext, minPosition: bigint | null | undefined) {
  if (minPosition == null) return
  if (!(await reads.reached(minPosition))) throw tryAgain('READ_MODELS_BEHIND', RETRY_AFTER_MS)
}
