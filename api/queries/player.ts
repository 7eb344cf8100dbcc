import { z } from 'zod'
import { externalId, partyName, uuid } from '../../domain/index.ts'
import {
  type BalanceRow,
  type LedgerEntryRow,
  readAccount,
  readRound,
  readRounds,
  readStatement,
  type RoundRow,
} from '../../projections/index.ts'
import { type Role, roles } from '../access/caller.ts'
import { forbidden } from '../errors.ts'
import { validInput } from '../input.ts'
import { builder } from '../schema/builder.ts'
import { Jurisdiction } from '../schema/enums.ts'
import { BalanceType } from '../schema/money.ts'
import { ENTRY_NUMBER_MAX, POSITION_MAX } from './cursor.ts'
import { waitFor } from './min-position.ts'
import { pageComplexity, pageOf } from './page.ts'
import { Round } from './round.ts'
import { StatementEntry } from './statement-entry.ts'

const notProviders: readonly Role[] = ['operator', 'analyst', 'regulator']

const statementList = {
  name: 'statement',
  maxima: [POSITION_MAX, ENTRY_NUMBER_MAX],
  numbersOf: ({ position, entry_no }: LedgerEntryRow) => [position, BigInt(entry_no)],
  keyOf: ([position = 0n, entryNo = 0n]: readonly bigint[]) => ({
    position,
    entryNo: Number(entryNo),
  }),
}

const roundList = {
  name: 'rounds',
  maxima: [POSITION_MAX],
  numbersOf: ({ first_position }: RoundRow) => [first_position],
  keyOf: ([firstPosition = 0n]: readonly bigint[]) => ({ firstPosition }),
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
        resolve: ({ player_id }, page, { database }) =>
          pageOf(statementList, page, (request) => readStatement(database, player_id, request)),
      },
      { name: 'StatementConnection' },
      { name: 'StatementEdge' },
    ),
    rounds: t.connection(
      {
        type: Round,
        description: 'In the order they began; `last` gives the newest.',
        authScopes: { roles: notProviders },
        complexity: pageComplexity,
        resolve: ({ player_id }, page, { database }) =>
          pageOf(roundList, page, (request) => readRounds(database, player_id, request)),
      },
      { name: 'RoundConnection' },
      { name: 'RoundEdge' },
    ),
    round: t.field({
      type: Round,
      nullable: true,
      args: { provider: t.arg.string(), roundId: t.arg.id() },
      description: 'A provider sees its own rounds only.',
      resolve: ({ player_id }, args, { database, caller }) => {
        const { provider, roundId } = validInput(roundName, args)
        if (caller.role === 'provider' && caller.name !== provider) {
          throw forbidden('A provider sees its own rounds only')
        }
        return readRound(database, { playerId: player_id, provider, roundId })
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
      return readAccount(context.database, id)
    },
  }),
)
