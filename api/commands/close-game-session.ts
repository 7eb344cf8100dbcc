import { z } from 'zod'
import { commands } from '../../domain/index.ts'
import { partyOf } from '../access/caller.ts'
import { byIdempotencyKey, validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { acceptedType, outcomeType } from '../schema/outcomes.ts'
import { execute } from './execute.ts'

const GameSessionClosed = acceptedType('GameSessionClosed')

const CloseGameSessionInput = builder.inputType('CloseGameSessionInput', {
  fields: (t) => ({ idempotencyKey: t.id(), playerId: t.id(), sessionId: t.id() }),
})

const schema = z.object({
  ...byIdempotencyKey,
  ...commands.CloseGameSession.schema.omit({ provider: true }).shape,
})

builder.mutationField('closeGameSession', (t) =>
  t.field({
    type: outcomeType('CloseGameSession', GameSessionClosed),
    nullable: true,
    description:
      'Closes a session: no more bets in it, wins still come in. A provider closes its own alone.',
    authScopes: { roles: ['operator', 'provider'] },
    args: { input: t.arg({ type: CloseGameSessionInput }) },
    resolve: (_root, { input }, context) => {
      const { idempotencyKey, playerId, ...data } = validInput(schema, input, 'input')
      const { caller } = context
      return execute(context, GameSessionClosed, {
        type: 'CloseGameSession',
        playerId,
        transaction: { issuer: partyOf(caller), id: idempotencyKey },
        data: caller.role === 'provider' ? { ...data, provider: caller.name } : data,
      })
    },
  }),
)
