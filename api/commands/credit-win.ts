import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byTransactionId, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { MoneyInput } from '../schema/money.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const WinCredited = acceptedType('WinCredited')

const CreditWinInput = builder.inputType('CreditWinInput', {
  fields: (t) => ({
    transactionId: t.id({ description: "The provider's id of the win." }),
    playerId: t.id(),
    roundId: t.id({ description: 'The round that is won. It must have a bet that stands.' }),
    amount: t.field({ type: MoneyInput }),
    endsRound: t.boolean({
      defaultValue: false,
      description: 'Whether nothing more happens in this round.',
    }),
  }),
})

const schema = z.object({
  ...byTransactionId,
  ...commands.CreditWin.schema.omit({ provider: true }).shape,
})

builder.mutationField('creditWin', (t) =>
  t.field({
    type: outcomeType('CreditWin', WinCredited),
    nullable: true,
    description: 'Pays a win into the cash of a player, also after the game session has closed.',
    authScopes: { roles: ['provider'] },
    args: { input: t.arg({ type: CreditWinInput }) },
    resolve: (_root, { input }, context) => {
      const { transactionId, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, WinCredited, {
        type: 'CreditWin',
        playerId,
        transaction: { issuer: partyOf(caller), id: transactionId },
        data: { ...data, provider: caller.name },
      })
    },
  }),
)
