import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { Role } from '../access/caller.ts'
import { badUserInput, forbidden } from '../errors.ts'
import type { RequestContext } from './request-context.ts'

/** What one request may cost: a field costs one, those of a page once for each row it may have. */
const COMPLEXITY_MAX = 10_000

/** The types behind the schema: every field is non-null and every input required unless it says so. */
export interface SchemaTypes {
  Context: RequestContext
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  AuthScopes: { roles: readonly Role[] }
  Scalars: {
    ID: { Input: string; Output: string }
    Decimal: { Input: string; Output: string }
    BigInt: { Input: bigint; Output: bigint }
    Currency: { Input: string; Output: string }
    Position: { Input: bigint; Output: bigint }
    DateTime: { Input: Date; Output: Date }
  }
}

export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ScopeAuthPlugin, ComplexityPlugin, RelayPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  scopeAuth: {
    authScopes: ({ caller }) => ({ roles: (allowed) => allowed.includes(caller.role) }),
    unauthorizedError: (_parent, { caller }, { parentType, fieldName }) =>
      forbidden(`The role ${caller.role} may not use ${parentType.name}.${fieldName}`),
  },
  complexity: {
    limit: { complexity: COMPLEXITY_MAX },
    complexityError: (_kind, { complexity }) =>
      badUserInput(`The request costs ${complexity}, at most ${COMPLEXITY_MAX} is allowed`),
  },
  relay: {
    cursorType: 'String',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      complexity: { field: 1, multiplier: 1 },
    },
    nodeFieldOptions: { nullable: false },
  },
})

builder.queryType({
  description:
    'Ids are plain: players, sessions and withdrawals are UUIDs, everything else is named by the id ' +
    'its provider or gateway gave it. What is shown lags behind the answers to commands by a moment; ' +
    '`minPosition` waits for it.',
})
builder.mutationType({
  description:
    'Each command has one effect, however often it is sent with the same id. Ids are told apart by ' +
    'who gives them: each provider, operator and gateway numbers its own, over all its mutations. A ' +
    'mutation is null when an error says why it was not decided; then it may be sent again.',
})
