import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore, type Store } from '../../../infrastructure/event-store-node/storage/store.ts'
import { parseStreamMetadata } from '../../../infrastructure/event-store-node/storage/stream-metadata.ts'

let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-states-'))
  store = await openStore({ folder, isDurable: false, nowMs: Date.now })
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

/** Metadata with as many names in its access list as there may be, each of so many characters. */
function listed(characters: number) {
  const roles = Array.from({ length: 100 }, () => 'r'.repeat(characters))
  const acl = { $r: roles, $w: roles, $d: roles, $mr: roles, $mw: roles }
  return parseStreamMetadata(Buffer.from(JSON.stringify({ $acl: acl })))
}

it.each([
  ['short', 1, 0, 0],
  ['long', 256, 700, 999],
])('states with %s access lists take no more than 64 MiB', (_, characters, fewest, most) => {
  const metadata = listed(characters)
  expect(metadata.acl?.read).toHaveLength(100)
  for (let at = 0; at < 1_000; at += 1) {
    store.states.committed(`s-${at}`, { number: 2 * at, last: [0, 0], metadata })
  }
  expect(store.states.pair('s-999').metadata).toEqual(metadata)
  const known = Array.from({ length: 1_000 }, (__, at) => store.states.pair(`s-${at}`).number)
  const lost = known.filter((number) => number === undefined).length
  expect(lost).toBeGreaterThanOrEqual(fewest)
  expect(lost).toBeLessThanOrEqual(most)
})
