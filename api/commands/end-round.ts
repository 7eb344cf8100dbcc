import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const RoundEnded = acceptedType('RoundEnded')

const EndRoundInput = builder.inputType('EndRoundInput', {
  fields: (t) => ({
    transactionId: t.id({ description: "The provider's id of this request." }),
    playerId: t.id(),
    roundId: t.id(),
  }),
})

const schema = z.object({
  ...byTransactionId,
  ...commands.EndRound.schema.omit({ provider: true }).shape,
})

builder.mutationField('endRound', (t) =>
  t.field({
    type: outcomeType('EndRound', RoundEnded),
    nullable: true,
    description: 'Ends a round for good: it takes no more bets, wins or rollbacks.',
    authScopes: { roles: ['provider'] },
    args: { input: t.arg({ type: EndRoundInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, RoundEnded, {
        type: 'EndRound',
        playerId,
        transaction: { issuer: partyOf(caller), id: transactionId },
        data: { ...data, provider: caller.name },
      })
    },
  }),
)
