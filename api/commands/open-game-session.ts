import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byIdempotencyKey, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { acceptedType, createdId, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const GameSessionOpened = acceptedType('GameSessionOpened', createdId('sessionId'))

const OpenGameSessionInput = builder.inputType('OpenGameSessionInput', {
  fields: (t) => ({
    idempotencyKey: t.id(),
    playerId: t.id(),
    gameId: t.id({ description: "The provider's id of the game." }),
  }),
})

const schema = z.object({
  ...byIdempotencyKey,
  ...commands.OpenGameSession.schema.omit({ provider: true }).shape,
})

builder.mutationField('openGameSession', (t) =>
  t.field({
    type: outcomeType('OpenGameSession', GameSessionOpened),
    nullable: true,
    description: 'Lets a player in to a game of the provider. Bets need the session it opens.',
    authScopes: { roles: ['provider'] },
    args: { input: t.arg({ type: OpenGameSessionInput }) },
    resolve: (_root, { input }, context) => {
      const { idempotencyKey, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, GameSessionOpened, {
        type: 'OpenGameSession',
        playerId,
        transaction: { issuer: partyOf(caller), id: idempotencyKey },
        data: { ...data, provider: caller.name },
      })
    },
  }),
)
