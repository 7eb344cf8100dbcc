import { randomBytes } from 'node:crypto'
import { chown, link, readFile, rm, writeFile } from 'node:fs/promises'
import { codeOf } from './error-code.ts'
import type { SystemUser } from './run-as.ts'

/**
 * The password of a data folder, made once and kept in a file (mode 0600) that the user Postgres
 * runs as can read too.
 */
export async function passwordIn(file: string, user: SystemUser | undefined): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    if (user !== undefined) await chown(draft, user.uid, user.gid)
    await link(draft, file) // whole or not at all, and never over one that is there
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
  return readFile(file, 'utf8')
}
