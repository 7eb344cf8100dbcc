import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byIdempotencyKey, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { WithdrawalCancelReason } from '../schema/enums.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const WithdrawalCancelled = acceptedType('WithdrawalCancelled')

const CancelWithdrawalInput = builder.inputType('CancelWithdrawalInput', {
  fields: (t) => ({
    idempotencyKey: t.id(),
    playerId: t.id(),
    withdrawalId: t.id(),
    reason: t.field({ type: WithdrawalCancelReason }),
  }),
})

const schema = z.object({ ...byIdempotencyKey, ...commands.CancelWithdrawal.schema.shape })

builder.mutationField('cancelWithdrawal', (t) =>
  t.field({
    type: outcomeType('CancelWithdrawal', WithdrawalCancelled),
    nullable: true,
    description: 'Gives the money of a pending withdrawal back to the player.',
    authScopes: { roles: ['operator'] },
    args: { input: t.arg({ type: CancelWithdrawalInput }) },
    resolve: (_root, { input }, context) => {
      const { idempotencyKey, playerId, ...data } = validInput(schema, input, 'input')
      return execute(context, WithdrawalCancelled, {
        type: 'CancelWithdrawal',
        playerId,
        transaction: { issuer: partyOf(context.caller), id: idempotencyKey },
        data,
      })
    },
  }),
)
