import { z } from 'zod'
import { externalId, partyName, uuid } from '../../domain/index.ts'
import type { BalanceRow, LedgerEntryRow } from '../../projections/schema.ts'
import { type Role, roles } from '../access/caller.ts'
import { validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { Jurisdiction } from '../schema/enums.ts'
import { BalanceType } from '../schema/money.ts'
import { waitFor } from './min-position.ts'
import { providerSeen } from './own-provider.ts'
import { pageComplexity, pageOf } from './page.ts'
import { Round, RoundConnection, roundList } from './round.ts'
import { StatementEntry } from './statement-entry.ts'

const notProviders: readonly Role[] = ['operator', 'analyst', 'regulator']

const statementList = {
  name: 'statement',
  keyLength: 2,
  keyOf: ({ position, entry_no }: LedgerEntryRow) => [position, BigInt(entry_no)],
}

const roundName = z.object({ provider: partyName, roundId: externalId })

const Player = builder.objectRef<BalanceRow>('Player').implement({
  description: 'The account of a player, as far as the read models have come.',
  fields: (t) => ({
    id: t.exposeID('player_id'),
    currency: t.expose('currency', { type: 'Currency' }),
    balance: t.field({ type: BalanceType, resolve: (player) => player }),
    jurisdiction: t.field({
      type: Jurisdiction,
      authScopes: { roles: notProviders },
      resolve: ({ jurisdiction }) => jurisdiction,
    }),
    registeredAt: t.expose('registered_at', {
      type: 'DateTime',
      authScopes: { roles: notProviders },
    }),
    statement: t.connection(
      {
        type: StatementEntry,
        description: 'What came in and went out, oldest first; `last` gives the newest.',
        authScopes: { roles: notProviders },
        complexity: pageComplexity,
        resolve: ({ player_id }, page, { reads }) =>
          pageOf(statementList, page, (wish) => reads.statement(player_id, wish)),
      },
      { name: 'StatementConnection' },
      { name: 'StatementEdge' },
    ),
    rounds: t.connection(
      {
        type: Round,
        description: 'In the order they began; `last` gives the newest. A provider sees its own.',
        args: { provider: t.arg.string({ required: false }) },
        complexity: pageComplexity,
        resolve: ({ player_id }, { provider, ...page }, { reads, caller }) => {
          const seen = providerSeen(caller, provider ?? undefined)
          return pageOf(roundList, page, (part) =>
            reads.rounds({ playerId: player_id, provider: seen }, part),
          )
        },
      },
      RoundConnection,
    ),
    round: t.field({
      type: Round,
      nullable: true,
      args: { provider: t.arg.string(), roundId: t.arg.id() },
      resolve: ({ player_id }, args, { reads, caller }) => {
        const { provider, roundId } = validInput(roundName, args)
        providerSeen(caller, provider)
        return reads.round(player_id, provider, roundId)
      },
    }),
  }),
})

const playerArguments = z.object({ id: uuid })

builder.queryField('player', (t) =>
  t.field({
    type: Player,
    nullable: true,
    description: 'Null when no such player is registered.',
    authScopes: { roles },
    args: {
      id: t.arg.id(),
      minPosition: t.arg({
        type: 'Position',
        required: false,
        description: 'Waits until the read models show everything up to here.',
      }),
    },
    resolve: async (_root, { minPosition, ...args }, context) => {
      const { id } = validInput(playerArguments, args)
      await waitFor(context, minPosition)
      return context.reads.player(id)
    },
  }),
)
