import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byIdempotencyKey, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { MoneyInput } from '../schema/money.ts'
import { acceptedType, createdId, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const WithdrawalRequested = acceptedType('WithdrawalRequested', createdId('withdrawalId'))

const RequestWithdrawalInput = builder.inputType('RequestWithdrawalInput', {
  fields: (t) => ({
    idempotencyKey: t.id(),
    playerId: t.id(),
    amount: t.field({ type: MoneyInput }),
  }),
})

const schema = z.object({ ...byIdempotencyKey, ...commands.RequestWithdrawal.schema.shape })

builder.mutationField('requestWithdrawal', (t) =>
  t.field({
    type: outcomeType('RequestWithdrawal', WithdrawalRequested),
    nullable: true,
    description: 'Sets money aside until it is paid out or given back; it cannot be bet meanwhile.',
    authScopes: { roles: ['operator'] },
    args: { input: t.arg({ type: RequestWithdrawalInput }) },
    resolve: (_root, { input }, context) => {
      const { idempotencyKey, playerId, ...data } = validInput(schema, input, 'input')
      return execute(context, WithdrawalRequested, {
        type: 'RequestWithdrawal',
        playerId,
        transaction: { issuer: partyOf(context.caller), id: idempotencyKey },
        data,
      })
    },
  }),
)
