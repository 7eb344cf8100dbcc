import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const WithdrawalSettled = acceptedType('WithdrawalSettled')

const SettleWithdrawalInput = builder.inputType('SettleWithdrawalInput', {
  fields: (t) => ({
    transactionId: t.id({ description: "The gateway's id of the payment." }),
    playerId: t.id(),
    withdrawalId: t.id(),
    gateway: t.string({ description: 'The payment gateway that has paid the money out.' }),
  }),
})

const schema = z.object({ ...byTransactionId, ...commands.SettleWithdrawal.schema.shape })

builder.mutationField('settleWithdrawal', (t) =>
  t.field({
    type: outcomeType('SettleWithdrawal', WithdrawalSettled),
    nullable: true,
    description: 'Lets go of the money of a withdrawal that a payment gateway has paid out.',
    authScopes: { roles: ['operator'] },
    args: { input: t.arg({ type: SettleWithdrawalInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      return execute(context, WithdrawalSettled, {
        type: 'SettleWithdrawal',
        playerId,
        transaction: { issuer: `gateway:${data.gateway}`, id: transactionId },
        data,
      })
    },
  }),
)
