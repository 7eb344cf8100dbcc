import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Parts } from './parts.ts'
import type { TaskReply, TaskRequest, Tasks } from './tasks.ts'

/** A process of its own that does what it is told, one thing or several at a time. */
export interface Worker<Served extends Tasks> {
  /** @throws Error with what the worker says of its failure, or word that it has died */
  run<Name extends keyof Served & string>(
    task: Name,
    ...argument: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>>
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

const stopTimeoutMs = 10_000

/**
 * Starts a module that calls `serveTasks` as a process of its own. What is to be compared runs in
 * one each, so that neither clients' global state nor garbage nor compiled code is shared.
 *
 * @param program of the module, `new URL('./worker.ts', import.meta.url)`
 */
export function startWorker<Served extends Tasks>(
  parts: Parts,
  program: URL,
): Promise<Worker<Served>> {
  return parts.start(
    basename(program.pathname),
    () => Promise.resolve(forkWorker<Served>(program)),
    (worker) => worker.stop(),
  )
}

function forkWorker<Served extends Tasks>(
  program: URL,
): Worker<Served> & { stop(): Promise<void> } {
  const name = basename(program.pathname)
  const child = fork(fileURLToPath(program), {
    detached: true, // so that Ctrl-C reaches the bench alone, which stops its parts in order
    serialization: 'advanced',
    execArgv: [...process.execArgv.filter(isHandedDown), '--import', tsxLoader()],
    // Nothing but the report may go to stdout.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const pending = new Map<number, Pending>()
  child.on('message', (reply: TaskReply) => {
    settle(pending, reply)
  })
  child.on('error', (error) => {
    failAll(pending, error)
  })
  child.once('exit', (code, signal) => {
    failAll(pending, new Error(`${name} ended: ${signal ?? `exit code ${code}`}`))
  })
  let ids = 0
  return {
    run: (task, ...[argument]) =>
      new Promise((resolve, reject) => {
        const request: TaskRequest = { id: ids++, task, argument }
        pending.set(request.id, { resolve: resolve as Pending['resolve'], reject })
        if (child.connected) child.send(request)
        else failAll(pending, new Error(`${name} has ended`))
      }),
    stop: () => end(child),
  }
}

function settle(pending: Map<number, Pending>, reply: TaskReply): void {
  const waiting = pending.get(reply.id)
  pending.delete(reply.id)
  if ('error' in reply) waiting?.reject(new Error(reply.error))
  else waiting?.resolve(reply.value)
}

function failAll(pending: Map<number, Pending>, error: Error): void {
  for (const { reject } of pending.values()) reject(error)
  pending.clear()
}

/** The worker ends when the channel closes; it is killed when it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  await exited
  clearTimeout(timer)
}

/** All workers have the memory of this process; `--cpu-prof` profiles them as well. */
function isHandedDown(flag: string): boolean {
  return flag.startsWith('--max-semi-space-size') || flag.startsWith('--cpu-prof')
}

function tsxLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
