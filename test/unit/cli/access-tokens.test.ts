import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { accessTokens } from '../../../api/index.ts'
import { ensureTokenFiles, sha256 } from '../../../cli/access-tokens.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countroom-tokens-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('a first start makes a token for each role, readable by their owner alone', async () => {
  const files = await ensureTokenFiles(folder)

  const entries = accessTokens.parse(JSON.parse(await readFile(files.configuration, 'utf8')))
  const lines = (await readFile(files.environment, 'utf8')).trim().split('\n')
  const hashes = lines.map((line) => sha256(line.replace(/^export [A-Z]+_TOKEN=/, '')))
  expect(entries.map((entry) => entry.sha256)).toEqual(hashes)
  expect(entries.map(({ role }) => role)).toEqual(['operator', 'provider', 'analyst', 'regulator'])
  for (const file of [files.configuration, files.environment]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  }
})

test('a later start finds them as they are', async () => {
  const first = await ensureTokenFiles(folder)
  const made = await readFile(first.configuration, 'utf8')

  const later = await ensureTokenFiles(folder)

  expect([first.areNew, later.areNew]).toEqual([true, false])
  expect(await readFile(later.configuration, 'utf8')).toBe(made)
})
