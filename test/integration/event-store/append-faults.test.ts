/** What may go wrong between an append and its reply, played by a server that misbehaves on cue. */
import { status } from '@grpc/grpc-js'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import {
  AppendAbandoned,
  AppendRefused,
  connectEventStore,
  EventStoreUnavailable,
  type EventStore,
  type EventStoreSettings,
} from '../../../infrastructure/event-store/index.ts'
import { failureOf, newEvent, newStream } from './events.ts'
import {
  batchAppendOnly,
  failed,
  recorded,
  replyToUnknown,
  startScriptedServer,
  stored,
  type AppendCall,
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

type Request = Parameters<typeof stored>[0]

/** Calls back with each append request and its number over all connections. */
function onRequest(react: (call: AppendCall, request: Request, number: number) => void): Script {
  let count = 0
  return {
    batchAppend: (call) => {
      call.on('data', (request: Request) => {
        count += 1
        react(call, request, count)
      })
      call.on('error', () => undefined)
    },
  }
}

function idOf(request: Request): string {
  return request.getProposedMessagesList()[0]?.getId()?.getString() ?? ''
}

function append(store: EventStore, signal?: AbortSignal): ReturnType<EventStore['append']> {
  return store.append(newStream(), [newEvent()], 'no-stream', signal)
}

describe('an append whose reply', () => {
  test('never comes is sent again after its timeout, as the same event', async () => {
    const ids: string[] = []
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        ids.push(idOf(request))
        if (number === 3) call.write(stored(request, 5))
      }),
      { appendTimeoutMs: 100 },
    )
    expect(await append(store)).toEqual({ status: 'appended', revision: 5n, position: 77n })
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
  })

  test('comes late, after the retry, does no harm', async () => {
    let first: { call: AppendCall; request: Request } | undefined
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        if (number === 1) {
          first = { call, request }
          return
        }
        first?.call.write(stored(first.request, 1))
        call.write(replyToUnknown(request))
        call.write(stored(request, 2))
        call.write(stored(request, 3))
      }),
      { appendTimeoutMs: 100 },
    )
    expect(await append(store)).toMatchObject({ revision: 2n })
    await sleep(50)
    expect(await append(store)).toMatchObject({ revision: 2n })
  })

  test('is lost as the server ends the stream in good order is sent again', async () => {
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        if (number === 1) call.end()
        else call.write(stored(request, 0))
      }),
      { appendTimeoutMs: 60_000 },
    )
    expect(await append(store)).toMatchObject({ status: 'appended' })
  })

  test('says that the server timed out is asked for again', async () => {
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        call.write(number < 3 ? failed(request, 'Timeout') : stored(request, 0))
      }),
    )
    expect(await append(store)).toMatchObject({ status: 'appended' })
  })

  test.each(['BadRequest', 'StreamDeleted', 'AccessDenied'] as const)(
    'is %s is refused for good',
    async (type) => {
      const store = await storeAgainst(
        onRequest((call, request) => {
          call.write(failed(request, type))
        }),
      )
      await expect(append(store)).rejects.toThrow(AppendRefused)
    },
  )

  test('is a refusal after an attempt of unknown outcome is no proof that nothing was stored', async () => {
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        if (number > 1) call.write(failed(request, 'StreamDeleted'))
      }),
      { appendTimeoutMs: 100 },
    )
    await expect(append(store)).rejects.toThrow(AppendAbandoned)
  })

  test('is the denied end of the whole stream is given up, and not called refused', async () => {
    const store = await storeAgainst(
      onRequest((call) => {
        call.emit('error', { code: 16, details: 'who are you' })
      }),
    )
    await expect(append(store)).rejects.toThrow(AppendAbandoned)
  })
})

test('a denied stream is not opened again as fast as callers come, and each time it is told once', async () => {
  let calls = 0
  const warnings: object[] = []
  const store = await storeAgainst(
    onRequest((call) => {
      calls += 1
      call.emit('error', { code: 16, details: 'who are you' })
    }),
    { log: { warn: (details) => warnings.push(details) } },
  )
  const endsAtMs = performance.now() + 500
  while (performance.now() < endsAtMs) await expect(append(store)).rejects.toThrow(AppendAbandoned)
  expect(calls).toBeGreaterThan(2)
  expect(calls).toBeLessThan(10)
  expect(warnings).toHaveLength(calls)
  expect(warnings[0]).toMatchObject({
    reason: expect.stringContaining('who are you') as string,
    appendsInFlight: 1,
  })
})

describe('more appends than may wait', () => {
  const silent = (settings: Partial<EventStoreSettings>) =>
    storeAgainst(
      onRequest(() => undefined),
      settings,
    )

  test('are turned away at once, until there is room', async () => {
    const store = await silent({ maxPendingAppends: 2 })
    const ending = new AbortController()
    const waiting = [append(store, ending.signal), append(store)].map(failureOf)
    const turnedAway = await failureOf(append(store))
    expect(turnedAway).toBeInstanceOf(EventStoreUnavailable)
    expect(String(turnedAway)).toMatch(/2 appends of \d+ bytes wait .* this one was not sent/)
    ending.abort()
    expect(await waiting[0]).toBeInstanceOf(AppendAbandoned)
    const last = failureOf(append(store))
    await expect(append(store)).rejects.toThrow(EventStoreUnavailable)
    await store.close()
    expect(await last).toBeInstanceOf(AppendAbandoned)
    await Promise.all(waiting)
  })

  test('in bytes as well, but one always may', async () => {
    const store = await silent({ maxPendingBytes: 10 })
    const first = failureOf(append(store))
    await expect(append(store)).rejects.toThrow(EventStoreUnavailable)
    await store.close()
    expect(await first).toBeInstanceOf(AppendAbandoned)
  })

  test('are no others than new ones: what is sent again goes on waiting', async () => {
    const store = await storeAgainst(
      onRequest((call, request, number) => {
        if (number > 2) call.write(stored(request, 0))
        else call.write(failed(request, 'Timeout'))
      }),
      { maxPendingAppends: 1 },
    )
    expect(await append(store)).toMatchObject({ status: 'appended' })
    expect(await append(store)).toMatchObject({ status: 'appended' })
  })
})

test('200 appends that lose their connection again and again come back one by one first', async () => {
  const requestsPerCall: number[] = []
  const known = new Map<string, number>()
  let losses = 5
  const store = await storeAgainst({
    batchAppend: (call) => {
      const index = requestsPerCall.push(0) - 1
      const lose = losses > 0
      losses -= 1
      call.on('error', () => undefined)
      call.on('data', (request: Request) => {
        requestsPerCall[index] = (requestsPerCall[index] ?? 0) + 1
        known.set(idOf(request), (known.get(idOf(request)) ?? 0) + 1)
        if (!lose) call.write(stored(request, 0))
        // Later, so that all that the client sends at once is counted.
        else setTimeout(() => call.emit('error', { code: 14, details: 'scripted loss' }), 50)
      })
    },
  })
  const results = await Promise.all(Array.from({ length: 200 }, () => append(store)))
  expect(results.every(({ status }) => status === 'appended')).toBe(true)
  expect(known.size).toBe(200)
  // The first stream takes what was in flight; each retry of a lost connection is one append alone.
  expect(requestsPerCall.slice(1, 5)).toEqual([1, 1, 1, 1])
})

test('appends that still wait to be written when their connection is lost do not end the process', async () => {
  let calls = 0
  const store = await storeAgainst({
    batchAppend: (call) => {
      calls += 1
      call.on('error', () => undefined)
      if (calls > 1)
        call.on('data', (request: Request) => {
          call.write(stored(request, 0))
        })
      // The first call is not read from, so that most of its requests never leave the client.
      else setTimeout(() => call.emit('error', { code: 14, details: 'scripted loss' }), 200)
    },
  })
  const large = { text: 'x'.repeat(20_000) }
  const appends = Array.from({ length: 100 }, () =>
    store.append(newStream(), [newEvent(large)], 'no-stream'),
  )
  expect(await Promise.all(appends)).toHaveLength(100)
  expect(calls).toBe(2)
})

test('a server that hangs gets a bounded number of attempts, whatever their callers do', async () => {
  let received = 0
  const store = await storeAgainst(
    onRequest(() => {
      received += 1
    }),
    { appendTimeoutMs: 1_000, maxAppendsInFlight: 8 },
  )
  const startedAt = performance.now()
  const givenUp = Array.from({ length: 50 }, () => append(store, AbortSignal.timeout(100)))
  const outcomes = await Promise.allSettled(givenUp)
  expect(
    outcomes.every((it) => it.status === 'rejected' && it.reason instanceof AppendAbandoned),
  ).toBe(true)
  // Each caller is let go when its signal aborts, not when the attempt times out.
  expect(performance.now() - startedAt).toBeLessThan(900)
  expect(received).toBeLessThanOrEqual(8)
})

test('an error in asking for the features of the server is not remembered for ever', async () => {
  let asked = 0
  const store = await storeAgainst({
    ...onRequest((call, request) => {
      call.write(stored(request, 0))
    }),
    features: (answer) => {
      asked += 1
      if (asked < 3) answer({ code: status.INTERNAL, details: 'scripted failure' })
      else answer(null, batchAppendOnly())
    },
  })
  expect(await append(store)).toMatchObject({ status: 'appended' })
})

test('one store losing its server does not lose the appends of another in the same process', async () => {
  const held: { call: AppendCall; request: Request }[] = []
  const steady = await storeAgainst(
    onRequest((call, request) => {
      held.push({ call, request })
      if (held.length > 1) call.write(stored(request, 1))
    }),
  )
  const losing = await storeAgainst(
    onRequest((call, request, number) => {
      if (number === 1) call.emit('error', { code: 14, details: 'scripted loss' })
      else call.write(stored(request, 2))
    }),
  )
  const first = append(steady)
  while (held.length === 0) await sleep(5)
  expect(await append(losing)).toMatchObject({ revision: 2n })
  for (const { call, request } of held) call.write(stored(request, 1))
  expect(await first).toMatchObject({ revision: 1n })
  expect(await append(steady)).toMatchObject({ revision: 1n })
})

test('many appends may share one signal without a warning', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => {
    warnings.push(warning)
  }
  process.on('warning', listen)
  const store = await storeAgainst(
    onRequest((call, request) => {
      call.write(stored(request, 0))
    }),
  )
  const { signal } = new AbortController()
  await Promise.all(Array.from({ length: 50 }, () => append(store, signal)))
  await sleep(20)
  process.off('warning', listen)
  expect(warnings).toEqual([])
})

test('an append that the server alone forgets is sent again, and no other is disturbed', async () => {
  let calls = 0
  const counts = new Map<string, number>()
  const store = await storeAgainst(
    {
      batchAppend: (call) => {
        calls += 1
        call.on('error', () => undefined)
        call.on('data', (request: Request) => {
          const count = (counts.get(idOf(request)) ?? 0) + 1
          counts.set(idOf(request), count)
          if (counts.size > 1 || count > 1) call.write(stored(request, 0))
        })
      },
    },
    { appendTimeoutMs: 200 },
  )
  const forgotten = append(store)
  const ending = { is: false }
  const others = (async () => {
    while (!ending.is) expect(await append(store)).toMatchObject({ status: 'appended' })
  })()
  expect(await forgotten).toMatchObject({ status: 'appended' })
  ending.is = true
  await others
  expect(calls).toBe(1)
  expect([...counts.values()].filter((count) => count > 1)).toEqual([2])
})

test('answers to what was sent before, or to nothing, do not show that a stream still works', async () => {
  const calls = new Set<AppendCall>()
  const requests: Request[] = []
  const store = await storeAgainst(
    onRequest((call, request) => {
      calls.add(call)
      const [first] = requests
      requests.push(request)
      if (requests.length === 2 && first) {
        call.write(replyToUnknown(request))
        call.write(stored(first, 0))
      }
      if (requests.length > 2) call.write(stored(request, 0))
    }),
    { appendTimeoutMs: 200 },
  )
  const earlier = append(store)
  while (requests.length === 0) await sleep(5)
  const unanswered = append(store)
  expect(await earlier).toMatchObject({ status: 'appended' })
  expect(await unanswered).toMatchObject({ status: 'appended' })
  expect(calls.size).toBe(2)
})

test('replies that nobody waits for are counted and dropped', async () => {
  const server = await startScriptedServer(
    onRequest((call, request) => {
      call.write(replyToUnknown(request))
      call.write(stored(request, 4))
      call.write(stored(request, 5))
    }),
  )
  cleanups.push(() => {
    server.stop()
  })
  const store = connectEventStore({ connectionString: server.connectionString })
  cleanups.push(() => store.close())
  expect(await append(store)).toMatchObject({ revision: 4n })
  expect(await append(store)).toMatchObject({ revision: 4n })
  await sleep(50)
  expect(store.statistics).toEqual({ unknownReplies: 4, repeatedAttempts: 0 })
})

test('a reply that is no message costs the stream, not the process', async () => {
  const store = await storeAgainst(
    onRequest((call, request, number) => {
      const reply = stored(request, 0)
      if (number === 1) reply.clearSuccess()
      call.write(reply)
    }),
  )
  expect(await append(store)).toMatchObject({ status: 'appended' })
})

test('an append that is too large for one request goes in several', async () => {
  const seen: { id: string | undefined; options: boolean; final: boolean; events: number }[] = []
  const store = await storeAgainst(
    {
      batchAppend: (call) => {
        call.on('error', () => undefined)
        call.on('data', (request: Request) => {
          seen.push({
            id: request.getCorrelationId()?.getString(),
            options: request.hasOptions(),
            final: request.getIsFinal(),
            events: request.getProposedMessagesList().length,
          })
          if (request.getIsFinal()) call.write(stored(request, 99))
        })
      },
    },
    { maxRequestBytes: 10_000 },
  )
  const events = Array.from({ length: 100 }, () => newEvent({ text: 'x'.repeat(1_000) }))
  expect(await store.append(newStream(), events, 'no-stream')).toMatchObject({ revision: 99n })
  expect(seen.length).toBeGreaterThan(10)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
  expect(seen.map(({ options }) => options)).toEqual(seen.map((_, index) => index === 0))
  expect(seen.map(({ final }) => final)).toEqual(seen.map((_, index) => index === seen.length - 1))
  expect(seen.reduce((sum, request) => sum + request.events, 0)).toBe(100)
})

test('a server that leaves the position out is asked for it', async () => {
  const store = await storeAgainst({
    ...onRequest((call, request) => {
      const reply = stored(request, 3)
      reply.getSuccess()?.clearPosition()
      call.write(reply)
    }),
    read: (call) => {
      call.write(recorded(3, '{}'))
      call.end()
    },
  })
  expect(await append(store)).toEqual({ status: 'appended', revision: 3n, position: 30n })
})

describe('closing', () => {
  test('abandons what is pending and refuses what comes after', async () => {
    const store = await storeAgainst({})
    const failure = failureOf(append(store))
    await sleep(50)
    await store.close()
    expect(await failure).toBeInstanceOf(AppendAbandoned)
    await expect(append(store)).rejects.toThrow(AppendAbandoned)
    await store.close()
  })
})
