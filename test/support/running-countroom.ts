import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../infrastructure/processes/index.ts'

/** The folder of the repository. */
export const repository = fileURLToPath(new URL('../..', import.meta.url))

const READY_TIMEOUT_MS = 90_000

/** A countroom started by `npm start`, as a person would, with data and port of its own. */
export interface RunningCountroom {
  /** The environment that `npm start` and the other commands share. */
  readonly environment: NodeJS.ProcessEnv
  readonly dataFolder: string
  /** All it has printed so far. */
  output(): string
  /** Presses Ctrl-C, of which the terminal tells every process in the foreground. */
  pressCtrlC(): Promise<void>
}

/** Runs `npm start` and resolves when it says it is ready. */
export async function npmStart(dataFolder: string, port: number): Promise<RunningCountroom> {
  const environment = {
    ...process.env,
    EVENTSTORE_URL: '',
    DATABASE_URL: '',
    COUNTROOM_DATA: dataFolder,
    COUNTROOM_PORT: String(port),
  }
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: environment,
    detached: true, // a process group of its own, as a terminal gives to what runs in it
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  try {
    await untilReady(child, () => output)
  } catch (error) {
    signalGroup(child, 'SIGKILL')
    throw error
  }
  return {
    environment,
    dataFolder,
    output: () => output,
    async pressCtrlC() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        signalGroup(child, 'SIGINT')
        await exited
      }
    },
  }
}

/** A data folder and a port for `npmStart`. */
export async function newHome(): Promise<{
  dataFolder: string
  port: number
  remove(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'countroom-test-'))
  return {
    dataFolder: join(folder, 'data'),
    port: await freePort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Command lines of running processes that name a folder. */
export async function processesNaming(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    // A process may end while it is looked at.
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(folder))
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal)
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  while (!output().includes('countroom is ready')) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`npm start did not become ready:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
