import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Logger } from 'pino'
import { postgresBinaries } from './binaries.ts'

const run = promisify(execFile)

export interface EmbeddedPostgresOptions {
  readonly dataFolder: string
  readonly logger: Logger
  readonly durable?: boolean
}

export interface EmbeddedPostgres {
  readonly url: string
  stop(): Promise<void>
}

export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { initdb, postgres } = postgresBinaries()
  const cluster = join(options.dataFolder, 'cluster')
  const asRoot = process.getuid?.() === 0
  const setpriv = ['--pdeathsig', 'INT']
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  const passwordFile = join(options.dataFolder, 'password')
  const password = randomBytes(18).toString('base64url')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (asRoot) {
    const uid = Number((await run('id', ['-u', 'postgres'])).stdout)
    const gid = Number((await run('id', ['-g', 'postgres'])).stdout)
    await chown(cluster, uid, gid)
    await chown(passwordFile, uid, gid)
    setpriv.push(`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups')
    setpriv.push('--inh-caps=-all,+dac_read_search', '--ambient-caps=-all,+dac_read_search')
    setpriv.push('--securebits=+no_setuid_fixup', '--no-new-privs')
  }
  await run('setpriv', [
    ...setpriv,
    initdb,
    `--pgdata=${cluster}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--username=countroom',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
  ])
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=']
  if (options.durable === false) settings.push('fsync=off')
  const child = spawn(
    'setpriv',
    [...setpriv, postgres, '-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    { stdio: ['ignore', 'ignore', 'ignore'], detached: true },
  )
  const url = `postgres://countroom:${password}@127.0.0.1:${port}/postgres`
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      break
    } catch (error) {
      if (child.exitCode !== null) throw error
      await sleep(50)
    }
  }
  return {
    url,
    async stop() {
      child.kill('SIGINT')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
