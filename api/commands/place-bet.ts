import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { MoneyInput } from '../schema/money.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const BetAccepted = acceptedType('BetAccepted')

const PlaceBetInput = builder.inputType('PlaceBetInput', {
  fields: (t) => ({
    transactionId: t.id({ description: "The provider's id of the bet." }),
    playerId: t.id(),
    sessionId: t.id(),
    roundId: t.id({ description: "The provider's id of the round." }),
    amount: t.field({ type: MoneyInput }),
  }),
})

const schema = z.object({
  ...byTransactionId,
  ...commands.PlaceBet.schema.omit({ provider: true }).shape,
})

builder.mutationField('placeBet', (t) =>
  t.field({
    type: outcomeType('PlaceBet', BetAccepted),
    nullable: true,
    description: 'Takes a stake out of the cash of a player who is in a session of the provider.',
    authScopes: { roles: ['provider'] },
    args: { input: t.arg({ type: PlaceBetInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, BetAccepted, {
        type: 'PlaceBet',
        playerId,
        transaction: { issuer: partyOf(caller), id: transactionId },
        data: { ...data, provider: caller.name },
      })
    },
  }),
)
