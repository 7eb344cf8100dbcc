import type * as eventStore from '@eventstore/db-client'

/** What both published clients export, as far as the tests use it. */
export type PublicClientModule = Omit<typeof eventStore, 'EventStoreDBClient'>
export type PublicClient = eventStore.EventStoreDBClient

/** One of the published clients of EventStoreDB, unchanged. */
interface PublishedClient {
  readonly name: string
  readonly module: PublicClientModule
  /** A client for a connection string `esdb://…`. */
  readonly connect: (connectionString: string) => PublicClient
}

/**
 * The client that this run of the conformance tests goes through: each test runs once through each
 * (see vitest.config.ts). A process can load only one of them, as both register their messages
 * under the same global names.
 */
export const { name, module, connect } = await load(process.env['PUBLIC_CLIENT'])

async function load(name: string | undefined): Promise<PublishedClient> {
  if (name === '@eventstore/db-client') {
    const module = await import('@eventstore/db-client')
    const { EventStoreDBClient } = module
    return { name, module, connect: (url) => EventStoreDBClient.connectionString(url) }
  }
  if (name === '@kurrent/kurrentdb-client') {
    const module = await import('@kurrent/kurrentdb-client')
    const { KurrentDBClient } = module
    return {
      name,
      // Of the same shape, but for TypeScript its enums and classes are other ones.
      module: module as unknown as PublicClientModule,
      connect: (url) => KurrentDBClient.connectionString(url) as unknown as PublicClient,
    }
  }
  throw new Error(`PUBLIC_CLIENT: '${name}' is not a client to test with`)
}
