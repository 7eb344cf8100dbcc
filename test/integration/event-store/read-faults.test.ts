/** What may go wrong while reading and subscribing, played by a server that misbehaves on cue. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import {
  connectEventStore,
  EventStoreUnavailable,
  ReadRefused,
  type EventStore,
  type EventStoreSettings,
} from '../../../infrastructure/event-store/index.ts'
import { failureOf, newEvent, oneByOne, toArray } from './events.ts'
import {
  caughtUp,
  confirmation,
  recorded,
  startScriptedServer,
  type ReadCall,
  type Script,
} from './scripted-server.ts'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function storeAgainst(
  script: Script,
  settings: Partial<EventStoreSettings> = {},
): Promise<EventStore> {
  const server = await startScriptedServer(script)
  cleanups.push(() => {
    server.stop()
  })
  const store = connectEventStore({ connectionString: server.connectionString, ...settings })
  cleanups.push(() => store.close())
  return store
}

interface Revisions {
  /** The revision of the next event, or the word that comes instead of one, or that it ended. */
  next(): Promise<bigint | string>
}

function subscribe(store: EventStore, ending = new AbortController()): Revisions {
  cleanups.push(() => {
    ending.abort()
  })
  const options = { streamPrefixes: ['scripted'], signal: ending.signal }
  const items = oneByOne(store.subscribeToAll(options))
  return {
    next: async () => {
      const item = await items.next()
      return item?.kind === 'event' ? item.event.revision : (item?.kind ?? 'ended')
    },
  }
}

/** Where a subscription was asked to start. */
function startOf(call: ReadCall): string | undefined {
  return call.request.getOptions()?.getAll()?.getPosition()?.getCommitPosition()
}

const hundredBytes = JSON.stringify({ filler: 'x'.repeat(86) })
const tenKilobytes = JSON.stringify({ filler: 'x'.repeat(10_000) })

describe('a read', () => {
  test('of a silent server ends as unavailable after its timeout', async () => {
    const store = await storeAgainst({}, { readTimeoutMs: 200 })
    await expect(toArray(store.readStream('scripted'))).rejects.toThrow(EventStoreUnavailable)
  })

  test('of a server that falls silent midway ends as unavailable, not as complete', async () => {
    const store = await storeAgainst(
      {
        read: (call) => {
          call.write(recorded(0, '{}'))
        },
      },
      { readTimeoutMs: 200 },
    )
    await expect(toArray(store.readStream('scripted'))).rejects.toThrow('no answer within 200 ms')
  })

  test('that loses its connection midway yields what came and then the error', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(recorded(0, '{}'))
        call.write(recorded(1, '{}'))
        setTimeout(() => call.emit('error', { code: 14, details: 'scripted loss' }), 50)
      },
    })
    const seen: bigint[] = []
    const reading = (async () => {
      for await (const { revision } of store.readStream('scripted')) seen.push(revision)
    })()
    await expect(reading).rejects.toThrow(EventStoreUnavailable)
    expect(seen).toEqual([0n, 1n])
  })

  test('does not look complete when the store is closed midway', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(recorded(0, '{}'))
      },
    })
    const failure = failureOf(toArray(store.readStream('scripted')))
    await sleep(100)
    await store.close()
    expect(String(await failure)).toContain('the event store was closed')
  })

  test('that is denied is refused, not retried', async () => {
    const store = await storeAgainst({
      read: (call) => call.emit('error', { code: 16, details: 'who are you' }),
    })
    await expect(toArray(store.readAll())).rejects.toThrow(ReadRefused)
  })

  test.each([
    ['text that is no JSON', '{"half":'],
    ['JSON that is no object', '[1]'],
    ['a JSON string', '"text"'],
  ])('of %s names stream and revision', async (_, data) => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(recorded(7, data))
        call.end()
      },
    })
    const reading = toArray(store.readStream('scripted'))
    await expect(reading).rejects.toThrow(ReadRefused)
    await expect(reading).rejects.toThrow('data of event 7 of stream scripted is not a JSON object')
  })

  test('that is broken off is cancelled on the server', async () => {
    let cancelled: Promise<unknown> | undefined
    const store = await storeAgainst({
      read: (call) => {
        cancelled = once(call, 'cancelled')
        for (let revision = 0; revision < 100; revision += 1)
          call.write(recorded(revision, hundredBytes))
      },
    })
    for await (const { revision } of store.readStream('scripted')) {
      expect(revision).toBe(0n)
      break
    }
    await cancelled
  })
})

test('a read that is broken off behind its end on the server does not hold up closing', async () => {
  const store = await storeAgainst({
    read: (call) => {
      for (let revision = 0; revision < 100; revision += 1)
        call.write(recorded(revision, hundredBytes))
      call.end()
    },
  })
  // Near the end, where the server is done and the last events wait in the client's buffers.
  for (const stopAt of [60n, 70n, 75n, 80n, 85n, 90n, 95n])
    for await (const { revision } of store.readStream('scripted')) {
      if (revision < stopAt) continue
      await sleep(50)
      break
    }
  const closed = await Promise.race([
    store.close().then(() => 'closed'),
    sleep(2_000, 'still open'),
  ])
  expect(closed).toBe('closed')
})

/** Sends events as fast as they are taken, and counts those that were. */
function flood(call: ReadCall, data: string, count: { sent: number }): void {
  const send = (): void => {
    while (count.sent < 100_000) {
      count.sent += 1
      if (call.write(recorded(count.sent, data))) continue
      call.once('drain', send)
      return
    }
  }
  call.on('cancelled', () => call.removeAllListeners('drain'))
  send()
}

describe('a subscription', () => {
  test('that is not consumed takes only what fits its buffers', async () => {
    const count = { sent: 0 }
    const store = await storeAgainst({
      read: (call) => {
        call.write(confirmation())
        flood(call, tenKilobytes, count)
      },
    })
    const items = subscribe(store)
    expect(await items.next()).toBe(1n)
    let settled = 0
    do {
      settled = count.sent
      await sleep(200)
    } while (count.sent !== settled)
    expect(settled).toBeLessThan(200)
    for (let revision = 2n; revision <= 1_000n; revision += 1n)
      expect(await items.next()).toBe(revision)
    expect(count.sent).toBeGreaterThan(settled)
  })

  test('that is lost says so, and starts again behind the last event that was taken', async () => {
    const starts: (string | undefined)[] = []
    const store = await storeAgainst({
      read: (call) => {
        starts.push(startOf(call))
        call.write(confirmation())
        const first = starts.length === 1 ? 1 : 2
        for (let revision = first; revision < first + 3; revision += 1)
          call.write(recorded(revision, '{}'))
        call.write(caughtUp())
        if (starts.length === 1)
          setTimeout(() => call.emit('error', { code: 14, details: 'scripted loss' }), 50)
      },
    })
    const items = subscribe(store)
    expect(await items.next()).toBe(1n)
    expect(await items.next()).toBe(2n)
    await sleep(300)
    const rest = [await items.next(), await items.next(), await items.next(), await items.next()]
    expect(rest).toEqual([3n, 'caught-up', 'lost', 4n])
    expect(starts).toEqual([undefined, '30'])
  })

  test('that the server ends in good order starts again too', async () => {
    let calls = 0
    const store = await storeAgainst({
      read: (call) => {
        calls += 1
        call.write(confirmation())
        call.write(recorded(calls, '{}'))
        call.end()
      },
    })
    const items = subscribe(store)
    const seen = [await items.next(), await items.next(), await items.next()]
    expect(seen).toEqual([1n, 'lost', 2n])
  })

  test('that is never confirmed starts again', async () => {
    let calls = 0
    const store = await storeAgainst(
      {
        read: (call) => {
          calls += 1
          if (calls < 3) return
          call.write(confirmation())
          call.write(recorded(1, '{}'))
        },
      },
      { readTimeoutMs: 100 },
    )
    const items = subscribe(store)
    const seen = [await items.next(), await items.next(), await items.next()]
    expect(seen).toEqual(['lost', 'lost', 1n])
  })

  test('keeps the word that all have been seen between the events it came between', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(confirmation())
        for (let revision = 1; revision <= 5; revision += 1) call.write(recorded(revision, '{}'))
        call.write(caughtUp())
        for (let revision = 6; revision <= 8; revision += 1) call.write(recorded(revision, '{}'))
      },
    })
    const items = subscribe(store)
    const seen: (bigint | string)[] = []
    while (seen.length < 9) {
      await sleep(5)
      seen.push(await items.next())
    }
    expect(seen).toEqual([1n, 2n, 3n, 4n, 5n, 'caught-up', 6n, 7n, 8n])
  })

  test('lets nothing through that the server should have filtered', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(confirmation())
        call.write(recorded(1, '{}'))
        call.write(caughtUp())
      },
    })
    const ending = new AbortController()
    const items = store.subscribeToAll({ streamPrefixes: ['other'], signal: ending.signal })
    for await (const item of items) {
      expect(item.kind).toBe('caught-up')
      ending.abort()
    }
  })

  test('that meets an unreadable event ends with an error that names it', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(confirmation())
        call.write(recorded(4, 'garbage'))
      },
    })
    await expect(subscribe(store).next()).rejects.toThrow('event 4 of stream scripted')
  })

  test('ends at once when its signal aborts, and when the store is closed', async () => {
    const store = await storeAgainst({
      read: (call) => {
        call.write(confirmation())
      },
    })
    const ending = new AbortController()
    const aborted = subscribe(store, ending)
    const [first, second] = [aborted.next(), subscribe(store).next()]
    await sleep(100)
    ending.abort()
    expect(await first).toBe('ended')
    await store.close()
    expect(await second).toBe('ended')
  })
})

describe('a server that takes connections and says nothing', () => {
  test('is unavailable to reads in bounded time, and an append goes on until it is given up', async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => sockets.add(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const warnings: string[] = []
    const store = connectEventStore({
      connectionString: `esdb://127.0.0.1:${port}?tls=false`,
      appendTimeoutMs: 150,
      readTimeoutMs: 300,
      log: { warn: (_, message) => warnings.push(message) },
    })
    cleanups.push(() => store.close())
    const ending = new AbortController()
    const append = store.append('scripted', [newEvent()], 'any', ending.signal)
    const failure = failureOf(append)

    const startedAt = performance.now()
    await expect(toArray(store.readStream('scripted'))).rejects.toThrow(EventStoreUnavailable)
    await expect(store.ready(500)).rejects.toThrow('did not answer within 500 ms')
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    await sleep(500)
    ending.abort()
    expect(String(await failure)).toContain('given up')
    expect(warnings.length).toBeGreaterThan(2)
  })
})
