import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface EventStoreNodeOptions {
  /** Data folder to use and keep; without it a temporary one, which `stop` removes. */
  readonly db?: string
  /** Further flags, see infrastructure/event-store-node/options. */
  readonly args?: readonly string[]
  /** Variables besides those of the test process. */
  readonly env?: Readonly<Record<string, string>>
}

/** A node in a process of its own. It ends with the test process, however that ends. */
export interface EventStoreNode {
  readonly connectionString: string
  readonly port: number
  readonly pid: number
  readonly db: string
  /** What the process has written to its log so far, over all its starts. */
  readonly log: string
  /** Ends the process as a power cut would, and waits until it is gone. */
  kill9(): Promise<void>
  /** Ends the process in order; gives its exit code. Removes a temporary data folder. */
  stop(): Promise<number>
  /** Starts it again on the same folder and port, stopping it first when it still runs. */
  restart(): Promise<void>
}

type NodeProcess = ChildProcessByStdio<Writable, Readable, Readable>

interface Ready {
  readonly port: number
  readonly pid: number
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = join(ROOT, 'infrastructure/event-store-node/main.ts')

/** Starts a node on a free port and resolves when it is ready. Rejects with its log if it fails. */
export async function startEventStoreNode(
  options: EventStoreNodeOptions = {},
): Promise<EventStoreNode> {
  const db = options.db ?? (await mkdtemp(join(tmpdir(), 'event-store-node-test-')))
  const { args = [], env = {} } = options
  const output = { log: '' }
  let child = launch(db, 0, args, env, output)
  const removeTemporary = async (): Promise<void> => {
    if (options.db === undefined) await rm(db, { recursive: true, force: true })
  }
  const ready = await untilReady(child, output).catch(async (error: unknown) => {
    await removeTemporary()
    throw error
  })
  let { pid } = ready

  const end = async (signal: NodeJS.Signals): Promise<number> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    }
    return child.exitCode ?? -1
  }

  return {
    db,
    port: ready.port,
    connectionString: `esdb://127.0.0.1:${ready.port}?tls=false`,
    get pid() {
      return pid
    },
    get log() {
      return output.log
    },
    async kill9() {
      await end('SIGKILL')
    },
    async stop() {
      const exitCode = await end('SIGTERM')
      await removeTemporary()
      return exitCode
    },
    async restart() {
      await end('SIGTERM')
      child = launch(db, ready.port, args, env, output)
      pid = (await untilReady(child, output)).pid
    },
  }
}

function launch(
  db: string,
  port: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  output: { log: string },
): NodeProcess {
  const flags = ['--db', resolve(db), '--node-port', String(port), '--exit-with-parent', ...args]
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...flags], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  child.stderr.on('data', (chunk: Buffer) => {
    output.log += chunk.toString()
  })
  return child
}

async function untilReady(child: NodeProcess, output: { log: string }): Promise<Ready> {
  for await (const line of createInterface({ input: child.stdout })) {
    const message: unknown = JSON.parse(line)
    if (isReady(message)) return message
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  throw new Error(`the node did not start (exit code ${child.exitCode}):\n${output.log}`)
}

function isReady(message: unknown): message is Ready {
  return (
    typeof message === 'object' &&
    message !== null &&
    'port' in message &&
    typeof message.port === 'number' &&
    'pid' in message &&
    typeof message.pid === 'number'
  )
}
