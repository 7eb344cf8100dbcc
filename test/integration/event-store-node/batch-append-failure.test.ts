import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { insecureAccess } from '../../../infrastructure/event-store-node/access/insecure-access.ts'
import { ANONYMOUS } from '../../../infrastructure/event-store-node/access/principal.ts'
import { OpenCalls } from '../../../infrastructure/event-store-node/services/open-calls.ts'
import { AppendBudget } from '../../../infrastructure/event-store-node/services/streams/append-budget.ts'
import { BatchAppends } from '../../../infrastructure/event-store-node/services/streams/batch-appends.ts'
import { openStore, type Store } from '../../../infrastructure/event-store-node/storage/store.ts'
import { fieldBytes, MessageWriter } from '../../../infrastructure/protobuf/index.ts'

const BROKEN = new Error('the answer cannot be sent')
/** Of the options: no revision is expected. */
const ANY = 4
const NOTHING = Buffer.alloc(0)
let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-append-failure-'))
  store = await openStore({ folder, isDurable: false, nowMs: Date.now })
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

/** A message that holds one field of bytes. */
function fieldOf(field: number, bytes: Buffer): Buffer {
  const writer = new MessageWriter(fieldBytes(bytes.length))
  writer.bytesField(field, bytes)
  return writer.finish()
}

/** An append of no events, or the beginning of one. */
function appendOf(isFinal: boolean) {
  return {
    correlationId: fieldOf(2, Buffer.from(randomUUID())),
    options: Buffer.concat([fieldOf(1, fieldOf(3, Buffer.from('stream'))), fieldOf(ANY, NOTHING)]),
    proposedMessages: [],
    isFinal,
  }
}

describe('an answer to a batch append that cannot be given', () => {
  it.each([
    ['after the append was written', true],
    ['after it has timed out', false],
  ])('ends the call, and not the process: %s', async (_, isFinal) => {
    const fail = vi.fn<(error: unknown) => void>()
    const answer = (): void => {
      throw BROKEN
    }
    const parts = {
      store,
      access: insecureAccess,
      logger: pino({ level: 'silent' }),
      openCalls: new OpenCalls(),
      appendBytesMax: 1_000,
      appendBudget: new AppendBudget(),
    }
    const appends = new BatchAppends(parts, ANONYMOUS, { answer, fail })
    appends.receive(appendOf(isFinal))
    await vi.waitFor(
      () => {
        expect(fail).toHaveBeenCalledExactlyOnceWith(BROKEN)
      },
      { timeout: 5_000 },
    )
    await appends.settled()
  })
})
