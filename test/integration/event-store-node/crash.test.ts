import { type EventStoreDBClient, type JSONEventData, NO_STREAM } from '@eventstore/db-client'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered } from './client.ts'

const SEED = Number(process.env['CRASH_SEED'] ?? 7)
const KILLS = Number(process.env['CRASH_KILLS'] ?? 6)
const WRITERS = 12

interface Attempt {
  readonly stream: string
  readonly revision: number
  readonly events: JSONEventData[]
  position: bigint | undefined
}

let node: EventStoreNode

beforeAll(async () => {
  node = await startEventStoreNode()
})

afterAll(async () => {
  await node.stop()
})

it(
  `keeps what it acknowledged, and appends whole, over ${KILLS} kills -9 (seed ${SEED})`,
  async () => {
    const random = randomNumbers(SEED)
    const attempts: Attempt[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const client = clientOf(node)
      const writers = Array.from({ length: WRITERS }, (_, writer) =>
        write(client, `account-${writer}`, random, attempts),
      )
      await acknowledgements(attempts, 10 + random(80))
      await setTimeout(random(10))
      await node.kill9()
      await Promise.all(writers)
      await client.dispose().catch(() => undefined)
      await node.restart()
      await check(attempts)
    }
    const acknowledged = attempts.filter(({ position }) => position !== undefined)
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * 10)
  },
  KILLS * 20_000,
)

/** Resolves when so many more appends have been acknowledged. */
async function acknowledgements(attempts: readonly Attempt[], more: number): Promise<void> {
  const count = () => attempts.filter(({ position }) => position !== undefined).length
  const enough = count() + more
  await vi.waitFor(
    () => {
      expect(count()).toBeGreaterThanOrEqual(enough)
    },
    {
      timeout: 20_000,
      interval: 2,
    },
  )
}

/** Appends to one stream until the node is gone; the first append finds out where it stands. */
async function write(
  client: EventStoreDBClient,
  stream: string,
  random: (below: number) => number,
  attempts: Attempt[],
): Promise<void> {
  try {
    let revision = await lastRevision(client, stream)
    for (;;) {
      const events = numbered(1 + random(5))
      const attempt: Attempt = { stream, revision: revision + 1, events, position: undefined }
      attempts.push(attempt)
      const { position, nextExpectedRevision } = await client.appendToStream(stream, events, {
        expectedRevision: revision < 0 ? NO_STREAM : BigInt(revision),
      })
      attempt.position = position?.commit
      revision = Number(nextExpectedRevision)
    }
  } catch {
    // The node was killed; what was not acknowledged may or may not be there.
  }
}

async function lastRevision(client: EventStoreDBClient, stream: string): Promise<number> {
  const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const
  const read = await collect(client.readStream(stream, options)).catch(() => [])
  return Number(read[0]?.event?.revision ?? -1)
}

async function check(attempts: readonly Attempt[]): Promise<void> {
  const client = clientOf(node)
  const all = await collect(client.readAll())
  const place = new Map(all.map(({ event }, index) => [event?.id, index]))
  expect(place.size).toBe(all.length)
  for (const { stream, revision, events, position } of attempts) {
    const places = events.map(({ id }) => place.get(id))
    const found = places.filter((index) => index !== undefined)
    if (position === undefined && found.length === 0) continue
    const first = places[0] ?? Number.NaN
    expect(places).toEqual(events.map((_, index) => first + index))
    const stored = all.slice(first, first + events.length).map(({ event }) => event)
    expect(stored.map((event) => event?.streamId)).toEqual(events.map(() => stream))
    const revisions = stored.map((event) => Number(event?.revision))
    expect(revisions).toEqual(events.map((_, index) => revision + index))
    const storedAt = stored.at(-1)?.position.commit
    expect(position ?? storedAt).toBe(storedAt)
  }
  for (const stream of new Set(attempts.map((attempt) => attempt.stream))) {
    const inStream = await collect(client.readStream(stream)).catch(() => [])
    const inAll = all.filter(({ event }) => event?.streamId === stream)
    expect(inStream.map(({ event }) => event?.id)).toEqual(inAll.map(({ event }) => event?.id))
  }
  await client.dispose()
}

/** A small generator of repeatable numbers (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
