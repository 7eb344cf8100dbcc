import { z } from 'zod'
import { commands, externalId } from '../../domain/index.ts'
import { playerIdFor } from '../../ledger/index.ts'
import { partyOf } from '../access/caller.ts'
import { validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { Jurisdiction } from '../schema/enums.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const PlayerRegistered = acceptedType('PlayerRegistered')

const RegisterPlayerInput = builder.inputType('RegisterPlayerInput', {
  fields: (t) => ({
    idempotencyKey: t.id({
      description: 'Names the player for ever: the same key is the same player.',
    }),
    currency: t.field({ type: 'Currency', description: 'The one currency of the account.' }),
    jurisdiction: t.field({ type: Jurisdiction }),
  }),
})

const schema = z.object({ idempotencyKey: externalId, ...commands.RegisterPlayer.schema.shape })

builder.mutationField('registerPlayer', (t) =>
  t.field({
    type: outcomeType('RegisterPlayer', PlayerRegistered),
    nullable: true,
    description: 'Opens the account of a player. The answer says the id of the player.',
    authScopes: { roles: ['operator'] },
    args: { input: t.arg({ type: RegisterPlayerInput }) },
    resolve: (_root, { input }, context) => {
      const { idempotencyKey, ...data } = validInput(schema, input, 'input')
      const transaction = { issuer: partyOf(context.caller), id: idempotencyKey }
      const playerId = playerIdFor(transaction)
      return execute(context, PlayerRegistered, {
        type: 'RegisterPlayer',
        playerId,
        transaction,
        data,
      })
    },
  }),
)
