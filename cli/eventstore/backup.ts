import { backUpFolder } from '../../infrastructure/event-store-node/maintenance/index.ts'
import { complain } from './exit-codes.ts'

interface BackupFlags {
  readonly db: string
  readonly to: string
  readonly json?: true
}

/** Makes a copy and says where; gives the exit code. */
export async function backup({ db, to, json }: BackupFlags): Promise<number> {
  try {
    const copy = await backUpFolder(db, to)
    const words = `copied ${copy.from} to ${copy.to}: ${copy.bytes} bytes, up to position ${copy.lastPosition}`
    process.stdout.write(`${json === true ? JSON.stringify(copy) : words}\n`)
    return 0
  } catch (error) {
    return complain(error)
  }
}
