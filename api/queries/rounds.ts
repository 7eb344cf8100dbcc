import { z } from 'zod'
import { partyName, uuid } from '../../domain/index.ts'
import { roles } from '../access/caller.ts'
import { validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { waitFor } from './min-position.ts'
import { providerSeen } from './own-provider.ts'
import { pageComplexity, pageOf } from './page.ts'
import { Round, RoundConnection, roundList } from './round.ts'

const filter = z.object({ playerId: uuid.nullish(), provider: partyName.nullish() })

builder.queryField('rounds', (t) =>
  t.connection(
    {
      type: Round,
      description:
        'Rounds in the order they began, of a player or a provider or all; a provider sees its own.',
      authScopes: { roles },
      args: {
        playerId: t.arg.id({ required: false }),
        provider: t.arg.string({ required: false }),
        minPosition: t.arg({ type: 'Position', required: false }),
      },
      complexity: pageComplexity,
      resolve: async (_root, { minPosition, playerId, provider, ...page }, context) => {
        const asked = validInput(filter, { playerId, provider })
        const wish = {
          playerId: asked.playerId ?? undefined,
          provider: providerSeen(context.caller, asked.provider ?? undefined),
        }
        await waitFor(context, minPosition)
        return pageOf(roundList, page, (part) => context.reads.rounds(wish, part))
      },
    },
    RoundConnection,
  ),
)
