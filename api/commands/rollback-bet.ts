import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { RollbackResult } from '../schema/enums.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const RollbackAccepted = acceptedType('RollbackAccepted', (t) => ({
  result: t.field({
    type: RollbackResult,
    resolve: ({ result }) => {
      if (result === 'DONE') throw new TypeError('a rollback says what it did')
      return result
    },
  }),
}))

const RollbackBetInput = builder.inputType('RollbackBetInput', {
  fields: (t) => ({
    transactionId: t.id({
      description: "The provider's id of this rollback, other than that of the bet.",
    }),
    playerId: t.id(),
    betTransactionId: t.id({ description: 'The transaction id of the bet, known or not.' }),
  }),
})

const schema = z.object({
  ...byTransactionId,
  ...commands.RollbackBet.schema.omit({ provider: true }).shape,
})

builder.mutationField('rollbackBet', (t) =>
  t.field({
    type: outcomeType('RollbackBet', RollbackAccepted),
    nullable: true,
    description:
      'Gives a stake back. A bet that has not come is refused when it comes later; a bet whose ' +
      'round has a win or has ended stays.',
    authScopes: { roles: ['provider'] },
    args: { input: t.arg({ type: RollbackBetInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, RollbackAccepted, {
        type: 'RollbackBet',
        playerId,
        transaction: { issuer: partyOf(caller), id: transactionId },
        data: { ...data, provider: caller.name },
      })
    },
  }),
)
