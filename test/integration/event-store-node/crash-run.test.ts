import { expect, it } from 'vitest'
import { crashRun } from '../../crash/crash-run.ts'

const KILLS = 7
const SEED = 11

it(`loses nothing that it acknowledged over ${KILLS} kills -9 (seed ${SEED})`, async () => {
  const report = await crashRun({ kills: KILLS, seed: SEED, say: () => undefined })
  expect(report).toMatchObject({ ok: true, kills: KILLS, killsWhileStarting: 1 })
  expect(report.acknowledgedBy.batch).toBeGreaterThan(50)
  expect(report.acknowledgedBy.classic).toBeGreaterThan(20)
  expect(report.acknowledgedEvents).toBeGreaterThan(200)
  expect(report.found).toBe(report.acknowledgedEvents)
}, 120_000)
