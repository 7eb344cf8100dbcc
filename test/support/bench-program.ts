import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface BenchRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Folders and processes of the bench that are still there after its end. */
  readonly left: readonly string[]
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Runs `npm run bench` as a process of its own, with a folder of its own for temporary files, by which
 * its processes are known too.
 *
 * @param interruptAt sends SIGINT as soon as the bench says this
 */
export async function runBench(args: readonly string[], interruptAt?: string): Promise<BenchRun> {
  const temporary = await mkdtemp(join(tmpdir(), 'bench-test-'))
  await chmod(temporary, 0o755) // Postgres may run as another user
  try {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString()
      if (interruptAt !== undefined && output.stderr.includes(interruptAt)) child.kill('SIGINT')
    })
    await once(child, 'close')
    const left = [...(await foldersIn(temporary)), ...(await processesWith(temporary))]
    return { exitCode: child.exitCode, ...output, left }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function foldersIn(temporary: string): Promise<string[]> {
  return (await readdir(temporary)).filter((name) => name.startsWith('countroom-'))
}

/** Processes (Linux, /proc) whose arguments or environment name the folder. */
async function processesWith(temporary: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((name) =>
        readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''),
      ),
    )
    if (texts.some((text) => text.includes(temporary))) found.push(`process ${pid}`)
  }
  return found
}
