import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { verifyFolder } from '../../infrastructure/event-store-node/maintenance/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../support/event-store-node.ts'
import type { Path } from './attempt.ts'
import { batchSender } from './batch-sender.ts'
import { type Checked, check } from './check.ts'
import { classicSender } from './classic-sender.ts'
import { randomNumbers } from './random.ts'
import { readBack } from './read-back.ts'
import { Recording } from './recording.ts'
import { type CrashReport, reportOf } from './report.ts'
import { contestingWriter, pipelinedWriter, sequentialWriter, type Writer } from './writers.ts'

export interface CrashRunOptions {
  readonly kills: number
  /** Decides when the node is killed and what is appended; what runs in between stays random. */
  readonly seed: number
  readonly say: (text: string) => void
}

/** Every so many kills one comes while the node is starting. */
const STARTING_EVERY = 6
const STARTING_MS_MAX = 900
const UNDER_LOAD_MS_MAX = 1_000

/**
 * Kills a node again and again while many append to it, and holds what is stored after each restart
 * against what was acknowledged. Ends early when something is wrong.
 */
export async function crashRun(options: CrashRunOptions): Promise<CrashReport> {
  const db = await mkdtemp(join(tmpdir(), 'countroom-crash-run-'))
  try {
    return await runOn(db, options)
  } finally {
    await rm(db, { recursive: true, force: true })
  }
}

async function runOn(db: string, options: CrashRunOptions): Promise<CrashReport> {
  const node = await startEventStoreNode({ db })
  try {
    return await run(node, options)
  } finally {
    await node.stop()
  }
}

async function run(
  node: EventStoreNode,
  { kills, seed, say }: CrashRunOptions,
): Promise<CrashReport> {
  const random = randomNumbers(seed)
  const recording = new Recording(random)
  const lanes = lanesOf(recording)
  const restartsMs: number[] = []
  let killed = 0
  let killsWhileStarting = 0
  let checked: Checked = check([], [])

  while (killed < kills && isFaultless(checked)) {
    await writeUntilKilled(node, lanes, random(UNDER_LOAD_MS_MAX))
    killed += 1
    if (killed % STARTING_EVERY === 0 && killed < kills) {
      if (await killWhileStarting(node, random(STARTING_MS_MAX))) killsWhileStarting += 1
      killed += 1
    }
    restartsMs.push(await timed(() => node.restart()))
    checked = check(recording.attempts, await readBack(node.connectionString))
    say(
      `kill ${killed} of ${kills}: ${checked.found} of ${checked.acknowledgedEvents} events found`,
    )
  }
  await node.stop()
  const verification = await verifyFolder(node.db)
  return reportOf({
    seed,
    kills: killed,
    killsWhileStarting,
    restartsMs,
    recording,
    checked,
    verification,
  })
}

interface Lane {
  readonly writer: Writer
  readonly path: Path
}

function lanesOf(recording: Recording): Lane[] {
  const sequential = (name: string) => sequentialWriter(recording, name)
  return [
    ...times(8, (at) => ({ path: 'batch', writer: sequential(`own-${at}`) })),
    ...times(4, (at) => ({ path: 'classic', writer: sequential(`classic-${at}`) })),
    ...times(4, (at) => {
      const writer = pipelinedWriter(recording, `pipe-${at}`, `shared-${at % 2}`)
      return { path: 'batch', writer }
    }),
    ...times(2, () => ({ path: 'batch', writer: contestingWriter(recording, 'contested') })),
  ]
}

function times(count: number, lane: (at: number) => Lane): Lane[] {
  return Array.from({ length: count }, (_, at) => lane(at))
}

/** Two calls and a published client share the node; it is killed at a moment of their work. */
async function writeUntilKilled(
  node: EventStoreNode,
  lanes: readonly Lane[],
  delayMs: number,
): Promise<void> {
  const batches = [batchSender(node.port), batchSender(node.port)]
  let isKilled = false
  const classic = classicSender(node.connectionString, () => isKilled)
  const senderOf = ({ path }: Lane, at: number) =>
    path === 'classic' ? classic : (batches[at % 2] ?? classic)
  const writing = lanes.map((lane, at) => lane.writer(senderOf(lane, at), () => isKilled))
  await setTimeout(delayMs)
  const gone = node.kill9()
  isKilled = true
  await gone
  await Promise.all(writing)
  for (const sender of [...batches, classic]) await sender.close()
}

/** Kills a node that starts; false when it was ready before. Rejects when it ended by itself. */
async function killWhileStarting(node: EventStoreNode, delayMs: number): Promise<boolean> {
  const restarted = node.restart().then(
    () => 'ready',
    () => 'ended',
  )
  const before = await Promise.race([restarted, setTimeout(delayMs, 'starting')])
  if (before === 'ended') throw new Error(`the node ended while it was starting: ${node.log}`)
  await node.kill9()
  return (await restarted) === 'ended'
}

async function timed(action: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  await action()
  return performance.now() - startMs
}

function isFaultless({ faults }: Checked): boolean {
  return Object.values(faults).every((count) => count === 0)
}
