import { afterAll, beforeAll } from 'vitest'
import {
  type EventStoreNode,
  type EventStoreNodeOptions,
  startEventStoreNode,
} from '../support/event-store-node.ts'
import { connect, type PublicClient } from './public-client.ts'

/** The node of a test file and a client of it, for as long as its tests run. */
export interface Served {
  readonly node: EventStoreNode
  readonly client: PublicClient
  /** One more client of the same node, which ends with the tests. `query` goes into its address. */
  connect(query?: string): PublicClient
  /** Stops the node, starts it again on the same folder, and connects anew. */
  restart(): Promise<void>
}

/** Starts one node for all tests of a file. To be called where a file begins. */
export function serveForTests(options: EventStoreNodeOptions = {}): Served {
  let node: EventStoreNode
  let client: PublicClient
  const clients: PublicClient[] = []
  const nodes: EventStoreNode[] = []

  const connectTo = (query = ''): PublicClient => {
    const connected = connect(`${node.connectionString}${query}`)
    clients.push(connected)
    return connected
  }

  const disposeAll = async (): Promise<void> => {
    for (const each of clients.splice(0)) await each.dispose()
  }

  beforeAll(async () => {
    node = await startEventStoreNode(options)
    nodes.push(node)
    client = connectTo()
  })

  afterAll(async () => {
    await disposeAll()
    for (const each of nodes) await each.stop()
  })

  return {
    get node() {
      return node
    },
    get client() {
      return client
    },
    connect: connectTo,
    async restart() {
      await disposeAll()
      await node.restart()
      client = connectTo()
    },
  }
}
