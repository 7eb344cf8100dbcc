import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CommitSignals } from '../../../infrastructure/event-store-node/storage/commit-signals.ts'
import { positionKey } from '../../../infrastructure/event-store-node/storage/keys.ts'
import { Reader } from '../../../infrastructure/event-store-node/storage/reader.ts'
import { StreamStates } from '../../../infrastructure/event-store-node/storage/stream-states.ts'
import { openTables, type Tables } from '../../../infrastructure/event-store-node/storage/tables.ts'
import {
  WriteFailedError,
  Writer,
} from '../../../infrastructure/event-store-node/storage/writer.ts'
import type { WriteRequest } from '../../../infrastructure/event-store-node/storage/write-request.ts'
import { startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, failure, numbered } from './client.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-failing-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function appendOf(id: number): WriteRequest {
  const nothing = Buffer.alloc(0)
  const event = { id: Buffer.alloc(16, id), type: 'T', isJson: false, data: nothing }
  return {
    kind: 'append',
    streamName: 'stream',
    expectedRevision: -2,
    events: [{ ...event, metadata: nothing }],
    sizeBytes: 256,
  }
}

/** Tables whose log says once that a put has failed, although it is committed. */
function failingLate(tables: Tables): { tables: Tables; failOnce: () => void } {
  let fails = false
  const log: Tables['log'] = {
    get: (key) => tables.log.get(key),
    getRange: (options) => tables.log.getRange(options),
    async put(key, value, options) {
      const isFailure = fails
      fails = false
      const result = await tables.log.put(key, value, options)
      if (isFailure) throw new Error('the disk says no')
      return result
    },
  }
  return {
    tables: { ...tables, log },
    failOnce: () => {
      fails = true
    },
  }
}

describe('a write that fails', () => {
  it('although it is on disk does not lead those after it astray', async () => {
    const real = openTables(folder, true)
    const { tables, failOnce } = failingLate(real)
    const reader = new Reader(tables)
    const states = new StreamStates(reader)
    const parts = { tables, reader, states, signals: new CommitSignals(), nowMs: () => 0 }
    const writer = new Writer(parts)
    await writer.submit(appendOf(1))
    failOnce()
    await expect(writer.submit(appendOf(2))).rejects.toThrow(WriteFailedError)
    expect(await writer.submit(appendOf(3))).toMatchObject({ kind: 'written', lastRevision: 2 })
    expect(await writer.submit(appendOf(2))).toMatchObject({ kind: 'written', lastRevision: 1 })
    const records = reader.streamPage(0, 0, 'forwards', 10)
    expect(records.map(({ id }) => id[0])).toEqual([1, 2, 3])
    expect(states.view('stream').lastRevision).toBe(2)
    await writer.close()
    await real.environment.close()
  })

  it('because the log refuses its place ends the node at once and is not acknowledged', async () => {
    const node = await startEventStoreNode({ db: folder })
    const client = clientOf(node)
    await client.appendToStream('stream', numbered(1))
    const behindItsBack = openTables(folder, true)
    const far = positionKey(2 ** 40)
    await behindItsBack.log.put(far, Buffer.from('not of this writer'), { append: true })
    await behindItsBack.environment.close()
    const append = failure(client.appendToStream('stream', numbered(1, 1)))
    await vi.waitFor(
      () => {
        expect(node.log).toContain('the log refused a record out of order')
      },
      { timeout: 5_000 },
    )
    expect(await Promise.race([append, setTimeout(5_000, 'no answer')])).toBeInstanceOf(Error)
    expect(node.log).toMatch(/"level":60.*unexpected error/)
    expect(await node.stop()).toBe(1)
    await client.dispose()
  })
})
