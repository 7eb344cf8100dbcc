import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulate } from '../support/simulate-program.ts'

/** `countroom simulate` as a person runs it, on a stack that it starts and stops itself. */

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Data folders of stacks; the loader's own cache may stay. */
async function leftBehind(): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names.filter((name) => name.startsWith('countroom'))
}

describe('countroom simulate', () => {
  test('a day with kills -9 of API, node and Postgres has no violation', async () => {
    const flags = ['--seed', '3', '--players', '6', '--rounds', '90', '--kill', '3', '--json']
    const program = startSimulate(flags, folder)
    const { exitCode, stdout, stderr } = await program.ended
    const report: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report).toMatchObject({
      violations: 0,
      missing: 0,
      seed: 3,
      players: 6,
      rounds: 90,
      incomplete: [],
      givenUp: 0,
      violationsShown: [],
      kills: { api: 1, 'event-store-node': 1, postgres: 1 },
    })
    expect(stderr).toMatch(/of 90 rounds, \d+ answers, 3 kills, 0 violations/)
    expect(exitCode).toBe(0)
    expect(await leftBehind()).toStrictEqual([])
  })

  test('Ctrl-C stops everything in order and leaves nothing behind', async () => {
    const program = startSimulate(['--players', '20', '--rounds', '100000'], folder)
    await program.says('playing: ')
    program.signal('SIGINT')
    const { exitCode, stdout } = await program.ended
    expect(stdout).toContain('INCOMPLETE: broken off while playing: it was stopped')
    expect(stdout).toContain('violations: 0')
    expect(exitCode).toBe(1)
    expect(await leftBehind()).toStrictEqual([])
  })

  test.each([
    { flags: ['--rounds', 'many'], word: '--rounds' },
    { flags: ['--url', 'http://127.0.0.1:1/graphql'], word: '--url needs --tokens' },
    {
      flags: ['--url', 'http://127.0.0.1:1/', '--event-store-url', 'esdb://a:b@127.0.0.1:1'],
      word: 'set EVENTSTORE_URL',
    },
    { flags: ['--database-url', 'postgres://127.0.0.1:1/x'], word: 'unknown option' },
    { flags: ['--tokens', 'nowhere.json'], word: '--tokens needs --url' },
  ])('$flags is used wrongly', async ({ flags, word }) => {
    const { exitCode, stdout, stderr } = await startSimulate(flags, folder).ended
    expect(stderr).toContain(word)
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})
