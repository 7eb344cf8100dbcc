/** A client that was lost while the files that its connection string names are not there. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  connectEventStore,
  EventStoreUnavailable,
  type EventStore,
} from '../../../infrastructure/event-store/index.ts'
import { startEventStoreNode, type EventStoreNode } from '../../support/event-store-node.ts'
import { newEvent, newEvents, newStream, oneByOne, toArray } from './events.ts'

let folder: string
let node: EventStoreNode
let store: EventStore
let key: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reopen-test-'))
  node = await startEventStoreNode()
  key = join(folder, 'user.key')
  const certificate = join(folder, 'user.crt')
  await writeFile(key, 'not looked into without TLS')
  await writeFile(certificate, 'nor this')
  const files = `userKeyFile=${key}&userCertFile=${certificate}`
  store = connectEventStore({ connectionString: `${node.connectionString}&${files}` })
})
afterEach(async () => {
  await store.close()
  await node.stop()
  await rm(folder, { recursive: true })
})

test('appends, reads and subscriptions go on when the files are there again', async () => {
  const stream = newStream()
  const following = new AbortController()
  const items = oneByOne(
    store.subscribeToAll({ streamPrefixes: [stream], signal: following.signal }),
  )
  expect(await items.next()).toEqual({ kind: 'caught-up' })
  await store.append(stream, newEvents(1), 'no-stream')
  expect(await items.next()).toMatchObject({ kind: 'event' })

  await rename(key, `${key}.away`)
  await node.kill9()
  const late = newEvent()
  const append = store.append(stream, [late], 0n)
  expect(await items.next()).toMatchObject({ kind: 'lost' })
  await node.restart()
  await sleep(300)
  const reading = toArray(store.readStream(stream))
  await expect(reading).rejects.toThrow(EventStoreUnavailable)
  await expect(toArray(store.readStream(stream))).rejects.toThrow('certificate key file')

  await rename(`${key}.away`, key)
  expect((await toArray(store.readStream(stream))).length).toBeGreaterThan(0)
  expect(await append).toMatchObject({ status: 'appended', revision: 1n })
  let item = await items.next()
  while (item !== undefined && item.kind !== 'event') item = await items.next()
  expect(item).toMatchObject({ event: { id: late.id } })
  following.abort()
})

test('a store that is opened without them says so at once', async () => {
  await rm(key)
  const files = `userKeyFile=${key}&userCertFile=${join(folder, 'user.crt')}`
  const connectionString = `${node.connectionString}&${files}`
  expect(() => connectEventStore({ connectionString })).toThrow(TypeError)
})
