import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DATA_FILE } from '../storage/data-file.ts'

/** There is no such folder, or it holds no event store. */
export class NoDataFolderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NoDataFolderError'
  }
}

/** The absolute path of a folder that holds an event store. Throws `NoDataFolderError`. */
export function existingFolder(path: string): string {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new NoDataFolderError(`there is no folder ${folder}`)
  }
  if (!existsSync(join(folder, DATA_FILE))) {
    throw new NoDataFolderError(`the folder ${folder} holds no event store`)
  }
  return folder
}
