import type { Command } from 'commander'
import { backup } from './backup.ts'
import { type VerifyFlags, verify } from './verify.ts'

/**
 * Adds `countroom eventstore`, for the data folder of an embedded event store. Exit codes: 0 done,
 * 1 failed, 2 used wrongly, 3 the verification found something, 4 there is no such folder.
 */
export function addEventStoreCommands(program: Command): void {
  const commands = program
    .command('eventstore')
    .description('Check and copy the data folder of the embedded event store, also while it runs')
  commands
    .command('verify')
    .description('Check a data folder from end to end; nothing in it is changed')
    .requiredOption('--db <folder>', 'the data folder')
    .option('--json', 'print the result as one line of JSON')
    .action(async (flags: VerifyFlags) => {
      process.exitCode = await verify(flags)
    })
  commands
    .command('backup')
    .description('Copy a data folder as it is at this moment, synced to disk')
    .requiredOption('--db <folder>', 'the data folder')
    .requiredOption('--to <folder>', 'where the copy goes: a new or empty folder')
    .option('--json', 'print the result as one line of JSON')
    .action(async (flags: { readonly db: string; readonly to: string; readonly json?: true }) => {
      process.exitCode = await backup(flags)
    })
}
