import type { AccountCommand } from '../../domain/index.ts'
import { type Outcome, TryAgain } from '../../ledger/index.ts'
import { partyOf } from '../access/caller.ts'
import { tryAgain } from '../errors.ts'
import type { AcceptedOutcome } from '../schema/outcomes.ts'
import { type RejectedOutcome, typeNameOf } from '../schema/rejections.ts'
import type { RequestContext } from '../schema/request-context.ts'

/**
 * Hands a command to the ledger; the answer has the shape of the mutation's union.
 * @throws GraphQLError TRY_AGAIN or RATE_LIMITED when the ledger could not decide now
 */
export async function execute(
  { ledger, caller, correlationId }: RequestContext,
  acceptance: { readonly name: string },
  command: AccountCommand,
): Promise<AcceptedOutcome | RejectedOutcome> {
  try {
    const outcome = await ledger.execute(command, { actor: partyOf(caller), correlationId })
    return answered(command, acceptance.name, outcome)
  } catch (error) {
    if (error instanceof TryAgain) throw tryAgain(error.reason, error.retryAfterMs)
    throw error
  }
}

function answered(
  { playerId, transaction }: AccountCommand,
  typeName: string,
  outcome: Outcome,
): AcceptedOutcome | RejectedOutcome {
  if (outcome.status === 'rejected') {
    return { ...outcome, typeName: typeNameOf(outcome.rejection.code) }
  }
  return { ...outcome, typeName, playerId, transactionId: transaction.id, createdId: outcome.id }
}
