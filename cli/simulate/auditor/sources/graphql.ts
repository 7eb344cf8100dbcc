import { z } from 'zod'
import {
  type ApiClient,
  type OnFailed,
  balanceAnswered,
  moneyAnswered,
  roundsQuery,
  statementQuery,
  trialBalanceQuery,
} from '../../client/index.ts'
import type { Party } from '../../requests.ts'
import type { RoundRecord } from '../model.ts'
import type { SeenAccount, SeenEntry, SeenRound } from '../seen.ts'

/** What GraphQL shows of an account, page by page. */
export interface GraphqlSource {
  account(playerId: string, minPosition: bigint): Promise<ShownAccount>
  rounds(playerId: string, minPosition: bigint): Promise<readonly SeenRound[]>
  /** Sums by currency and account of the house or of players. */
  trialBalance(minPosition: bigint): Promise<ReadonlyMap<string, bigint>>
}

export interface ShownAccount {
  readonly account: SeenAccount | undefined
  /** The statement: entries of the player's own accounts. */
  readonly entries: readonly SeenEntry[]
}

type Variables = Readonly<Record<string, unknown>>

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

const statementShown = z.object({
  player: z
    .object({
      currency: z.string(),
      jurisdiction: z.string(),
      balance: balanceAnswered,
      statement: z.object({
        pageInfo,
        edges: z.array(
          z.object({
            node: z.object({
              account: z.string(),
              transactionIssuer: z.string(),
              transactionId: z.string(),
              amount: moneyAnswered,
              balanceBefore: moneyAnswered.nullable(),
              balanceAfter: moneyAnswered.nullable(),
            }),
          }),
        ),
      }),
    })
    .nullable(),
})

const roundsShown = z.object({
  player: z
    .object({
      rounds: z.object({
        pageInfo,
        edges: z.array(
          z.object({
            node: z.object({
              provider: z.string(),
              roundId: z.string(),
              gameId: z.string(),
              sessionId: z.string(),
              status: z.enum(['IN_PROGRESS', 'COMPLETE', 'INTERRUPTED', 'CANCELLED']),
              betCount: z.number(),
              winCount: z.number(),
              staked: moneyAnswered,
              won: moneyAnswered,
            }),
          }),
        ),
      }),
    })
    .nullable(),
})

const trialBalanceShown = z.object({
  trialBalance: z.array(
    z.object({
      account: z.string(),
      balance: z.object({ amountMinor: z.string(), currency: z.string() }),
    }),
  ),
})

/** Asks as `reader`, who may see all players; `failed` is told the code of a failure and the query. */
export function createGraphqlSource(
  client: ApiClient,
  reader: Party,
  failed: (code: string, query: string) => void,
): GraphqlSource {
  const query = <Schema extends z.ZodType>(
    document: string,
    variables: Variables,
    schema: Schema,
    name: string,
  ) => {
    const onFailed: OnFailed = (code) => {
      failed(code, name)
    }
    return client.query(reader, document, variables, schema, onFailed)
  }
  return {
    async account(id, minPosition) {
      const entries: SeenEntry[] = []
      let account: SeenAccount | undefined
      for (let after: string | null = null; ;) {
        const variables: Variables = { id, minPosition: minPosition.toString(), after }
        const name = `statement of player ${id}`
        const { player } = await query(statementQuery, variables, statementShown, name)
        if (player === null) return { account, entries }
        const { currency, jurisdiction, balance, statement } = player
        account = { currency, jurisdiction, ...balance }
        entries.push(...statement.edges.map(({ node }) => entryOf(node, currency)))
        if (!statement.pageInfo.hasNextPage) return { account, entries }
        after = statement.pageInfo.endCursor
      }
    },
    async rounds(id, minPosition) {
      const rounds: SeenRound[] = []
      for (let after: string | null = null; ;) {
        const variables: Variables = { id, minPosition: minPosition.toString(), after }
        const name = `rounds of player ${id}`
        const { player } = await query(roundsQuery, variables, roundsShown, name)
        if (player === null) return rounds
        rounds.push(...player.rounds.edges.map(({ node }) => roundOf(node)))
        if (!player.rounds.pageInfo.hasNextPage) return rounds
        after = player.rounds.pageInfo.endCursor
      }
    },
    async trialBalance(minPosition) {
      const variables = { minPosition: minPosition.toString() }
      const name = 'trial balance'
      const shown = await query(trialBalanceQuery, variables, trialBalanceShown, name)
      return new Map(
        shown.trialBalance.map(({ account, balance: { currency, amountMinor } }) => [
          `${accountNamed(account)} ${currency}`,
          BigInt(amountMinor),
        ]),
      )
    },
  }
}

type StatementNode = NonNullable<
  z.output<typeof statementShown>['player']
>['statement']['edges'][number]['node']
type RoundNode = NonNullable<
  z.output<typeof roundsShown>['player']
>['rounds']['edges'][number]['node']

function entryOf(node: StatementNode, currency: string): SeenEntry {
  const { account, transactionIssuer, transactionId, ...money } = node
  const key = `${transactionIssuer} ${transactionId}`
  return { key, account: accountNamed(account), currency, ...money }
}

function roundOf({ provider, roundId, status, ...round }: RoundNode): SeenRound {
  return { ...round, key: `${provider} ${roundId}`, status: statuses[status] }
}

const statuses: Readonly<Record<RoundNode['status'], RoundRecord['status']>> = {
  IN_PROGRESS: 'in progress',
  COMPLETE: 'complete',
  INTERRUPTED: 'interrupted',
  CANCELLED: 'cancelled',
}

/** PLAYER_CASH is player:cash. */
function accountNamed(name: string): string {
  const [owner = '', ...rest] = name.toLowerCase().split('_')
  return `${owner}:${rest.join('-')}`
}
