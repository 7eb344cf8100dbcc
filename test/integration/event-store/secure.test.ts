/** Over TLS, as somebody with a password in the connection string. */
import { randomBytes, scryptSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  AppendAbandoned,
  AppendRefused,
  connectEventStore,
  ReadRefused,
  type EventStore,
} from '../../../infrastructure/event-store/index.ts'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { startEventStoreNode, type EventStoreNode } from '../../support/event-store-node.ts'
import { newEvent, newEvents, newStream, oneByOne, toArray } from './events.ts'

let folder: string
let node: EventStoreNode
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secure-store-test-'))
  const { cert, key } = selfSignedCertificate()
  const users = [user('admin', ['$admins']), user('alice', []), user('bob', [])]
  const [certFile, keyFile, usersFile] = ['node.crt', 'node.key', 'users.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  await writeFile(certFile, cert)
  await writeFile(keyFile, key, { mode: 0o600 })
  await writeFile(usersFile, JSON.stringify({ users }), { mode: 0o600 })
  const keyFlags = ['--certificate-file', certFile, '--certificate-private-key-file', keyFile]
  node = await startEventStoreNode({ args: [...keyFlags, '--users-file', usersFile] })
})
afterAll(async () => {
  await node.stop()
  await rm(folder, { recursive: true })
})

/** A user whose password is the name with `-password`, and costs little to check. */
function user(name: string, groups: string[]): object {
  const salt = randomBytes(16)
  const cost = { N: 1_024, r: 8, p: 1 }
  const hash = scryptSync(`${name}-password`, salt, 32, cost).toString('base64')
  const password = { algorithm: 'scrypt', ...cost, salt: salt.toString('base64'), hash }
  return { name, groups, disabled: false, password }
}

async function as<T>(
  [name, password = `${name}-password`]: [name: string, password?: string],
  use: (store: EventStore) => Promise<T>,
): Promise<T> {
  const store = connectEventStore({
    connectionString: `esdb://${name}:${password}@127.0.0.1:${node.port}?tls=true&tlsCAFile=${join(folder, 'node.crt')}`,
  })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

test('who is known appends, reads and follows', async () => {
  await as(['admin'], async (store) => {
    const prefix = newStream('secure')
    await store.append(prefix, newEvents(2), 'no-stream')
    expect(await store.append(prefix, newEvents(1), 1n)).toMatchObject({ revision: 2n })
    expect(await toArray(store.readStream(prefix))).toHaveLength(3)
    expect(await toArray(store.readAll())).toHaveLength(3)
    const ending = new AbortController()
    const items = oneByOne(
      store.subscribeToAll({ streamPrefixes: [prefix], signal: ending.signal }),
    )
    expect(await items.next()).toMatchObject({ kind: 'event', event: { revision: 0n } })
    ending.abort()
  })
})

test('who has no right to read everything is refused, not kept waiting', async () => {
  await as(['bob'], async (store) => {
    await expect(toArray(store.readAll())).rejects.toThrow(ReadRefused)
  })
})

test('a wrong password ends appends and reads, and nothing is stored', async () => {
  const stream = newStream('secure')
  await as(['alice', 'wrong'], async (store) => {
    const append = store.append(stream, [newEvent()], 'no-stream')
    await expect(append).rejects.toSatisfy(
      (error) => error instanceof AppendAbandoned || error instanceof AppendRefused,
    )
    await expect(toArray(store.readStream(stream))).rejects.toThrow(ReadRefused)
  })
  await as(['alice'], async (store) => {
    expect(await toArray(store.readStream(stream))).toEqual([])
  })
})
