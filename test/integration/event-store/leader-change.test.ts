/** Nodes that are not the leader name it; the client goes there, with all that was in flight. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { newEvent, newStream } from './events.ts'
import {
  notLeader,
  startScriptedServer,
  stored,
  type AppendCall,
  type ScriptedServer,
} from './scripted-server.ts'

type Request = Parameters<typeof stored>[0]

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** Servers of one cluster, which agree on a leader and on what is stored. */
class Cluster {
  readonly servers: ScriptedServer[] = []
  /** Ids of the events that are stored; one that comes again is the same. */
  readonly stored = new Set<string>()
  /** Requests by the number of the server that got them. */
  readonly requests: number[] = []
  /** Answers of the leader are held back while this is set; what they tell is done all the same. */
  holdsAnswers = false
  readonly #calls = new Set<{ call: AppendCall; server: number }>()
  #leader = 0

  static async start(size: number): Promise<Cluster> {
    const cluster = new Cluster()
    for (let number = 0; number < size; number += 1) {
      cluster.requests.push(0)
      cluster.servers.push(
        await startScriptedServer({
          batchAppend: (call) => {
            cluster.#serve(number, call)
          },
        }),
      )
    }
    cleanups.push(() => {
      for (const server of cluster.servers) server.stop()
    })
    return cluster
  }

  /** From now on another server is the leader; the old one ends its streams. */
  elect(number: number): void {
    this.#leader = number
    for (const { call, server } of this.#calls) if (server !== number) this.#turnAway(call)
  }

  #serve(number: number, call: AppendCall): void {
    const entry = { call, server: number }
    this.#calls.add(entry)
    call.on('error', () => this.#calls.delete(entry))
    call.on('cancelled', () => this.#calls.delete(entry))
    call.on('data', (request: Request) => {
      this.requests[number] = (this.requests[number] ?? 0) + 1
      if (number !== this.#leader) this.#turnAway(call)
      else this.#store(call, request)
    })
  }

  #store(call: AppendCall, request: Request): void {
    for (const message of request.getProposedMessagesList())
      this.stored.add(message.getId()?.getString() ?? '')
    if (!this.holdsAnswers) call.write(stored(request, 0))
  }

  #turnAway(call: AppendCall): void {
    const leader = this.servers[this.#leader]
    if (leader) call.emit('error', notLeader(leader))
  }
}

function connect(server: ScriptedServer | undefined): EventStore {
  const store = connectEventStore({ connectionString: server?.connectionString ?? '' })
  cleanups.push(() => store.close())
  return store
}

function appendMany(store: EventStore, count: number) {
  const events = Array.from({ length: count }, () => newEvent())
  const results = events.map((event) => store.append(newStream(), [event], 'no-stream'))
  return { ids: events.map(({ id }) => id), results: Promise.all(results) }
}

test('an append to a node that is not the leader goes to the one it names', async () => {
  const cluster = await Cluster.start(2)
  cluster.elect(1)
  const store = connect(cluster.servers[0])
  expect(await store.append(newStream(), [newEvent()], 'no-stream')).toMatchObject({
    status: 'appended',
  })
  expect(cluster.requests).toEqual([1, 1])
  await store.append(newStream(), [newEvent()], 'no-stream')
  expect(cluster.requests).toEqual([1, 2])
})

test('200 appends in flight as the leader changes are all stored, as the same events', async () => {
  const cluster = await Cluster.start(2)
  const store = connect(cluster.servers[0])
  const sent = new Set<string>()
  for (const leader of [1, 0, 1]) {
    cluster.holdsAnswers = true
    const { ids, results } = appendMany(store, 200)
    for (const id of ids) sent.add(id)
    // All have arrived and are stored, but nobody has been told.
    while (cluster.stored.size < sent.size) await sleep(1)
    cluster.holdsAnswers = false
    cluster.elect(leader)
    expect((await results).every(({ status }) => status === 'appended')).toBe(true)
    expect(cluster.stored).toEqual(sent)
  }
})

test('a leader that is gone is looked for where the connection string leads', async () => {
  const cluster = await Cluster.start(2)
  cluster.elect(1)
  const store = connect(cluster.servers[0])
  await store.append(newStream(), [newEvent()], 'no-stream')
  cluster.servers[1]?.stop()
  cluster.elect(0)
  const { results } = appendMany(store, 50)
  expect((await results).every(({ status }) => status === 'appended')).toBe(true)
  expect(cluster.requests[0]).toBeGreaterThanOrEqual(51)
})
