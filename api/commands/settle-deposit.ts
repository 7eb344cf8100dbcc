import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { MoneyInput } from '../schema/money.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const DepositSettled = acceptedType('DepositSettled')

const SettleDepositInput = builder.inputType('SettleDepositInput', {
  fields: (t) => ({
    transactionId: t.id({
      description:
        "The gateway's id of the payment: it is credited once, however often it is sent.",
    }),
    playerId: t.id(),
    gateway: t.string({ description: 'The payment gateway that has settled the money.' }),
    amount: t.field({ type: MoneyInput }),
  }),
})

const schema = z.object({ ...byTransactionId, ...commands.SettleDeposit.schema.shape })

builder.mutationField('settleDeposit', (t) =>
  t.field({
    type: outcomeType('SettleDeposit', DepositSettled),
    nullable: true,
    description: 'Credits money that a payment gateway has settled.',
    authScopes: { roles: ['operator'] },
    args: { input: t.arg({ type: SettleDepositInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      return execute(context, DepositSettled, {
        type: 'SettleDeposit',
        playerId,
        transaction: { issuer: `gateway:${data.gateway}`, id: transactionId },
        data,
      })
    },
  }),
)
