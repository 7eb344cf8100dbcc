import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { runUsersCommand } from '../../../infrastructure/event-store-node/access/users-command.ts'
import { readUsers } from '../../../infrastructure/event-store-node/access/users-file.ts'
import { UsageError } from '../../../infrastructure/event-store-node/options/index.ts'

/** Hashing a password is slow by intent, on a busy machine all the more. */
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'users-command-test-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(args: readonly string[], input = '', environment = {}): Promise<string> {
  return runUsersCommand(args, environment, Readable.from([input]))
}

describe('the users command', () => {
  it('finds the file by flag, by variable, or in the data folder', async () => {
    const file = join(folder, 'some.json')
    await run(['set', 'a', '--users-file', file], 'x\n')
    await run(['set', 'b', '--group', 'g', '--group', '$ops'], 'x', { EVENTSTORE_USERS_FILE: file })
    expect(readUsers(file)).toMatchObject([
      { name: 'a', groups: [] },
      { name: 'b', groups: ['g', '$ops'] },
    ])
    await run(['set', 'c', '--db', folder], 'x\n')
    expect(await run(['list'], '', { EVENTSTORE_DB: folder })).toBe('c\n')
    expect(await run(['--help'])).toContain('users set <name>')
  })

  it('keeps what was changed while a password was hashed', async () => {
    const file = join(folder, 'raced.json')
    await run(['set', 'a', '--users-file', file], 'x\n')
    const slow = run(['set', 'b', '--users-file', file], 'x\n')
    await run(['disable', 'a', '--users-file', file])
    await slow
    expect(readUsers(file)).toMatchObject([
      { name: 'a', disabled: true },
      { name: 'b', disabled: false },
    ])
  })

  it.each([
    [['set', '$admins', '--db', 'x'], 'x\n', '<name>'],
    [['set', 'a', '--db', 'x'], '', 'a password has 1 to'],
    [['set', 'a', '--db', 'x'], '\n', 'a password has 1 to'],
    [['set', 'a', '--db', 'x'], 'x'.repeat(1_025), 'a password has 1 to'],
    [['set', 'a', '--db', 'x'], 'é'.repeat(513), 'a password has 1 to'],
    [['set', 'a', '--group', '$all', '--db', 'x'], 'x\n', '--group'],
    [['set', 'a'], 'x\n', '--users-file is required'],
    [['set', '--db', 'x'], 'x\n', '<name>'],
    [['disable', 'a', '--db', folder], '', "there is no user 'a'"],
    [['remove', 'a', '--db', folder], '', "there is no user 'a'"],
    [['drop', 'a', '--db', 'x'], '', 'is not known'],
    [['set', 'a', 'b', '--db', 'x'], '', 'too much'],
    [['set', 'a', '--password', 'x'], '', '--password'],
  ])('refuses %j with %j', async (args, input, message) => {
    const refused = run(args, input)
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(message)
  })
})
