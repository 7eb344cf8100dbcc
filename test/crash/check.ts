import type { Attempt } from './attempt.ts'
import type { Stored } from './read-back.ts'

/** What must be nothing: of each kind of fault, how many there are. */
export interface Faults {
  /** Events of acknowledged appends that are not there. */
  missing: number
  /** Events that are there more than once. */
  duplicated: number
  /** Appends of which a part is there, or which are not one piece of `$all`. */
  torn: number
  /** Acknowledged appends that are not where the acknowledgement said. */
  misplaced: number
  /** Events that break the order of their stream, or of the pipeline they were sent in. */
  outOfOrder: number
  /** Refused appends that are there all the same. */
  refusedButStored: number
  /** Appends that were refused although nobody else wanted their place. */
  refusedForNothing: number
  /** Appends that the node, alive, answered with an error that is no refusal. */
  failed: number
  /** Events that nobody sent, or whose data is another event's. */
  strange: number
}

export interface Checked {
  /** Events of acknowledged appends, and how many of them are there. */
  readonly acknowledgedEvents: number
  readonly found: number
  readonly faults: Faults
}

/** Holds what is stored against what the writers were told. */
export function check(attempts: readonly Attempt[], all: readonly Stored[]): Checked {
  const faults: Faults = {
    missing: 0,
    duplicated: 0,
    torn: 0,
    misplaced: 0,
    outOfOrder: 0,
    refusedButStored: 0,
    refusedForNothing: 0,
    failed: 0,
    strange: 0,
  }
  const places = new Map(all.map(({ id }, place) => [id, place]))
  faults.duplicated = all.length - places.size
  faults.strange = countStrange(attempts, all)
  faults.outOfOrder = countOutOfOrder(all) + countOvertaken(attempts, places)
  let acknowledgedEvents = 0
  let found = 0
  for (const attempt of attempts) {
    const isHere = attempt.ids.filter((id) => places.has(id)).length
    if (isHere > 0 && !isWhole(attempt, all, places)) faults.torn += 1
    checkOutcome(attempt, isHere)
  }
  return { acknowledgedEvents, found, faults }

  function checkOutcome({ ids, outcome, isContested, timesSent }: Attempt, isHere: number): void {
    if (outcome.kind === 'refused') {
      if (isHere > 0) faults.refusedButStored += 1
      if (isContested !== true && timesSent > 0) faults.refusedForNothing += 1
    }
    if (outcome.kind === 'failed') faults.failed += 1
    if (outcome.kind !== 'acknowledged') return
    acknowledgedEvents += ids.length
    found += isHere
    faults.missing += ids.length - isHere
    const last = all[places.get(ids.at(-1) ?? '') ?? -1]
    const isInPlace = last?.revision === outcome.lastRevision && last.position === outcome.position
    if (isHere === ids.length && !isInPlace) faults.misplaced += 1
  }
}

/** All events of an append stand side by side in `$all`, in their stream, in their order. */
function isWhole(
  { ids, stream }: Attempt,
  all: readonly Stored[],
  places: ReadonlyMap<string, number>,
): boolean {
  const first = places.get(ids[0] ?? '') ?? Number.NaN
  const firstRevision = all[first]?.revision ?? Number.NaN
  return ids.every((id, index) => {
    const stored = all[first + index]
    return (
      stored?.id === id && stored.stream === stream && stored.revision === firstRevision + index
    )
  })
}

function countStrange(attempts: readonly Attempt[], all: readonly Stored[]): number {
  const sent = new Set(attempts.flatMap(({ ids }) => ids))
  return all.filter(({ id, isItself }) => !isItself || !sent.has(id)).length
}

/** The revisions of a stream follow each other from 0, and positions grow. */
function countOutOfOrder(all: readonly Stored[]): number {
  const revisions = new Map<string, number>()
  let position = -1n
  let count = 0
  for (const stored of all) {
    const due = (revisions.get(stored.stream) ?? -1) + 1
    if (stored.revision !== due || stored.position <= position) count += 1
    revisions.set(stored.stream, stored.revision)
    ;({ position } = stored)
  }
  return count
}

/** Appends that were sent once, on one call to one stream, stand in the order of their sending. */
function countOvertaken(attempts: readonly Attempt[], places: ReadonlyMap<string, number>): number {
  const latest = new Map<string, number>()
  let count = 0
  for (const { pipeline, timesSent, ids } of attempts) {
    const place = places.get(ids[0] ?? '')
    if (pipeline === undefined || timesSent !== 1 || place === undefined) continue
    if (place < (latest.get(pipeline) ?? -1)) count += 1
    latest.set(pipeline, place)
  }
  return count
}
