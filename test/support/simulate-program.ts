import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** `countroom simulate` in a process of its own. */
export interface SimulateProgram {
  readonly ended: Promise<{
    readonly exitCode: number | null
    readonly stdout: string
    readonly stderr: string
  }>
  /** Resolves when stderr has these words. */
  says(words: string): Promise<void>
  signal(signal: NodeJS.Signals): void
}

const COUNTROOM = fileURLToPath(new URL('../../cli/countroom.ts', import.meta.url))

/** Starts it with these flags; its temporary folders are made in `folder`. */
export function startSimulate(flags: readonly string[], folder: string): SimulateProgram {
  const child = spawn(process.execPath, ['--import', 'tsx', COUNTROOM, 'simulate', ...flags], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const closed = once(child, 'close')
  return {
    ended: closed.then(() => ({ exitCode: child.exitCode, ...output })),
    async says(words) {
      while (!output.stderr.includes(words)) await once(child.stderr, 'data')
    },
    signal: (signal) => {
      child.kill(signal)
    },
  }
}
