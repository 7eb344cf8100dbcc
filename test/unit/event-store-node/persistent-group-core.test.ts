import { describe, expect, it } from 'vitest'
import { plain, World } from './persistent-world.ts'

/** A world with so many events read and given to a consumer of so many slots. */
function busy(count: number, slots = 100, settings = {}): World {
  const world = new World(settings, plain(count))
  world.connect(slots)
  world.read()
  world.deliver()
  return world
}

describe('dealing out', () => {
  it('gives each consumer as many as it has slots', () => {
    const world = new World({}, plain(10))
    world.connect(3)
    world.read()
    expect(world.deliver()).toEqual(['0/0', '1/0', '2/0'])
    world.acknowledge(['1'])
    expect(world.deliver()).toEqual(['3/0'])
  })

  it('gives nothing to a consumer that reads too slowly', () => {
    const world = new World({}, plain(10))
    const slow = world.connect(3)
    const quick = world.connect(3)
    slow.isBehind = true
    world.read()
    world.deliver()
    expect([slow.inFlight, quick.inFlight]).toEqual([0, 3])
  })

  it('takes turns with round robin, and fills one after the other with dispatch to single', () => {
    for (const [strategy, counts] of [
      ['RoundRobin', [2, 2, 2]],
      ['DispatchToSingle', [4, 2, 0]],
    ] as const) {
      const world = new World({ strategy }, plain(6))
      const consumers = [4, 4, 4].map((slots) => world.connect(slots))
      world.read()
      world.deliver()
      expect(consumers.map(({ inFlight }) => inFlight)).toEqual(counts)
    }
  })

  it('holds back an event whose id is in flight already', () => {
    const world = new World({}, plain(1))
    world.connect(5)
    world.read()
    world.deliver()
    const item = { place: 1, position: 1, id: '0', bucket: 0, isWanted: true, doesCount: true }
    world.core.took({ items: [item], after: 1, isLast: false, hasEnded: false }, 0)
    expect(world.deliver()).toEqual([])
    world.finished.clear()
    world.core.acknowledge(['0'], 0)
    world.held.forEach((ids) => {
      ids.clear()
    })
    expect(world.deliver()).toEqual(['0/0'])
  })
})

describe('pinned streams', () => {
  it('move to a consumer that joins while none of their events is in flight', () => {
    const events = [0, 1, 2, 3].map((bucket) => ({ isWanted: true, bucket }))
    const world = new World({ strategy: 'Pinned' }, events)
    const first = world.connect(9)
    world.read()
    world.deliver()
    world.acknowledge(['2', '3'])
    const second = world.connect(9)
    world.append(events)
    world.read()
    world.deliver()
    const heldBy = (consumer: typeof first) => [...(world.held.get(consumer)?.keys() ?? [])]
    expect(heldBy(first)).toEqual(['0', '1', '4', '5'])
    expect(heldBy(second)).toEqual(['6', '7'])
  })

  it('of a consumer that goes are shared out among the others', () => {
    const events = [0, 1, 2, 3].map((bucket) => ({ isWanted: true, bucket }))
    const world = new World({ strategy: 'Pinned' }, events)
    const going = world.connect(9)
    world.read()
    world.deliver()
    const others = [world.connect(9), world.connect(9)]
    world.disconnect(going)
    expect(world.deliver()).toEqual(['0/1', '1/1', '2/1', '3/1'])
    expect(others.map(({ inFlight }) => inFlight)).toEqual([2, 2])
  })
})

describe('retrying', () => {
  it('gives what timed out again, before what is new, with one more retry counted', () => {
    const world = busy(10, 2)
    world.tick(999)
    expect(world.deliver()).toEqual([])
    world.tick(1)
    expect(world.deliver()).toEqual(['0/1', '1/1'])
  })

  it('gives what is refused for a retry again at once, the oldest first', () => {
    const world = busy(4, 4)
    world.refuse(['2'], 'retry')
    world.refuse(['0'], 'unknown')
    expect(world.deliver()).toEqual(['0/1', '2/1'])
  })

  it('gives what a consumer held that has gone to another', () => {
    const world = busy(3, 3)
    const [gone] = world.held.keys()
    world.connect(9)
    if (gone !== undefined) world.disconnect(gone)
    expect(world.deliver()).toEqual(['0/1', '1/1', '2/1'])
  })

  it('takes a late answer of somebody who no longer holds the message', () => {
    const world = busy(1, 1)
    world.tick(1_000)
    world.acknowledge(['0'])
    expect(world.deliver()).toEqual(['0/1'])
    world.acknowledge(['0'])
    expect(world.core.inFlightCount).toBe(0)
  })

  it('ignores ids that nobody holds', () => {
    const world = busy(2, 2)
    world.acknowledge(['7', 'nonsense', '7'])
    world.refuse(['nonsense'], 'park')
    expect(world.core.inFlightCount).toBe(2)
    expect(world.parking).toEqual([])
  })
})

describe('parking', () => {
  it('parks what was retried as often as is allowed', () => {
    const world = busy(1, 1, { maxRetryCount: 2 })
    for (const retry of ['0/1', '0/2']) {
      world.tick(1_000)
      expect(world.deliver()).toEqual([retry])
    }
    world.tick(1_000)
    world.settleParking()
    expect(world.deliver()).toEqual([])
    expect(world.reasons).toEqual(['Reached retry count of 2'])
  })

  it('parks what a consumer wants parked, with its reason', () => {
    const world = busy(1, 1)
    world.refuse(['0'], 'park', 'bad data')
    world.settleParking()
    expect(world.reasons).toEqual(["Client explicitly NAK'ed message.\nbad data"])
  })

  it('checkpoints a parked message only once it is parked durably', () => {
    const world = busy(3, 3, { maxCheckpointCount: 1 })
    world.acknowledge(['1', '2'])
    world.refuse(['0'], 'park')
    expect(world.checkpoints).toEqual([])
    world.settleParking(false)
    world.tick(200)
    expect(world.checkpoints).toEqual([])
    world.settleParking()
    world.tick(200)
    expect(world.checkpoints).toEqual([2])
  })

  it('skips for good what is refused to be skipped, or stopped', () => {
    const world = busy(2, 2)
    world.refuse(['0'], 'skip')
    world.refuse(['1'], 'stop')
    world.tick(5_000)
    expect(world.deliver()).toEqual([])
    expect(world.parking).toEqual([])
  })
})

describe('reading', () => {
  it('reads ahead in batches as long as a whole one has room', () => {
    const world = new World({ readBatchSize: 5, historyBufferSize: 12 }, plain(100))
    world.read()
    expect(world.core.waiting.freshCount).toBe(10)
    expect(world.core.status).toBe('Behind')
  })

  it.each([
    ['smaller than the batch of those who name none', { readBatchSize: 0, historyBufferSize: 10 }],
    ['of a single message', { readBatchSize: 0, historyBufferSize: 1 }],
  ])('reads all there is with a buffer %s', (_, settings) => {
    const world = new World({ ...settings, liveBufferSize: 0 }, plain(25))
    world.connect(5)
    for (let round = 0; round < 30; round += 1) {
      world.read()
      world.acknowledge(world.deliver().map((given) => given.split('/')[0] ?? ''))
    }
    expect(world.finished.size).toBe(25)
  })

  it('becomes live at the end, and falls behind when more comes than it can hold', () => {
    const world = new World({ liveBufferSize: 3 }, plain(2))
    world.read()
    expect(world.core.status).toBe('Live')
    world.append(plain(2))
    world.read()
    expect([world.core.status, world.core.waiting.liveCount]).toEqual(['Live', 2])
    world.append(plain(9))
    world.read()
    expect(world.core.status).toBe('Behind')
    expect(world.core.waiting.liveCount).toBe(3)
  })

  it('does not stall with a batch or a buffer of enormous size', () => {
    const enormous = 2 ** 31 - 1
    const settings = {
      readBatchSize: 2 ** 30,
      historyBufferSize: enormous,
      maxCheckpointCount: enormous,
    }
    const world = new World(settings, plain(30_000))
    world.read()
    expect(world.core.waiting.freshCount).toBeLessThanOrEqual(10_000)
    world.connect(enormous)
    for (let round = 0; round < 10; round += 1) {
      world.acknowledge(world.deliver().map((given) => given.split('/')[0] ?? ''))
      world.read()
    }
    expect(world.finished.size).toBe(30_000)
  })
})

describe('checkpoints', () => {
  it('are due when the most events are finished, whatever the time', () => {
    const world = busy(6, 6, { maxCheckpointCount: 3, checkpointAfterMs: 60_000 })
    world.acknowledge(['0', '1'])
    expect(world.checkpoints).toEqual([])
    world.acknowledge(['2'])
    expect(world.checkpoints).toEqual([2])
  })

  it('are due at a tick when the least events are finished and enough time has passed', () => {
    const world = busy(6, 6, { minCheckpointCount: 2, maxCheckpointCount: 100 })
    world.acknowledge(['0'])
    world.tick(500)
    expect(world.checkpoints).toEqual([])
    world.acknowledge(['1'])
    world.tick(1)
    expect(world.checkpoints).toEqual([1])
    world.acknowledge(['2', '3'])
    world.tick(99)
    expect(world.checkpoints).toEqual([1])
    world.tick(1)
    expect(world.checkpoints).toEqual([1, 3])
  })

  it('without a time are made by the number of events alone', () => {
    const world = busy(4, 4, { checkpointAfterMs: 0, maxCheckpointCount: 100 })
    world.acknowledge(['0', '1', '2'])
    world.tick(900)
    expect(world.checkpoints).toEqual([])
  })

  it('move on with events that are not wanted', () => {
    const unwanted = Array.from({ length: 7 }, () => ({ isWanted: false, bucket: 0 }))
    const world = new World({}, unwanted)
    world.read()
    world.tick(1)
    expect(world.checkpoints).toEqual([6])
  })

  it('tell at the end all that is finished, however little', () => {
    const world = busy(3, 3, { minCheckpointCount: 50, maxCheckpointCount: 100 })
    world.acknowledge(['0', '2'])
    world.stop()
    expect(world.checkpoints).toEqual([0])
  })
})

describe('replaying parked messages', () => {
  function parkedWorld(): World {
    const world = busy(4, 4)
    world.refuse(['0', '1', '2', '3'], 'park')
    world.settleParking()
    return world
  }

  it('gives them again, and truncates them as far as they are finished', () => {
    const world = parkedWorld()
    world.core.replay(0, 4)
    expect(world.core.status).toContain('ReplayingParkedMessages')
    world.readParked()
    expect(world.deliver()).toEqual(['parked 0/0', 'parked 1/0', 'parked 2/0', 'parked 3/0'])
    world.core.acknowledge(['parked 0', 'parked 2'], 0)
    world.tick(1)
    expect(world.truncations).toEqual([1])
    world.core.acknowledge(['parked 1', 'parked 3'], 0)
    world.tick(1)
    expect(world.truncations).toEqual([1, 4])
  })

  it('replays none a second time while they are out', () => {
    const world = parkedWorld()
    world.core.replay(0, 2)
    world.readParked()
    world.core.replay(0, 4)
    world.readParked()
    expect(world.deliver()).toEqual(['parked 0/0', 'parked 1/0', 'parked 2/0', 'parked 3/0'])
  })

  it('does not move the checkpoint', () => {
    const world = parkedWorld()
    world.tick(500)
    const before = [...world.checkpoints]
    world.core.replay(0, 4)
    world.readParked()
    world.deliver()
    world.core.acknowledge(['parked 0', 'parked 1', 'parked 2', 'parked 3'], 0)
    world.tick(500)
    expect(world.checkpoints).toEqual(before)
  })
})
