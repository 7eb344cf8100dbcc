import { randomBytes, scryptSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { User } from '../../../infrastructure/event-store-node/access/users-file.ts'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { connect, type PublicClient } from '../public-client.ts'

/** Who there is in the tests; everybody's password is their name with `-password`. */
export const USERS = [
  user('admin', ['$admins']),
  user('second-admin', ['$admins']),
  user('ops', ['$ops']),
  user('alice', ['clerks']),
  user('bob', []),
  user('carol', [], true),
]

/** A node with TLS and users, as long as the tests of a file run. */
export interface SecureNode {
  readonly node: EventStoreNode
  readonly usersFile: string
  readonly certificateFile: string
  readonly privateKeyFile: string
  /** `esdb://name:password@…`, or without credentials for nobody in particular. */
  address(name?: string, password?: string): string
  /** A client of somebody, the same for all tests, or a new one with another password. */
  as(name?: string, password?: string): PublicClient
  /** A client by any connection string, which ends with the tests. */
  connect(connectionString: string): PublicClient
}

/** Starts one secure node for all tests of a file. To be called where a file begins. */
export function secureNodeForTests(args: readonly string[] = []): SecureNode {
  let folder = ''
  let node: EventStoreNode
  const clients = new Map<string, PublicClient>()
  const path = (name: string): string => join(folder, name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secure-node-test-'))
    const { cert, key } = selfSignedCertificate()
    await writeFile(path('node.crt'), cert)
    await writeFile(path('node.key'), key, { mode: 0o600 })
    await writeUsersFile(path('users.json'), USERS)
    const flags = ['--certificate-file', path('node.crt'), '--users-file', path('users.json')]
    const keyFlags = ['--certificate-private-key-file', path('node.key')]
    node = await startEventStoreNode({ args: [...flags, ...keyFlags, ...args] })
  })

  afterAll(async () => {
    for (const client of clients.values()) await client.dispose()
    await node.stop()
    await rm(folder, { recursive: true })
  })

  const address = (name?: string, password = `${name}-password`): string => {
    const credentials = name === undefined ? '' : `${name}:${encodeURIComponent(password)}@`
    return `esdb://${credentials}127.0.0.1:${node.port}?tls=true&tlsCAFile=${path('node.crt')}`
  }

  const connectOnce = (connectionString: string): PublicClient => {
    const known = clients.get(connectionString)
    if (known !== undefined) return known
    const client = connect(connectionString)
    clients.set(connectionString, client)
    return client
  }

  return {
    get node() {
      return node
    },
    get usersFile() {
      return path('users.json')
    },
    get certificateFile() {
      return path('node.crt')
    },
    get privateKeyFile() {
      return path('node.key')
    },
    address,
    as: (name, password) => connectOnce(address(name, password)),
    connect: connectOnce,
  }
}

/** A user whose password costs little to check. */
export function user(name: string, groups: string[], disabled = false): User {
  const salt = randomBytes(16)
  const cost = { N: 1_024, r: 8, p: 1 }
  const hash = scryptSync(`${name}-password`, salt, 32, cost)
  const password = { salt: salt.toString('base64'), hash: hash.toString('base64') }
  return { name, groups, disabled, password: { algorithm: 'scrypt', ...cost, ...password } }
}

export async function writeUsersFile(path: string, users: readonly User[]): Promise<void> {
  await writeFile(path, JSON.stringify({ users }), { mode: 0o600 })
}
