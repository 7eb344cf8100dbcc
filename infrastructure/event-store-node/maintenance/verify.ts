import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Checked } from './check-folder.ts'
import { existingFolder } from './existing-folder.ts'
import type { Progress, TellProgress } from './progress.ts'

export interface Verification extends Checked {
  readonly folder: string
  /** Nothing was found. */
  readonly ok: boolean
}

export type FromVerifyProgram = { readonly progress: Progress } | { readonly checked: Checked }

/** What the kernel does to a process that reads mapped pages which are damaged or not there. */
const DAMAGED_PAGES = new Set<NodeJS.Signals | null>(['SIGBUS', 'SIGSEGV', 'SIGABRT'])

/**
 * Checks a data folder from end to end and changes nothing in it: the log against its checksums,
 * the indexes against the log and the log against the indexes. Of a folder that a running node
 * holds, it checks what is stored at the moment it begins. Memory does not depend on the data.
 *
 * The pages of the file are read by a process of its own, since one that is missing would end it.
 * Throws `NoDataFolderError` when there is nothing to verify.
 */
export async function verifyFolder(
  path: string,
  tell: TellProgress = () => undefined,
): Promise<Verification> {
  const folder = existingFolder(path)
  const checked = await checkedByProgram(folder, tell)
  return { folder, ok: checked.findingsCount === 0, ...checked }
}

async function checkedByProgram(folder: string, tell: TellProgress): Promise<Checked> {
  let reached: Progress = { step: 'log', done: 0, total: 0 }
  let checked: Checked | undefined
  const child = startProgram(folder)
  child.on('message', (message: FromVerifyProgram) => {
    if ('checked' in message) ({ checked } = message)
    else {
      reached = message.progress
      tell(reached)
    }
  })
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (checked !== undefined) return checked
  if (DAMAGED_PAGES.has(signal)) return damaged(reached, signal)
  throw new Error(`the verification ended early (${signal ?? `exit code ${exitCode}`})`)
}

function startProgram(folder: string) {
  const isSource = import.meta.url.endsWith('.ts')
  const program = new URL(`./verify-program${isSource ? '.ts' : '.js'}`, import.meta.url)
  return fork(fileURLToPath(program), [folder], {
    execArgv: isSource ? ['--import', tsxLoader()] : [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

function tsxLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}

function damaged({ step, done }: Progress, signal: NodeJS.Signals | null): Checked {
  const where = `the check of the ${step}, after ${done} entries`
  const message = `pages of data.mdb are missing or damaged: ${where}, was ended by ${signal}`
  return {
    records: step === 'log' ? done : 0,
    endPosition: 0,
    indexEntries: step === 'index' ? done : 0,
    streams: step === 'streams' ? done : 0,
    findings: [{ kind: 'file', message }],
    findingsCount: 1,
  }
}
