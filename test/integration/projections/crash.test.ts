import { fc } from '@fast-check/vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { reconcile } from '../../../compliance/reconciliation/index.ts'
import type { EventStore } from '../../../infrastructure/event-store/index.ts'
import { startEmbeddedPostgres } from '../../../infrastructure/postgres/index.ts'
import { projectors } from '../../../projections/index.ts'
import { readCheckpoints } from '../../../projections/runner/checkpoints.ts'
import { eventsOf, inBatches } from '../../support/projected-events.ts'
import {
  allRows,
  appendHistory,
  createReadModels,
  openReadModels,
  project,
  projected,
  type ReadModels,
  silent,
  startEventStore,
} from '../../support/projecting.ts'
import { randomPlay } from '../../unit/domain/random-play.ts'

const SEED = Number(process.env['CRASH_SEED'] ?? 7)
const KILLS = Number(process.env['CRASH_KILLS'] ?? 6)
const WRITERS = 20

/** Numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return Math.floor((state / 0x8000_0000) * below)
  }
}

async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'countroom-projections-crash-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  const postgres = await startEmbeddedPostgres({
    dataFolder: join(folder, 'postgres'),
    logger: silent(),
    restartPolicy: { delayMs: 10, delayMsMax: 100, deathsMax: 1_000, windowMs: 60_000 },
  })
  onTestFinished(() => postgres.stop())
  return postgres
}

/** Appends one player's history after the other, a few events at a time; gives the last position. */
async function play(store: EventStore, writer: number, isOver: () => boolean): Promise<bigint> {
  let last = -1n
  for (let nth = 0; nth === 0 || !isOver(); nth += 1) {
    const [commands = []] = fc.sample(randomPlay, { seed: SEED + writer + 1_000 * nth, numRuns: 1 })
    let revision = 0n
    for (const batch of inBatches(eventsOf(commands), [1, 3, 2])) {
      last = await appendHistory(store, `player-${writer}-${nth}`, batch, revision)
      revision += BigInt(batch.length)
      if (isOver()) break
      await sleep(20)
    }
  }
  return last
}

/** Resolves when events are being projected, so that the next kill meets a batch under way. */
async function progress({ db }: ReadModels): Promise<void> {
  let least: bigint | undefined
  await vi.waitFor(
    async () => {
      const [checkpoint] = (await readCheckpoints(db, projectors)).values()
      const now = checkpoint?.position ?? -1n
      least ??= now
      expect(now).toBeGreaterThan(least)
    },
    { timeout: 30_000, interval: 5 },
  )
}

test(
  `rows are those of a rebuild after ${KILLS} kills -9 of the node and Postgres (seed ${SEED})`,
  { timeout: 240_000 },
  async () => {
    const { node, store } = await startEventStore()
    const postgres = await startPostgres()
    const models = await openReadModels(postgres.url)
    await Promise.all([project(models, store), project(models, store)])

    const random = randomNumbers(SEED)
    let areKillsOver = false
    const writers = Array.from({ length: WRITERS }, (_, nth) =>
      play(store, nth, () => areKillsOver),
    )
    const written = Promise.all(writers)
    written.catch(() => undefined) // it is awaited below, unless the test fails before
    for (let kill = 0; kill < KILLS; kill += 1) {
      await progress(models)
      await sleep(random(80))
      if (kill % 3 !== 2) await postgres.kill9()
      else {
        await node.kill9()
        await node.restart()
      }
    }
    areKillsOver = true
    const positions = await written
    const last = positions.reduce((one, other) => (one > other ? one : other))
    await postgres.whenReady()
    await projected(models, last, 60_000)

    const rebuilt = await createReadModels()
    await project(rebuilt, store)
    await projected(rebuilt, last)
    const rows = await allRows(models)
    expect(rows['ledger_entries']?.length).toBeGreaterThan(100)
    expect(rows).toEqual(await allRows(rebuilt))
    const report = await reconcile({ db: models.db, eventStore: store })
    expect(report).toMatchObject({ discrepancies: [], discrepancyCount: 0 })
  },
)
