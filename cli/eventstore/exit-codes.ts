import {
  BackupTargetError,
  NoDataFolderError,
} from '../../infrastructure/event-store-node/maintenance/index.ts'

const FAILED = 1
const USED_WRONGLY = 2
const NO_FOLDER = 4

/** Says on stderr what went wrong; gives the exit code for it. */
export function complain(error: unknown): number {
  process.stderr.write(`countroom: ${error instanceof Error ? error.message : String(error)}\n`)
  if (error instanceof NoDataFolderError) return NO_FOLDER
  return error instanceof BackupTargetError ? USED_WRONGLY : FAILED
}
