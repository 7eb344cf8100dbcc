import { spawn, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { failure } from '../errors.ts'
import { collect, newStream, numbered } from '../events.ts'
import { connect, module } from '../public-client.ts'

const MAIN = fileURLToPath(
  new URL('../../../infrastructure/event-store-node/main.ts', import.meta.url),
)
const { AccessDeniedError } = module

let folder: string
let node: EventStoreNode | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secure-start-test-'))
  await newCertificate('first')
})

afterEach(async () => {
  await node?.stop()
  node = undefined
  await rm(folder, { recursive: true })
})

function path(name: string): string {
  return join(folder, name)
}

async function newCertificate(commonName: string): Promise<void> {
  const { cert, key } = selfSignedCertificate(commonName)
  await writeFile(path('node.crt'), cert)
  await writeFile(path('node.key'), key, { mode: 0o600 })
}

function certificateFlags(): string[] {
  const key = ['--certificate-private-key-file', path('node.key')]
  return ['--certificate-file', path('node.crt'), ...key]
}

function start(env: Record<string, string>, args: readonly string[] = []): Promise<EventStoreNode> {
  return startEventStoreNode({ db: path('db'), args: [...certificateFlags(), ...args], env })
}

/** Runs the program to its end. */
function run(args: readonly string[], input = '') {
  return spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'] },
    timeout: 30_000,
  })
}

async function appendAs(port: number, name: string, password: string): Promise<unknown> {
  const query = `tls=true&tlsCAFile=${path('node.crt')}`
  const client = connect(`esdb://${name}:${password}@127.0.0.1:${port}?${query}`)
  try {
    return await client.appendToStream(newStream('start'), numbered(1))
  } finally {
    await client.dispose()
  }
}

describe('the first start in secure mode', () => {
  it('makes the users whose passwords the environment holds', async () => {
    node = await start({
      EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one',
      EVENTSTORE_DEFAULT_OPS_PASSWORD: 'two',
    })
    await appendAs(node.port, 'admin', 'one')
    await appendAs(node.port, 'ops', 'two')
    expect(await failure(appendAs(node.port, 'admin', 'two'))).toBeInstanceOf(AccessDeniedError)
    const users = await readFile(path('db/users.json'), 'utf8')
    expect(users).not.toMatch(/"(one|two)"/)
  })

  it('refuses to let nobody in', async () => {
    const error = await failure(start({}))
    expect(String(error)).toContain('EVENTSTORE_DEFAULT_ADMIN_PASSWORD')
    expect(String(error)).toContain('exit code 1')
  })
})

describe('the users command', () => {
  it('adds, changes, disables and removes users, also while the node runs', async () => {
    const users = (args: readonly string[], input?: string) =>
      run(['users', ...args, '--db', path('db')], input)
    node = await start({ EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one' })
    expect(users(['set', 'eve', '--group', '$ops'], 'secret\n')).toMatchObject({
      status: 0,
      stdout: 'eve $ops\n',
    })
    await appendSoon('eve', 'secret')
    expect(users(['set', 'eve'], 'other')).toMatchObject({ status: 0, stdout: 'eve $ops\n' })
    await appendSoon('eve', 'other')
    expect(users(['list'])).toMatchObject({ stdout: 'admin $admins\neve $ops\n' })
    expect(users(['disable', 'eve'])).toMatchObject({ stdout: 'eve $ops (disabled)\n' })
    await deniedSoon('eve', 'other')
    expect(users(['enable', 'eve'])).toMatchObject({ stdout: 'eve $ops\n' })
    await appendSoon('eve', 'other')
    expect(users(['remove', 'eve'])).toMatchObject({ status: 0, stdout: '' })
    await deniedSoon('eve', 'other')
  })

  async function appendSoon(name: string, password: string): Promise<void> {
    await vi.waitFor(() => appendAs(node?.port ?? 0, name, password), {
      timeout: 20_000,
      interval: 300,
    })
  }

  async function deniedSoon(name: string, password: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const error = await failure(appendAs(node?.port ?? 0, name, password))
        expect(error).toBeInstanceOf(AccessDeniedError)
      },
      { timeout: 20_000, interval: 300 },
    )
  }
})

describe('the certificate', () => {
  it('is read again on SIGHUP, for the connections to come', async () => {
    node = await start({ EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one' })
    const query = `tls=true&tlsCAFile=${path('node.crt')}`
    const before = connect(`esdb://admin:one@127.0.0.1:${node.port}?${query}`)
    const stream = newStream('before')
    await before.appendToStream(stream, numbered(1))
    expect(await collect(before.readStream(stream))).toHaveLength(1)
    await newCertificate('second')
    process.kill(node.pid, 'SIGHUP')
    const { port } = node
    await vi.waitFor(async () => {
      expect(await servedName(port)).toBe('CN=second')
    })
    await appendAs(port, 'admin', 'one')
    await before.appendToStream(stream, numbered(1))
    expect(await collect(before.readStream(stream))).toHaveLength(2)
    await before.dispose()
  })

  it('stays as it was when the new one cannot be used', async () => {
    node = await start({ EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one' })
    await writeFile(path('node.key'), selfSignedCertificate().key)
    process.kill(node.pid, 'SIGHUP')
    await vi.waitFor(() => {
      expect(node?.log).toContain('the certificate stays as it was')
    })
    expect(await servedName(node.port)).toBe('CN=first')
  })

  it('must be there, belong to its key and be a certificate', async () => {
    const args = [...certificateFlags(), '--mem-db', '--node-port', '0']
    await writeFile(path('node.key'), selfSignedCertificate().key)
    expect(run(args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot be used') as string,
    })
    await writeFile(path('node.crt'), 'none')
    expect(run(args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot be used') as string,
    })
    await rm(path('node.crt'))
    expect(run(args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot be used') as string,
    })
  })

  it('is not served by a version of TLS before 1.2', async () => {
    // What Node.js itself allows no more must not be what refuses it.
    const NODE_OPTIONS = '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0'
    node = await start({ EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one', NODE_OPTIONS })
    const socket = connectTls({
      port: node.port,
      host: '127.0.0.1',
      ca: await readFile(path('node.crt')),
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    socket.on('secureConnect', () => socket.destroy(new Error('it is served')))
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toMatch(/protocol version/)
  })
})

describe('the address', () => {
  it('of other machines is not listened on without a certificate or --insecure', () => {
    const { status, stderr } = run(['--mem-db', '--node-port', '0', '--node-ip', '0.0.0.0'])
    expect(status).toBe(2)
    expect(stderr).toContain('--node-ip 0.0.0.0 can be reached from elsewhere')
  })

  it('says so when it is ready, with TLS and without', async () => {
    const args = ['--import', 'tsx', MAIN, '--mem-db', '--node-port', '0', '--exit-with-parent']
    const withPassword = { EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'one' }
    for (const [flags, env, tls] of [
      [[], {}, false],
      [['--insecure', ...certificateFlags()], withPassword, false],
      [certificateFlags(), withPassword, true],
    ] as const) {
      const child = spawn(process.execPath, [...args, ...flags], {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      expect(JSON.parse(line.toString())).toMatchObject({ ready: true, tls })
      child.stdin.end()
      await once(child, 'exit')
    }
  })
})

/** The subject of the certificate that new connections are shown. */
async function servedName(port: number): Promise<string | undefined> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return new X509Certificate(raw).subject
}
