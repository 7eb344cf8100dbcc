/** The arrows of the house: imports run only downwards, see README.md. */
const rooms = ['cli', 'api', 'projections', 'compliance', 'ledger', 'infrastructure', 'domain']

/** What each room may import besides itself and packages. */
const mayImport = {
  cli: ['api', 'projections', 'compliance', 'ledger', 'infrastructure', 'domain', 'migrations'],
  api: ['projections', 'compliance', 'ledger', 'infrastructure', 'domain'],
  projections: ['infrastructure', 'domain'],
  compliance: ['infrastructure', 'domain'],
  ledger: ['infrastructure', 'domain'],
  infrastructure: [],
  domain: [],
  migrations: [],
}

const arrows = Object.entries(mayImport).map(([room, below]) => ({
  name: `${room}-imports-only-downwards`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: {
    path: `^(${[...rooms, 'migrations', 'test', 'bench'].join('|')})/`,
    pathNot: `^(${[room, ...below].join('|')})/`,
  },
}))

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'domain-is-pure',
      comment: 'domain/ imports nothing but itself and zod: no I/O, no clock, no randomness',
      severity: 'error',
      from: { path: '^domain/' },
      to: { pathNot: '^(domain/|node_modules/zod/)' },
    },
    {
      name: 'event-store-node-is-a-program-of-its-own',
      comment: 'it is reached over gRPC alone; only what maintains a data folder can be imported',
      severity: 'error',
      from: {
        pathNot: '^(infrastructure/event-store-node/|test/|bench/append/null-server.ts)',
      },
      to: {
        path: '^infrastructure/event-store-node/',
        pathNot: '^infrastructure/event-store-node/maintenance/index.ts',
      },
    },
    {
      name: 'the-null-server-of-the-benches-replies-as-the-node-does',
      comment: 'it shares the class of its calls with the node, and nothing else',
      severity: 'error',
      from: { path: '^bench/append/null-server.ts' },
      to: {
        path: '^infrastructure/event-store-node/',
        pathNot: '^infrastructure/event-store-node/services/eager-call.ts',
      },
    },
    {
      name: 'event-store-node-stands-alone',
      severity: 'error',
      from: { path: '^infrastructure/event-store-node/' },
      to: { path: '^infrastructure/', pathNot: '^infrastructure/(event-store-node|protobuf)/' },
    },
    {
      name: 'only-the-event-store-room-knows-its-client',
      severity: 'error',
      from: { pathNot: '^(infrastructure/(event-store|event-store-node)/|test/|bench/)' },
      to: { path: 'node_modules/@eventstore/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '^(test/|bench/|migrations/|infrastructure/event-store-node/main)',
      },
      to: {},
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'product-does-not-import-dev-dependencies',
      severity: 'error',
      from: { path: `^(${[...rooms, 'migrations'].join('|')})/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
